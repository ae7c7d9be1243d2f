"""Patch-wise figures against masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml import metrics
from ml.evaluation.figures import Figure, drawn_again
from ml.left_out import LeftOut
from ml.patches import NEGATIVE_COVERAGE, POSITIVE_COVERAGE
from ml.regions import FESTIVE
from ml.truth import TruePicture, coverage, festive_area
from ml.types import Floats


@dataclass(frozen=True)
class Judged:
    """All n patches of some pictures: `chances` (n,) that a patch is festive, its festive `share`, and its `group`."""

    chances: Floats
    share: Floats
    group: NDArray[np.str_]
    pictures: int


def judged(pictures: Sequence[TruePicture], maps: Sequence[Floats]) -> Judged:
    """Festivity maps (h, w) of the pictures beside their masks; each picture is drawn by itself."""
    shares = [
        coverage(festive_area(picture.mask()), *found.shape)
        for picture, found in zip(pictures, maps, strict=True)
    ]
    names = [str(picture.path) for picture in pictures]
    return joined([found.ravel() for found in maps], [share.ravel() for share in shares], names)


def judged_left_out(pictures: Sequence[LeftOut]) -> Judged:
    """Pictures under heads that did not see their group; pictures of one group are drawn together."""
    return joined(
        [one.chance for one in pictures],
        [one.share for one in pictures],
        [one.picture.group for one in pictures],
    )


def joined(chances: Sequence[Floats], shares: Sequence[Floats], groups: Sequence[str]) -> Judged:
    """All patches of pictures whose flat chances, shares and group are given."""
    lengths = [len(found) for found in chances]
    return Judged(
        np.concatenate(chances), np.concatenate(shares), np.repeat(np.asarray(groups), lengths), len(chances)
    )


def clear_average_precision(found: Judged) -> Figure:
    """Average precision of all patches that are festive to at least 99 % or at most 1 %."""
    clear = (found.share >= POSITIVE_COVERAGE) | (found.share <= NEGATIVE_COVERAGE)
    festive, chances = found.share[clear] >= POSITIVE_COVERAGE, found.chances[clear]
    order = np.argsort(-chances, kind="stable")
    festive, chances = festive[order], chances[order]
    return drawn_again(
        lambda drawn: metrics.average_precision(festive, chances, drawn),
        found.group[clear][order],
        found.pictures,
    )


def half_covered_iou(found: Judged) -> Figure:
    """Intersection over union of patches that are festive to at least one half and those of probability >= 0.5."""
    true, seen = found.share >= FESTIVE, found.chances >= FESTIVE
    return drawn_again(lambda drawn: metrics.iou(true, seen, drawn), found.group, found.pictures)
