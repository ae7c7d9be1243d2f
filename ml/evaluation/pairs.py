"""Do two views show the same place? Ways to say so, tuned on one half of labelled pairs and measured on the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.figures import Figure, Row, aligned, drawn_again
from ml.evaluation.views import SeenView
from ml.labels.same_place import PlacePair, View
from ml.logistic import fit
from ml.metrics import Counts
from ml.tools.match.compare import Settings, compare
from ml.tools.match.place import PlaceModel, PlaceStatistics, fit_place
from ml.tools.match.same_house import SameHouse, fit_same_house
from ml.types import MlError

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
STRENGTH = 1.0
GOALS = {"cls of the crop": 0.90, "patch verification": 0.95}


class PairsError(MlError):
    """These pairs cannot be measured with."""


@dataclass(frozen=True)
class Judgement:
    """`scores` (n,) of each way to compare n pairs, higher for the same place, and the place model, fitted on the half to
    tune with."""

    scores: Mapping[str, Doubles]
    model: PlaceModel


def judge(pairs: Sequence[PlacePair], seen: Mapping[View, SeenView], backbone: str) -> Judgement:
    """Score every pair in every way; what has coefficients learns them from the half to tune with.

    Raises PairsError without pairs of both answers in both halves.
    """
    tune, same = in_half(pairs, "tune"), answers(pairs)
    if any(len(np.unique(same[half])) < 2 for half in (tune, ~tune)):
        raise PairsError("Both halves need pairs of the same place and of different ones.")
    views = [(seen[pair.first], seen[pair.second]) for pair in pairs]
    cls = cosines([(a.cls, b.cls) for a, b in views])
    colours = cosines([(a.colours, b.colours) for a, b in views])
    statistics = [compare(a.patches, b.patches, Settings()).statistics for a, b in views]
    model = place_model(statistics, same, tune, backbone)
    verified = np.array([model.chance(one) for one in statistics])
    rows = np.stack([one.row() for one in statistics])
    return Judgement(
        {
            "cls of the square around it": cosines([(a.square, b.square) for a, b in views]),
            "cls of the crop": cls,
            "pooled patches of the crop": cosines([(a.pooled, b.pooled) for a, b in views]),
            "colour histogram": colours,
            "cls and histogram": learnt(np.column_stack([cls, colours]), same, tune),
            "patch verification": verified,
            "patch verification and histogram": learnt(np.column_stack([rows, colours]), same, tune),
        },
        model,
    )


def place_model(statistics: Sequence[PlaceStatistics], same: Bools, tune: Bools, backbone: str) -> PlaceModel:
    """Coefficients of `same_place` for crops, from the half to tune with."""
    chosen = [one for one, wanted in zip(statistics, tune, strict=True) if wanted]
    words = (
        f"crops of a real night drive (ml/labels/same_place.json, half to tune with): {int(same[tune].sum())} pairs "
        f"of the same house, {int((~same[tune]).sum())} of different ones"
    )
    return fit_place(chosen, same[tune], backbone, words)


def same_house(pairs: Sequence[PlacePair], judgement: Judgement, backbone_sha256: str) -> SameHouse:
    """What the likeness of CLS vectors weighs, from the half to tune with."""
    tune, same = in_half(pairs, "tune"), answers(pairs)
    words = f"{int(same[tune].sum())} pairs of the same house, {int((~same[tune]).sum())} of different ones, half to tune with"
    return fit_same_house(judgement.scores["cls of the crop"][tune], same[tune], backbone_sha256[:12], words)


def answers(pairs: Sequence[PlacePair]) -> Bools:
    return np.array([pair.same for pair in pairs], dtype=np.bool_)


def in_half(pairs: Sequence[PlacePair], half: str) -> Bools:
    return np.array([pair.half == half for pair in pairs], dtype=np.bool_)


def cosines(vectors: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]]) -> Doubles:
    """Dot products of n pairs of vectors of length 1."""
    return np.array([float(a @ b) for a, b in vectors])


def learnt(columns: Doubles, same: Bools, tune: Bools) -> Doubles:
    """(n, k) -> (n,) logits of a logistic fitted on the rows to tune with, both answers weighing the same in sum."""
    truth, rows = same[tune], columns.astype(np.float32)
    weights = np.where(truth, 0.5 / truth.sum(), 0.5 / (~truth).sum()).astype(np.float32)
    return fit(rows[tune], truth, weights, STRENGTH).logits(rows).astype(np.float64)


def pair_rows(pairs: Sequence[PlacePair], scores: Mapping[str, Doubles]) -> list[Row]:
    """AUC of every way, with an interval from whole groups drawn again: the unseen half, its parts, and the half tuned on.

    The parts, all of the unseen half, are without pairs far apart; two of them have of the same house those of one kind alone.
    """
    report = in_half(pairs, "report")
    kinds = np.array([pair.kind for pair in pairs])
    different = kinds == "neighbour"
    parts = {
        "unseen half": report,
        "without far ones": report & (kinds != "far"),
        "seconds apart": report & ((kinds == "seconds") | different),
        "other camera": report & ((kinds == "other_camera") | different),
        "half tuned on": ~report,
    }
    return [
        Row(
            part,
            name,
            GOALS.get(name) if part == "unseen half" else None,
            {"auc": area(pairs, scored, chosen)},
        )
        for part, chosen in parts.items()
        for name, scored in scores.items()
    ]


def area(pairs: Sequence[PlacePair], scores: Doubles, chosen: Bools) -> Figure:
    """AUC of the chosen pairs (see `ml.metrics.auc`); nan where one answer is missing."""
    truth, values = answers(pairs)[chosen], scores[chosen]
    groups = np.array([pair.group for pair in pairs])[chosen]
    won = np.sign(values[truth][:, None] - values[~truth]) / 2 + 0.5

    def drawn_auc(drawn: Counts) -> float:
        true, false = drawn[truth], drawn[~truth]
        count = int(true.sum() * false.sum())
        return float(true @ won @ false) / count if count else math.nan

    return drawn_again(drawn_auc, groups, int(chosen.sum()))


def pairs_table(rows: Sequence[Row]) -> str:
    """One line per way to compare, one column per part of the pairs."""
    found = {(row.on, row.figure): row.found["auc"] for row in rows}
    parts, ways = (list(dict.fromkeys(names)) for names in zip(*found, strict=True))
    heads = [f"{part} ({found[part, ways[0]].count})" for part in parts]
    goals = [f"≥ {GOALS[way]:g}" if way in GOALS else "" for way in ways]
    lines = [
        [way, goal, *(found[part, way].in_words() for part in parts)]
        for way, goal in zip(ways, goals, strict=True)
    ]
    return aligned([["AUC", "goal", *heads], *lines])
