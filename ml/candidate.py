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

Bools = NDArray[np.bool_]
SLOPE_STRENGTH = 1.0
MOST_FOLDS = 12


@dataclass(frozen=True)
class Heard:
    """Patches as the voices of a head hear them: the parts of their features, from first to last (excluded), standardised."""

    patches: Patches
    voices: tuple[tuple[int, int], ...]
    parts: tuple[logistic.Standardised, ...]


@dataclass(frozen=True)
class Fitted:
    """A line over all features, and the solution of each voice, where another fit may start."""

    line: logistic.Line
    solutions: tuple[logistic.Doubles, ...]


def heard(patches: Patches, voices: tuple[tuple[int, int], ...]) -> Heard:
    return Heard(
        patches, voices, tuple(logistic.standardised(patches.features[:, slice(*voice)]) for voice in voices)
    )


def fit(by: Heard, strength: float, kept: Bools | None = None, start: Fitted | None = None) -> Fitted:
    """The line of C `strength` from the patches `kept` (n,), or from all; features without a voice weigh nothing.

    Of several voices, each is fitted by itself and the mean of their logits decides, with a slope fitted last: crisp light and
    the look of a display must both speak for it (docs/benchmarks.md says what each mixture gives).
    """
    truth = by.patches.festive
    weights = by.patches.weights if kept is None else np.where(kept, by.patches.weights, np.float32(0))
    starts = start.solutions if start else [None] * len(by.parts)
    solutions = tuple(
        logistic.solve(part.features, truth, weights, strength, nearby)
        for part, nearby in zip(by.parts, starts, strict=True)
    )
    line = mean_line(by, solutions)
    if len(by.voices) > 1:
        slope = logistic.fit(line.logits(by.patches.features)[:, None], truth, weights, SLOPE_STRENGTH)
        line = logistic.Line(line.weight * slope.weight[0], line.bias * slope.weight[0] + slope.bias)
    return Fitted(line, solutions)


def mean_line(by: Heard, solutions: Sequence[logistic.Doubles]) -> logistic.Line:
    """The line whose logits are the mean of the voices' logits."""
    weight, bias = np.zeros(by.patches.features.shape[1]), 0.0
    for (first, last), part, solution in zip(by.voices, by.parts, solutions, strict=True):
        line = part.undone(solution)
        weight[first:last] = line.weight / len(by.voices)
        bias += line.bias / len(by.voices)
    return logistic.Line(weight, bias)


def folds(groups: NDArray[np.str_], most: int = MOST_FOLDS) -> list[NDArray[np.str_]]:
    """Names of groups that are left out together: whole groups, dealt out to at most `most` folds.

    With as many folds as groups, each group is left out by itself.
    """
    names = np.unique(groups)
    return [names[first::most] for first in range(min(most, len(names)))]


def left_out_lines(
    by: Heard, strength: float, whole: Fitted, most_folds: int = MOST_FOLDS
) -> dict[str, logistic.Line]:
    """For each group, a line that did not see it; `whole` saw all of them, and is where the search starts."""
    lines: dict[str, logistic.Line] = {}
    for names in folds(by.patches.groups, most_folds):
        line = fit(by, strength, ~np.isin(by.patches.groups, names), whole).line
        lines |= {str(name): line for name in names}
    return lines


def left_out_logits(patches: Patches, lines: dict[str, logistic.Line]) -> Floats:
    """Logits (n,) of each patch by the line that did not see its group."""
    logits = np.zeros(len(patches.festive), dtype=np.float32)
    for group, line in lines.items():
        rows = patches.groups == group
        logits[rows] = line.logits(patches.features[rows])
    return logits


@dataclass(frozen=True)
class Compared:
    """One C: the `line` from all patches, those from left-out groups by group, and their `figures`."""

    line: logistic.Line
    left_out: dict[str, logistic.Line]
    figures: dict[str, Any]


def compare(by: Heard, strengths: Sequence[float], most_folds: int = MOST_FOLDS) -> list[Compared]:
    """For each C, average precision and AUC of left-out groups by source, and the lines that gave them.

    Average precision is that of all clear patches, estimated from those kept by their weights.
    """
    compared = []
    whole = None
    for strength in strengths:
        whole = fit(by, strength, start=whole)
        lines = left_out_lines(by, strength, whole, most_folds)
        figures = {"C": strength, **figures_of(by.patches, left_out_logits(by.patches, lines))}
        print(json.dumps(figures), file=sys.stderr)
        compared.append(Compared(whole.line, lines, figures))
    return compared


def figures_of(patches: Patches, logits: Floats) -> dict[str, Any]:
    """Average precision and AUC by source."""
    figures = {}
    for source in np.unique(patches.sources):
        of_it = patches.sources == source
        truth, found, weights = patches.festive[of_it], logits[of_it], patches.weights[of_it]
        figures[str(source)] = {
            "average_precision": number(average_precision(truth, found, weights)),
            "auc": number(auc(truth, found)),
        }
    return figures


def best(compared: Sequence[Compared], source: str) -> Compared:
    """The one of highest average precision on left-out groups of `source`; of equals, the more regular."""
    return max(compared, key=lambda one: (one.figures[source]["average_precision"], -one.figures["C"]))
