"""The layers of the inspect page as PNG, one pixel per patch, clear where a patch is dark or nothing can be said of it."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.tools.cls_map import cls_map, coloured
from ml.tools.panels import glow
from ml.tools.pca import colours
from ml.tools.segment import Click, Seeds, SegmentError, similarity
from ml.types import Floats
from server.labels.patches.kept import Patches
from server.labels.patches.spread import Spread

OPAQUE = 235


def pca_png(patches: Patches, spread: Spread, number: int) -> bytes:
    """PCA colours of a layer, in the basis of the drive. Raises NotKept."""
    grid, basis = patches.layer(number), spread.basis(number)
    if basis is None:
        return clear(grid)
    return png_of(colours(grid, basis), seen(grid))


def cls_png(patches: Patches, spread: Spread, number: int) -> bytes:
    """How near each patch is to the picture as a whole. Raises NotKept."""
    grid, drawn = patches.layer(number), spread.range(number)
    if drawn is None:
        return clear(grid)
    return png_of(coloured(cls_map(patches.cls, grid), drawn), seen(grid))


def similarity_png(patches: Patches, number: int, x: float, y: float) -> bytes:
    """How much each patch is like the one at x, y in [0, 1]; none is like the dark. Raises NotKept."""
    grid = patches.layer(number)
    try:
        like = similarity(grid, Seeds((Click(x, y),)))
    except SegmentError:
        return clear(grid)
    return png_of(glow(np.maximum(like, 0)), seen(grid))


def clear(grid: Floats) -> bytes:
    return png_of(np.zeros((*grid.shape[:2], 3), dtype=np.uint8), np.zeros(grid.shape[:2], dtype=bool))


def seen(grid: Floats) -> NDArray[np.bool_]:
    return np.asarray(grid.any(axis=-1))


def png_of(pixels: NDArray[np.uint8], shown: NDArray[np.bool_]) -> bytes:
    """(h, w, 3) and (h, w) -> PNG with alpha."""
    alpha = np.where(shown, OPAQUE, 0).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(np.dstack([pixels, alpha]), "RGBA").save(stream, "PNG")
    return stream.getvalue()
