"""Patches to learn from: those whose truth is beyond doubt, weighed so that they stand for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.encoded import Encoded
from ml.types import Floats, WeightsError

POSITIVE_COVERAGE, NEGATIVE_COVERAGE = 0.99, 0.01
MOST_POSITIVES, SPREAD_NEGATIVES, BRIGHT_NEGATIVES = 60, 24, 24


@dataclass(frozen=True)
class Patches:
    """Patches whose truth is beyond doubt: `features` (n, D'), `festive`, `weights`, `sources` and `groups` (n,)."""

    features: Floats
    festive: NDArray[np.bool_]
    weights: Floats
    sources: NDArray[np.str_]
    groups: NDArray[np.str_]

    def chosen(self, rows: NDArray[np.bool_]) -> Patches:
        return Patches(
            self.features[rows], self.festive[rows], self.weights[rows], self.sources[rows], self.groups[rows]
        )


def gathered(encoded: Sequence[Encoded]) -> Patches:
    """Positive patches (coverage >= 0.99) and negative ones (<= 0.01) of all pictures; others are left out.

    Raises WeightsError where there is nothing to learn, or only one group.
    """
    if not encoded:
        raise WeightsError("There are no pictures with masks to learn from.")
    if len({one.picture.group for one in encoded}) < 2:
        raise WeightsError(
            "All pictures with masks are of one group; add another, so that one can be left out."
        )
    parts = []
    for one in encoded:
        rows, weights, festive = clear_patches(one.share, one.brightness)
        columns = np.full(len(rows), one.picture.source), np.full(len(rows), one.picture.group)
        parts.append((one.features()[rows], festive, weights, *columns))
    patches = balanced(Patches(*(np.concatenate(column) for column in zip(*parts, strict=True))))
    if patches.festive.all() or not patches.festive.any():
        raise WeightsError(
            "No patch is wholly festive, or none is wholly plain; add pictures with masks that show both."
        )
    return patches


def clear_patches(share: Floats, brightness: Floats) -> tuple[NDArray[np.intp], Floats, NDArray[np.bool_]]:
    """Rows, weights and truth of the patches of one picture to learn from, given festive share and brightness (n,).

    At most 60 positives, the 24 brightest negatives (lamps, windows, head lights) and 24 others; what is kept of a kind
    weighs as much as all of it.
    """
    positive = np.flatnonzero(share >= POSITIVE_COVERAGE)
    negative = np.flatnonzero(share <= NEGATIVE_COVERAGE)
    negative = negative[np.argsort(-brightness[negative], kind="stable")]
    kinds = [
        (positive, MOST_POSITIVES),
        (negative[:BRIGHT_NEGATIVES], BRIGHT_NEGATIVES),
        (np.sort(negative[BRIGHT_NEGATIVES:]), SPREAD_NEGATIVES),
    ]
    kept = [spread(rows, most) for rows, most in kinds]
    weights = [np.full(len(k), len(rows) / max(len(k), 1)) for k, (rows, _) in zip(kept, kinds, strict=True)]
    festive = np.arange(sum(map(len, kept))) < len(kept[0])
    return np.concatenate(kept), np.concatenate(weights).astype(np.float32), festive


def spread(rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """At most `most` of the rows, evenly spaced."""
    return rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(np.intp)]


def balanced(patches: Patches) -> Patches:
    """The same patches, each source weighing as much as any other in all."""
    weights = patches.weights.copy()
    for source in np.unique(patches.sources):
        weights[patches.sources == source] /= weights[patches.sources == source].sum()
    return Patches(patches.features, patches.festive, weights, patches.sources, patches.groups)
