"""Patch grids of a picture: tokens of length 1, and where a pixel lies on the grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml.transforms import fitted, normalised
from ml.types import Floats, Image, PictureError, Tokens

LAST = (-1,)
SMALLEST_GRID = 2
LARGEST_SIDE_PX = 4096


class Encoder(Protocol):
    """What a backbone has to offer here; see `ml.backbone`."""

    patch: int
    long_side: int

    def tokens(self, images: Floats, layers: Sequence[int] = LAST, unit: bool = False) -> Tokens: ...


@dataclass(frozen=True)
class Seen:
    """A picture as a backbone sees it: `cls` (D,) of length 1 and a grid (h, w, D) of unit tokens per layer.

    A patch in which nothing is to be seen has zeros.
    """

    cls: Floats
    grids: tuple[Floats, ...]


def see(encoder: Encoder, image: Image, layers: Sequence[int] = LAST, long_side: int | None = None) -> Seen:
    """The picture (H, W, 3) in tokens of `layers`, brought to `long_side` pixels (None: as the backbone likes it).

    Raises PictureError where either side is shorter than two patches, or the size asked for is out of reach.
    """
    long_side = long_side or encoder.long_side
    least = SMALLEST_GRID * encoder.patch
    if not least <= long_side <= LARGEST_SIDE_PX:
        raise PictureError(
            f"The network sees pictures from {least} to {LARGEST_SIDE_PX} pixels; choose such a size."
        )
    small = fitted(image, long_side, encoder.patch)
    if min(*small.shape[:2], *image.shape[:2]) < least:
        raise PictureError(
            f"A picture of {image.shape[1]}x{image.shape[0]} pixels is too small or too narrow to tell places apart."
        )
    tokens = encoder.tokens(normalised([small]), layers, unit=True)
    return Seen(cls=tokens.cls[0], grids=tuple(grid[0] for grid in tokens.layers))


def lit(grid: Floats) -> NDArray[np.bool_]:
    """(..., D) -> (...): where there is something to be seen."""
    return np.asarray(np.abs(grid).max(axis=-1) > 0)


def joined(grids: Sequence[Floats]) -> Floats:
    """Unit grids (h, w, D) of several layers as one (h, w, sum of D), again of length 1."""
    together = np.concatenate(list(grids), axis=-1)
    return np.asarray(together / np.sqrt(len(grids)), dtype=np.float32)


def to_grid(x: float, y: float, size: tuple[int, int], grid: tuple[int, int]) -> tuple[float, float]:
    """Pixel x, y of a picture of (height, width) -> row, column on a grid (h, w); the centre of the first patch is 0, 0."""
    return y / size[0] * grid[0] - 0.5, x / size[1] * grid[1] - 0.5


def to_pixels(row: float, column: float, size: tuple[int, int], grid: tuple[int, int]) -> tuple[float, float]:
    """The way back of `to_grid`: x, y in pixels."""
    return (column + 0.5) / grid[1] * size[1], (row + 0.5) / grid[0] * size[0]
