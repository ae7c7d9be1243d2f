"""Figures of merit, in plain numpy. Each takes 1-D arrays of one length."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]


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


def auc(truth: ArrayLike, scores: ArrayLike) -> float:
    """Chance that a true one scores above a false one, ties counting half; nan where one side is empty."""
    true = np.asarray(truth, dtype=bool)
    positives, negatives = int(true.sum()), int((~true).sum())
    if positives == 0 or negatives == 0:
        return float("nan")
    above = ranks(scores)[true].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def average_precision(truth: ArrayLike, scores: ArrayLike) -> float:
    """Area under the precision-recall steps, equal scores taken together; nan without a true one."""
    true, values = np.asarray(truth, dtype=bool), np.asarray(scores)
    if not true.any():
        return float("nan")
    order = np.argsort(-values, kind="stable")
    found = np.cumsum(true[order])
    ends = np.append(np.flatnonzero(np.diff(values[order])), len(order) - 1)
    precision, recall = found[ends] / (ends + 1), found[ends] / found[-1]
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def iou(truth: ArrayLike, found: ArrayLike) -> float:
    """Intersection over union of two masks; 1 where both are empty."""
    a, b = np.asarray(truth, dtype=bool), np.asarray(found, dtype=bool)
    union = int((a | b).sum())
    return float((a & b).sum() / union) if union else 1.0


def shared_top(first: dict[str, float], second: dict[str, float], count: int) -> int:
    """How many names are among the `count` highest of both."""
    tops = [set(sorted(scores, key=lambda name: (-scores[name], name))[:count]) for scores in (first, second)]
    return len(tops[0] & tops[1])
