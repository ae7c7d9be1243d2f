"""How good and how well calibrated a head is on pictures of groups that it did not see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ml import curves, metrics
from ml.encoded import Shown
from ml.head import logit, sigmoid
from ml.logistic import Line
from ml.patches import NEGATIVE_COVERAGE, POSITIVE_COVERAGE
from ml.regions import share_in_regions
from ml.truth import TruePicture
from ml.types import Floats

ROUNDS = 400
MOST_SHIFT = 8.0


@dataclass(frozen=True)
class LeftOut:
    """The n patches of a picture, row by row, under a head that did not see its group: true festive `share` and `chance` (n,)."""

    picture: TruePicture
    columns: int
    share: Floats
    chance: Floats

    @property
    def festivity(self) -> float:
        return float(self.chance.mean())

    @property
    def in_regions(self) -> float:
        """The part of the festivity that lies in regions."""
        return share_in_regions(self.chance.reshape(-1, self.columns))


def left_out(encoded: Iterable[Shown], lines: Mapping[str, Line]) -> list[LeftOut]:
    """All patches of all pictures, each under the line that `lines` names for its group."""
    return [
        LeftOut(one.picture, one.columns, one.share, sigmoid(lines[one.picture.group].logits(one.features())))
        for one in encoded
    ]


def unbiased_shift(pictures: Sequence[LeftOut]) -> float:
    """What to add to every logit, so that the mean festivity found is the true one.

    It is the mean over the sources that show anything festive, each as found in its own pictures; at most 8 up or down.
    """
    sources = [joined(ones) for ones in by_source(pictures).values()]
    return float(np.mean([shift_of(share, chance) for share, chance in sources if share.any()]))


def shift_of(share: Floats, chance: Floats) -> float:
    """The shift of the logits of `chance` (n,) that makes its mean that of `share` (n,), by bisection."""
    logits = logit(chance)
    low, high = -MOST_SHIFT, MOST_SHIFT
    for _ in range(40):
        middle = (low + high) / 2
        if sigmoid(logits + np.float32(middle)).mean() < share.mean():
            low = middle
        else:
            high = middle
    return (low + high) / 2


def shifted(pictures: Sequence[LeftOut], shift: float) -> list[LeftOut]:
    """The same pictures under logits with `shift` added."""
    return [replace(one, chance=sigmoid(logit(one.chance) + np.float32(shift))) for one in pictures]


@dataclass(frozen=True)
class Clear:
    """Patches beyond doubt, most festive first as found: `festive`, `chance` and `group` (n,)."""

    festive: curves.Bools
    chance: Floats
    group: Any


def clear(pictures: Sequence[LeftOut]) -> Clear:
    share, chance = joined(pictures)
    group = np.repeat([one.picture.group for one in pictures], [len(one.share) for one in pictures])
    order = np.argsort(-chance, kind="stable")
    order = order[((share >= POSITIVE_COVERAGE) | (share <= NEGATIVE_COVERAGE))[order]]
    return Clear(share[order] >= POSITIVE_COVERAGE, chance[order], group[order])


def joined(pictures: Sequence[LeftOut]) -> tuple[Floats, Floats]:
    """Share and chance of all patches."""
    return np.concatenate([one.share for one in pictures]), np.concatenate([one.chance for one in pictures])


def by_source(pictures: Sequence[LeftOut]) -> dict[str, list[LeftOut]]:
    """Pictures by source, sources in order of name."""
    names = sorted({one.picture.source for one in pictures})
    return {name: [one for one in pictures if one.picture.source == name] for name in names}


def figures(pictures: Sequence[LeftOut], rounds: int = ROUNDS) -> dict[str, Any]:
    """Figures of the pictures of one source.

    `average_precision` (with the middle 95 % of `rounds` draws of whole groups) and `auc` are of all clear patches; `calibration`
    and the mean festive shares, true and found, are of all patches.
    """
    patches = clear(pictures)
    share, chance = joined(pictures)
    interval = metrics.bootstrap(
        lambda drawn: metrics.average_precision(patches.festive, patches.chance, drawn), patches.group, rounds
    )
    return {
        "pictures": len(pictures),
        "groups": len({one.picture.group for one in pictures}),
        "clear_patches": len(patches.festive),
        "of_which_festive": int(patches.festive.sum()),
        "average_precision": curves.number(metrics.average_precision(patches.festive, patches.chance)),
        "average_precision_95": [curves.number(end) for end in interval],
        "auc": curves.number(metrics.auc(patches.festive, patches.chance)),
        "precision_at_recall": curves.precision_at_recall(patches.festive, patches.chance),
        "calibration": curves.calibration(share, chance),
        "festivity_true": curves.number(mean_of([float(one.share.mean()) for one in pictures])),
        "festivity_found": curves.number(mean_of([one.festivity for one in pictures])),
        "festivity_found_where_none": curves.number(
            mean_of([one.festivity for one in pictures if not one.share.any()])
        ),
    }


def mean_of(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
