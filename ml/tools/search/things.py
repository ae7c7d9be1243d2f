"""Things of displays, looked for patch by patch: first in a few prototypes of each region, then in all patches of the likest.

A region's prototypes are the means of 8 groups of its patches (spherical k-means), kept as int8 multiples of their own largest
number. Cosines are seen from a common centre, for tokens of one backbone share a large part. Measured by bench/search_click.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ml.types import Floats
from ml.vectors import of_length_one

PROTOTYPES = 8
COARSE, FINE = 4, 12
ROUNDS = 6
AT_ONCE = 4096
FULL = 127
Small = NDArray[np.int8]


@dataclass(frozen=True)
class Wanted:
    """A thing that is looked for: `coarse` (at most 4, D) and `fine` (at most 12, D) of length 1, seen from `centre` (D,)."""

    coarse: Floats
    fine: Floats
    centre: Floats

    @classmethod
    def of(cls, patches: Floats, centre: Floats) -> Self:
        """From its patches (n, D) of length 1, n at least 1."""
        seen = of_length_one(patches - centre)
        return cls(grouped(seen, COARSE), grouped(seen, FINE), centre)


def grouped(vectors: Floats, most: int) -> Floats:
    """(n, D) of length 1 -> (at most `most`, D): the directions of their groups; the vectors themselves where they are few."""
    if len(vectors) <= most:
        return vectors
    centres = spread_out(vectors, most)
    for _ in range(ROUNDS):
        nearest = (vectors @ centres.T).argmax(axis=1)
        sums = (nearest[:, None] == np.arange(most)).astype(np.float32).T @ vectors
        centres = np.where(sums.any(axis=1)[:, None], of_length_one(sums), centres)
    return centres


def spread_out(vectors: Floats, count: int) -> Floats:
    """The vector nearest to the mean, then each time the one that is least like those that were taken."""
    taken = [int((vectors @ vectors.mean(axis=0)).argmax())]
    nearest = vectors @ vectors[taken[0]]
    while len(taken) < count:
        taken.append(int(nearest.argmin()))
        nearest = np.maximum(nearest, vectors @ vectors[taken[-1]])
    return vectors[taken]


def prototypes(patches: Floats) -> Small:
    """(n, D) of length 1 -> (8, D) int8; rows of zeros where there are fewer patches."""
    found = np.zeros((PROTOTYPES, patches.shape[1]), dtype=np.int8)
    groups = grouped(patches, PROTOTYPES)
    largest = np.maximum(np.abs(groups).max(axis=1, initial=0, keepdims=True), 1e-9)
    found[: len(groups)] = np.rint(groups / largest * FULL)
    return found


def centre_of(kept: Small, most: int = 2000) -> Floats:
    """(D,): the mean of the prototypes of at most so many regions (N, 8, D), evenly spread; zeros where there are none."""
    chosen = kept[:: max(1, len(kept) // most)].reshape(-1, kept.shape[-1]).astype(np.float32)
    rows = of_length_one(chosen[chosen.any(axis=1)])
    return np.asarray(rows.mean(axis=0) if len(rows) else np.zeros(kept.shape[-1]), dtype=np.float32)


def coarse_likeness(kept: Small, wanted: Wanted) -> Floats:
    """(N, 8, D) -> (N,): for each region the mean, over the thing's few directions, of the likest prototype; -1 without any."""
    found = np.full(len(kept), -1, dtype=np.float32)
    columns = np.concatenate([wanted.coarse, wanted.centre[None]]).T
    for first in range(0, len(kept), AT_ONCE):
        rows = kept[first : first + AT_ONCE].astype(np.float32)
        found[first : first + len(rows)] = likeness_of_rows(rows, columns, wanted)
    return found


def likeness_of_rows(rows: Floats, columns: Floats, wanted: Wanted) -> Floats:
    """One stretch of `coarse_likeness`; `columns` (D, k + 1): the thing's directions and the centre.

    |x - c|² = 1 - 2 x·c + |c|² for x of length 1, so that no row has to be brought to length 1 before the product.
    """
    size = np.sqrt(np.einsum("npd,npd->np", rows, rows))
    dots = (rows.reshape(-1, rows.shape[-1]) @ columns).reshape(*size.shape, -1)
    dots /= np.maximum(size, 1e-9)[..., None]
    from_centre = 1 - 2 * dots[..., -1:] + wanted.centre @ wanted.centre
    cosines = (dots[..., :-1] - wanted.coarse @ wanted.centre) / np.sqrt(np.maximum(from_centre, 1e-6))
    cosines[size == 0] = -1
    return np.asarray(cosines.max(axis=1).mean(axis=1), dtype=np.float32)


def likeness(patches: Floats, wanted: Wanted) -> float:
    """How much of the thing is among patches (n, D) of length 1: the mean, over its directions, of the likest patch, -1 to 1."""
    if not len(patches):
        return -1.0
    seen = of_length_one(patches - wanted.centre)
    return float((seen @ wanted.fine.T).max(axis=0).mean())
