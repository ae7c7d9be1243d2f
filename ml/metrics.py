"""Figures of merit, in plain numpy. Each takes 1-D arrays of one length."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]
Counts = NDArray[np.int64]

ROUNDS = 1000
SEED = 20261201
TAIL_PERCENT = 2.5
NORMAL_QUANTILE = 1.959964


def ranks(values: ArrayLike) -> Doubles:
    """Ranks from 1; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse], dtype=np.float64)


def spearman(first: ArrayLike, second: ArrayLike) -> float:
    """Spearman's rank correlation in [-1, 1]; nan where one side is constant."""
    a, b = ranks(first), ranks(second)
    if a.std() == 0 or b.std() == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def kendall(first: ArrayLike, second: ArrayLike) -> float:
    """Kendall's tau-b in [-1, 1]: pairs in the same order less pairs in the opposite one, over the root of the pairs that each
    side orders at all; nan where one side is constant."""
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    order = np.lexsort((b, a))
    sorted_values: list[float] = []
    opposite = 0
    for value in b[order].tolist():
        opposite += len(sorted_values) - bisect_right(sorted_values, value)
        insort(sorted_values, value)
    pairs = len(a) * (len(a) - 1) / 2
    tied_a, tied_b, tied_both = tied_pairs(a), tied_pairs(b), tied_pairs(np.stack([a, b], axis=1))
    ordered = (pairs - tied_a) * (pairs - tied_b)
    if ordered == 0:
        return float("nan")
    return float((pairs - tied_a - tied_b + tied_both - 2 * opposite) / np.sqrt(ordered))


def tied_pairs(values: Doubles) -> float:
    """How many pairs of rows are equal."""
    counts = np.unique(values, axis=0, return_counts=True)[1]
    return float((counts * (counts - 1) / 2).sum())


def auc(truth: ArrayLike, scores: ArrayLike) -> float:
    """Chance that a true one scores above a false one, ties counting half; nan where one side is empty."""
    true = np.asarray(truth, dtype=bool)
    positives, negatives = int(true.sum()), int((~true).sum())
    if positives == 0 or negatives == 0:
        return float("nan")
    above = ranks(scores)[true].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def average_precision(truth: ArrayLike, scores: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Area under the precision-recall steps, equal scores taken together; nan without a true one.

    `weights` >= 0 say how many each row stands for.
    """
    true, values = np.asarray(truth, dtype=bool), np.asarray(scores)
    stands_for = np.ones(len(true)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not stands_for[true].sum() > 0:
        return float("nan")
    order = np.argsort(-values, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(values[order])), len(order) - 1)
    seen = np.cumsum(stands_for[order])[ends]
    found = np.cumsum((stands_for * true)[order])[ends]
    precision = np.divide(found, seen, out=np.zeros(len(ends)), where=seen > 0)
    return float(np.sum(np.diff(found / found[-1], prepend=0.0) * precision))


def iou(truth: ArrayLike, found: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Intersection over union of two masks, rows weighing `weights` (all the same where None); 1 where both are empty."""
    a, b = np.asarray(truth, dtype=bool), np.asarray(found, dtype=bool)
    stands_for = np.ones(len(a)) if weights is None else np.asarray(weights, dtype=np.float64)
    union = float(stands_for[a | b].sum())
    return float(stands_for[a & b].sum() / union) if union > 0 else 1.0


def shared_top(first: ArrayLike, second: ArrayLike, count: int) -> int:
    """How many rows are among the `count` highest of both; of equals, the earlier row counts as higher."""
    a, b = (np.argsort(-np.asarray(scores), kind="stable")[:count] for scores in (first, second))
    return len(np.intersect1d(a, b))


def bootstrap(
    figure: Callable[[Counts], float], groups: ArrayLike, rounds: int = ROUNDS, seed: int = SEED
) -> tuple[float, float]:
    """Lowest and highest of the middle 95 % of `figure`, whole groups drawn with replacement; the same every time.

    `groups` (n,) names the group of each row; `figure` is given (n,) how often each row was drawn. Rounds without a
    number are left out; (nan, nan) where none has one. Percentile bootstrap after Efron 1979.
    """
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(rounds):
        drawn = np.bincount(chance.integers(0, len(names), len(names)), minlength=len(names))
        found.append(figure(drawn[member].astype(np.int64)))
    numbers = np.asarray(found)[np.isfinite(found)]
    if not len(numbers):
        return float("nan"), float("nan")
    low, high = np.percentile(numbers, [TAIL_PERCENT, 100 - TAIL_PERCENT])
    return float(low), float(high)


def share_interval(true: int, count: int) -> tuple[float, float]:
    """95 % interval of a share of `true` out of `count`, after Wilson 1927; (nan, nan) without any.

    A bootstrap of 60 out of 60 would call itself certain; this does not.
    """
    if count == 0:
        return float("nan"), float("nan")
    share, square = true / count, NORMAL_QUANTILE**2 / count
    middle = share + square / 2
    reach = np.sqrt(square * (share * (1 - share) + square / 4))
    return max(0.0, float((middle - reach) / (1 + square))), min(1.0, float((middle + reach) / (1 + square)))
