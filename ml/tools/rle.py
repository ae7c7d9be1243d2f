"""Masks as run lengths: row-major, alternating counts of pixels off and on, starting with off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def encode(mask: Mask) -> list[int]:
    """Run lengths of an (H, W) mask, read row by row.

    The first count is of pixels that are off and may be 0; the counts sum to H * W, so that an empty mask is [H * W].
    """
    if mask.ndim != 2:
        raise ValueError(f"A mask has two dimensions, height and width; this one has {mask.ndim}.")
    flat = mask.astype(bool, copy=False).ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    edges = np.concatenate(([0], changes, [flat.size]))
    runs = [int(length) for length in np.diff(edges)]
    return [0, *runs] if flat.size and flat[0] else runs


def decode(runs: Sequence[int], height: int, width: int) -> Mask:
    """The (height, width) mask of these run lengths.

    Raises ValueError if a count is negative or the counts do not sum to height * width.
    """
    counts = np.asarray(runs, dtype=np.int64)
    if counts.size and int(counts.min()) < 0:
        raise ValueError("Run lengths cannot be negative.")
    if int(counts.sum()) != height * width:
        raise ValueError(f"The run lengths cover {int(counts.sum())} pixels, not {width} x {height}.")
    on = np.arange(counts.size) % 2 == 1
    return np.repeat(on, counts).reshape(height, width)
