"""What each label changed: the head as it would be without it, one Newton step away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.logistic import Doubles, Line
from ml.metrics import average_precision
from ml.teaching.lesson import Compared, Step, loss_of
from ml.teaching.ways import Way, step_without
from ml.types import Floats


@dataclass(frozen=True)
class Influence:
    """Of one labelled frame: the head `without` it, before any shift, and what its own clear patches cost with and without it.

    The average precisions are nan where it shows nothing festive.
    """

    without: Line
    loss_with: float
    loss_without: float
    precision_with: float
    precision_without: float


def influences(way: Way, chosen: Compared, member: NDArray[np.intp], step: Step) -> list[Influence]:
    """One for each of the frames that patches (n,) are of, as `member` numbers them."""
    found = []
    for number in range(int(member.max()) + 1):
        dropped = member == number
        without = step_without(way, chosen.fitted, chosen.strength, dropped)
        own = way.patches.chosen(dropped)
        logits = [line.logits(own.features) for line in (chosen.fitted.line, without)]
        losses = [loss_of(own, one) for one in logits]
        precisions = [average_precision(own.festive, one, own.weights) for one in logits]
        found.append(Influence(without, *losses, *precisions))
        step()
    return found


def mean_festivities(lines: Sequence[Line], frames: Iterable[Floats]) -> Doubles:
    """(m,): the mean festivity of frames, each the features (n, D') of its patches, under each of m heads."""
    weight = np.stack([line.weight for line in lines], axis=1).astype(np.float32)
    bias = np.array([line.bias for line in lines], dtype=np.float32)
    sums, count = np.zeros(len(lines)), 0
    for features in frames:
        sums += (0.5 * (np.tanh(0.5 * (features @ weight + bias)) + 1)).mean(axis=0)
        count += 1
    return sums / max(count, 1)
