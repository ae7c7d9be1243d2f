"""Ways to fit a head, and what each gives on groups that it did not see."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import logistic
from ml.curves import number
from ml.metrics import auc, average_precision
from ml.patches import Patches
from ml.types import Floats

SLOPE_STRENGTH = 1.0
MOST_FOLDS = 12


@dataclass(frozen=True)
class Candidate:
    """A way to fit: C, and the parts of the features, from first to last (excluded), that have a voice.

    Of several voices, each is fitted by itself and the mean of their logits decides, with a slope fitted last: crisp light and
    the look of a display must both speak for it (docs/benchmarks.md says what each mixture gives).
    """

    strength: float
    voices: tuple[tuple[int, int], ...]

    def fit(self, patches: Patches) -> logistic.Line:
        """The line over all features; those without a voice weigh nothing."""
        weight, bias = np.zeros(patches.features.shape[1]), 0.0
        for first, last in self.voices:
            line = self._line(patches, patches.features[:, first:last], self.strength)
            weight[first:last] = line.weight / len(self.voices)
            bias += line.bias / len(self.voices)
        mean = logistic.Line(weight, bias)
        if len(self.voices) == 1:
            return mean
        slope = self._line(patches, mean.logits(patches.features)[:, None], SLOPE_STRENGTH)
        return logistic.Line(weight * slope.weight[0], bias * slope.weight[0] + slope.bias)

    def _line(self, patches: Patches, features: Floats, strength: float) -> logistic.Line:
        return logistic.fit(np.ascontiguousarray(features), patches.festive, patches.weights, strength)


def folds(groups: NDArray[np.str_], most: int = MOST_FOLDS) -> list[NDArray[np.str_]]:
    """Names of groups that are left out together: whole groups, dealt out to at most `most` folds.

    With as many folds as groups, each group is left out by itself.
    """
    names = np.unique(groups)
    return [names[first::most] for first in range(min(most, len(names)))]


def left_out_lines(
    patches: Patches, candidate: Candidate, most_folds: int = MOST_FOLDS
) -> dict[str, logistic.Line]:
    """For each group, a line that did not see it."""
    lines: dict[str, logistic.Line] = {}
    for names in folds(patches.groups, most_folds):
        line = candidate.fit(patches.chosen(~np.isin(patches.groups, names)))
        lines |= {str(name): line for name in names}
    return lines


def left_out_logits(patches: Patches, lines: dict[str, logistic.Line]) -> Floats:
    """Logits (n,) of each patch by the line that did not see its group."""
    logits = np.zeros(len(patches.festive), dtype=np.float32)
    for group, line in lines.items():
        rows = patches.groups == group
        logits[rows] = line.logits(patches.features[rows])
    return logits


def compare(
    patches: Patches, candidates: Sequence[Candidate], most_folds: int = MOST_FOLDS
) -> tuple[list[dict[str, Any]], list[dict[str, logistic.Line]]]:
    """For each candidate, average precision and AUC of left-out groups by source, and the lines that gave them.

    Average precision is that of all clear patches, estimated from those kept by their weights.
    """
    rows, lines = [], []
    for candidate in candidates:
        lines.append(left_out_lines(patches, candidate, most_folds))
        logits = left_out_logits(patches, lines[-1])
        figures: dict[str, Any] = {"C": candidate.strength}
        for source in np.unique(patches.sources):
            of_it = patches.sources == source
            truth, found, weights = patches.festive[of_it], logits[of_it], patches.weights[of_it]
            figures[str(source)] = {
                "average_precision": number(average_precision(truth, found, weights)),
                "auc": number(auc(truth, found)),
            }
        rows.append(figures)
        print(json.dumps(figures), file=sys.stderr)
    return rows, lines


def best(compared: list[dict[str, Any]], source: str) -> int:
    """Which has the highest average precision on left-out groups of `source`; of equals, the more regular."""
    ranked = [(row[source]["average_precision"], -row["C"]) for row in compared]
    return ranked.index(max(ranked))
