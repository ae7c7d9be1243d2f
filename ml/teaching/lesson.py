"""A lesson: heads of several strengths compared on groups that they did not see, and the best of them brought to its scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ml.candidate import folds, left_out_logits
from ml.head import head_content
from ml.left_out import LeftOut, left_out, shifted, unbiased_shift
from ml.logistic import Line
from ml.metrics import average_precision
from ml.patches import Patches
from ml.teaching.examples import Example
from ml.teaching.ways import Fitted, Way
from ml.types import Floats

Step = Callable[[], None]
MOST_FOLDS = 8
SURE_AFTER_FRAMES = 10


@dataclass(frozen=True)
class Compared:
    """One C: the head from all patches, those that did not see a group by its name, and what these cost there."""

    strength: float
    fitted: Fitted
    left_out: dict[str, Line]
    loss: float
    average_precision: float


@dataclass(frozen=True)
class Taught:
    """A finished head, and its labelled frames as heads see them that did not see their group. `shift` is in the line."""

    line: Line
    shift: float
    pictures: list[LeftOut]

    @property
    def content(self) -> bytes:
        return head_content(self.line.weight.astype(np.float32), self.line.bias)


def compare(way: Way, step: Step) -> list[Compared]:
    """Each strength of the way, `step` called after every fit; see `fits_of` for how many there are."""
    compared: list[Compared] = []
    for strength in way.strengths:
        whole = way.fit(strength, start=compared[-1].fitted if compared else None)
        step()
        lines: dict[str, Line] = {}
        for names in folds(way.patches.groups, MOST_FOLDS):
            line = way.fit(strength, np.isin(way.patches.groups, names), whole).line
            lines |= {str(name): line for name in names}
            step()
        logits = left_out_logits(way.patches, lines)
        precision = average_precision(way.patches.festive, logits, way.patches.weights)
        compared.append(Compared(strength, whole, lines, loss_of(way.patches, logits), precision))
    return compared


def fits_of(way: Way) -> int:
    return len(way.strengths) * (1 + len(folds(way.patches.groups, MOST_FOLDS)))


def loss_of(patches: Patches, logits: Floats) -> float:
    """The mean cross-entropy of logits (n,), patches by their weights."""
    costs = np.logaddexp(0, logits.astype(np.float64)) - patches.festive * logits
    return float(np.average(costs, weights=patches.weights))


def best(compared: Sequence[Compared]) -> Compared:
    """The least loss on left-out groups: it also tells heads that are sure and wrong; of equals the more cautious."""
    return min(compared, key=lambda one: (one.loss, one.strength))


def finished(chosen: Compared, examples: Sequence[Example], before: float | None) -> Taught:
    """Brought to its scale, so that a festivity is on the mean the true festive share of the frames when left out.

    `before` is the shift of the head that it started from: few frames move it little, ten by half of what they say.
    """
    seen = left_out(examples, chosen.left_out)
    shift = unbiased_shift(seen)
    if before is not None:
        shift = before + (shift - before) * len(seen) / (len(seen) + SURE_AFTER_FRAMES)
    line = Line(chosen.fitted.line.weight, chosen.fitted.line.bias + shift)
    return Taught(line, shift, shifted(seen, shift))
