"""How much every patch is like what was pointed at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.tools.grids import common_part, lit, without
from ml.tools.segment.seeds import Seeds, SegmentError, vectors_of
from ml.types import Floats
from ml.vectors import of_length_one

UNWANTED_WEIGHT = 0.25
"""Of rendered displays, three + clicks on lamps and three − clicks on what the map then wrongly held for festive gave masks of
IoU 0.41 at one and the same threshold; without the − clicks 0.37, with their cosine taken off whole 0.18, for it also takes
the festive patches beside them."""
FALL = 8


@dataclass(frozen=True)
class Prototypes:
    """`wanted` (n, D), n at least 1, and `unwanted` (m, D): vectors of length 1, without the `common` part (D,) of the
    picture that they come from."""

    wanted: Floats
    unwanted: Floats
    common: Floats


def prototypes(grid: Floats, seeds: Seeds) -> Prototypes:
    """What the seeds stand for on tokens (h, w, D) as stored. Raises SegmentError where nothing wanted is to be seen."""
    common = common_part(grid)
    ready = without(grid, common)
    wanted = vectors_of(ready, seeds, positive=True)
    if not len(wanted):
        raise SegmentError(
            "Point at least once at something festive: there is no + click or box on anything to be seen."
        )
    return Prototypes(wanted, vectors_of(ready, seeds, positive=False), common)


def prototypes_of_mask(grid: Floats, share: Floats) -> Prototypes:
    """What a mask stands for on tokens (h, w, D) as stored: the mean of its patches, unlike the mean of the rest.

    `share` (h, w) in 0..1: how much of each patch is in the mask. Raises SegmentError for a mask on nothing to be seen.
    """
    common = common_part(grid)
    ready, seen = without(grid, common), lit(grid)
    inside, outside = seen & (share >= min(0.5, float(share.max()))) & (share > 0), seen & (share <= 0.01)
    if not inside.any():
        raise SegmentError("The mask marks nothing that is to be seen.")
    rest = [of_length_one(ready[outside].mean(axis=0))] if outside.any() else []
    unwanted = np.array(rest, dtype=np.float32).reshape(-1, grid.shape[-1])
    return Prototypes(of_length_one(ready[inside].mean(axis=0))[None], unwanted, common)


def similarity(grid: Floats, seeds: Seeds) -> Floats:
    """(h, w, D) tokens as stored -> (h, w) in -1..1. Raises SegmentError."""
    return similarity_of(grid, prototypes(grid, seeds))


def similarity_of(grid: Floats, found: Prototypes) -> Floats:
    """(h, w) in -1..1, -1 where nothing is seen; `grid` (h, w, D) as stored, of this or of another picture.

    The cosine with the mean of the wanted prototypes, less a quarter of the best cosine above 0 with an unwanted one. What is
    nearer to an unwanted one than to the wanted falls to 0 and below. Without unwanted ones it is the plain cosine.
    """
    ready = without(grid, found.common)
    like = ready @ of_length_one(found.wanted.mean(axis=0))
    if len(found.unwanted):
        unlike = (ready @ found.unwanted.T).max(axis=-1)
        like = np.minimum(like - UNWANTED_WEIGHT * np.maximum(unlike, 0), FALL * (like - unlike))
    return np.where(lit(grid), np.clip(like, -1, 1), -1).astype(np.float32)


def smoothed(values: Floats, sigma: float) -> Floats:
    """(h, w) -> (h, w): Gaussian of `sigma` cells, 0 for none, over what is seen; what is not (-1) stays out of it."""
    if sigma <= 0:
        return values
    reach = max(1, int(np.ceil(3 * sigma)))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    seen = (values > -1).astype(np.float32)
    total, weight = (swept(swept(part, kernel, 0), kernel, 1) for part in (values * seen, seen))
    return np.where(seen > 0, total / np.maximum(weight, 1e-12), -1).astype(np.float32)


def swept(values: Floats, kernel: NDArray[np.float64], axis: int) -> Floats:
    """A kernel of odd length along one axis, zeros beyond the edge."""
    reach = len(kernel) // 2
    pads = [(reach, reach) if n == axis else (0, 0) for n in range(values.ndim)]
    padded = np.pad(values, pads)
    parts = (
        np.take(padded, range(step, step + values.shape[axis]), axis) * weight
        for step, weight in enumerate(kernel)
    )
    return np.asarray(sum(parts), dtype=np.float32)
