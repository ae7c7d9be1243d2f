"""What a lesson's page tells, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ml.curves import number
from ml.left_out import LeftOut, clear, figures
from ml.metrics import average_precision
from ml.patches import Patches
from ml.teaching.influence import Influence
from ml.teaching.lesson import Compared, Taught
from workers.training.examples import Told
from workers.training.judging import Ranking

ROUNDS, ROUNDS_OF_MANY, MANY = 400, 100, 100
CERTAIN = 1e-4


@dataclass(frozen=True)
class Findings:
    """All that a training found, before it is told."""

    told: Told
    patches: Patches
    compared: Sequence[Compared]
    chosen: Compared
    head: Taught
    influences: Sequence[Influence]
    limits: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Judgement:
    """`present`: the labelled frames under the present scorer; `moved`: what each label did to the mean festivity of the site."""

    present_hash: str
    present: Sequence[LeftOut]
    ranking: Ranking
    moved: Sequence[float]


def report_of(found: Findings, judgement: Judgement) -> dict[str, Any]:
    """Figures are of frames as heads see them that did not see their group, unless they are called otherwise."""
    pictures = found.head.pictures
    rounds = ROUNDS if len(pictures) <= MANY else ROUNDS_OF_MANY
    return {
        "labels": len(pictures),
        "left_out_labels": [{"frame": frame, "why": why} for frame, why in found.told.left_out],
        "festive_labels": sum(bool(label.mask_share) for label in found.told.labels),
        "patches": {
            "festive": int(found.patches.festive.sum()),
            "not_festive": int((~found.patches.festive).sum()),
        },
        "groups": len(np.unique(found.patches.groups)),
        "by_drive": found.told.by_drive,
        "C": found.chosen.strength,
        "shift": round(found.head.shift, 4),
        "compared": [
            {
                "C": one.strength,
                "loss": round(one.loss, 5),
                "average_precision": number(one.average_precision),
            }
            for one in found.compared
        ],
        "left_out": figures(pictures, rounds),
        "present": {
            "scorer": judgement.present_hash,
            "average_precision": number(precision_of(judgement.present)),
        },
        "ranking": {
            name: number(value) if isinstance(value, float) else value
            for name, value in asdict(judgement.ranking).items()
        },
        "frames": frames_of(found, judgement),
        **found.limits,
    }


def precision_of(pictures: Sequence[LeftOut]) -> float:
    if not pictures:
        return float("nan")
    patches = clear(pictures)
    return average_precision(patches.festive, patches.chance)


def frames_of(found: Findings, judgement: Judgement) -> list[dict[str, Any]]:
    rows = zip(found.told.labels, found.head.pictures, found.influences, judgement.moved, strict=True)
    return [
        {
            "frame": label.frame.public_id,
            "label": label.pk,
            "true": round(float(picture.share.mean()), 5),
            "found": round(picture.festivity, 5),
            "loss": round(loss_of(picture), 5),
            "own_loss": [round(change.loss_without, 5), round(change.loss_with, 5)],
            "own_precision": [number(change.precision_without), number(change.precision_with)],
            "moved": round(moved, 6),
        }
        for label, picture, change, moved in rows
    ]


def loss_of(picture: LeftOut) -> float:
    """The mean cross-entropy of its patches against their festive shares."""
    chances = np.clip(picture.chance.astype(np.float64), CERTAIN, 1 - CERTAIN)
    return float(-(picture.share * np.log(chances) + (1 - picture.share) * np.log1p(-chances)).mean())
