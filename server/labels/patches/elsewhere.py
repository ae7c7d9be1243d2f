"""What was marked on one frame, patch by patch in others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.packing import StoredError
from ml.stored import read, token_grids
from ml.tools.grids import lit, resampled
from ml.tools.segment import Prototypes, SegmentError, prototypes, smoothed
from ml.tools.segment.similarity import prototypes_of_mask, similarity_of
from ml.types import Floats
from server.frames.models import PatchFeatures, Scorer
from server.frames.queries import content_of
from server.labels.drawing import Drawing
from server.labels.patches.gists import LAYER as GIST_LAYER
from server.labels.patches.kept import NotKept, Patches, packing_of
from server.labels.patches.layers import png_of
from server.labels.patches.masks import CannotDraw, seeds_of
from server.labels.pictures import Mask

PINK = (255, 60, 160)
FEWEST, MOST = 3, 24
"""Patches whose mean tells how alike a frame is: a quarter of those that light up on the first frame, within these."""


@dataclass(frozen=True)
class Thing:
    """What is looked for: in the layer that it was drawn on, and in that of the gists; `patches` of it are compared."""

    looks: Prototypes
    gist: Prototypes
    drawing: Drawing
    patches: int


@dataclass(frozen=True)
class Lit:
    """Which patches (h, w) light up in a frame, and how alike the likest of them are."""

    patches: NDArray[np.bool_]
    likeness: float


def thing_of(patches: Patches, drawing: Drawing, mask: Mask | None) -> Thing:
    """By the marks of a drawing, or without any by a mask (H, W). Raises CannotDraw and NotKept."""
    grid, last = patches.layer(drawing.layer), patches.layers[GIST_LAYER]
    try:
        looks, gist = (looks_of(one, drawing, mask) for one in (grid, last))
    except SegmentError as error:
        raise CannotDraw(str(error)) from error
    count = int((like(grid, looks, drawing) >= drawing.threshold).sum())
    return Thing(looks, gist, drawing, int(np.clip(count // 4, FEWEST, MOST)))


def looks_of(grid: Floats, drawing: Drawing, mask: Mask | None) -> Prototypes:
    if mask is None or (drawing.marks and not drawing.strokes):
        return prototypes(grid, seeds_of(drawing.marks))
    return prototypes_of_mask(grid, resampled(mask.astype(np.float32), *grid.shape[:2]))


def like(grid: Floats, looks: Prototypes, drawing: Drawing) -> Floats:
    """(h, w) in -1..1, computed where something is to be seen."""
    seen = lit(grid)
    values = np.full(grid.shape[:2], -1, dtype=np.float32)
    values[seen] = similarity_of(grid[seen], looks)
    return smoothed(values, drawing.smoothing)


def lit_in(row: PatchFeatures, scorer: Scorer, thing: Thing) -> Lit:
    """Raises NotKept where the file is gone or damaged."""
    packing = packing_of(scorer)
    try:
        grid = token_grids(packing, read(packing, content_of(row)))[thing.drawing.layer - 1]
    except StoredError as error:
        raise NotKept(str(error)) from error
    values = like(grid, thing.looks, thing.drawing)
    best = np.sort(values, axis=None)[-thing.patches :]
    return Lit(values >= thing.drawing.threshold, float(best.mean()))


def lit_png(patches: NDArray[np.bool_]) -> bytes:
    """Pink where they light up, one pixel per patch, clear elsewhere."""
    return png_of(np.full((*patches.shape, 3), PINK, dtype=np.uint8), patches)
