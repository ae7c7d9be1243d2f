"""Logistic regression by Newton's method: convex, deterministic, no library needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.types import Floats

Doubles = NDArray[np.float64]
MOST_ITERATIONS = 30
SMALLEST_STEP = 1e-4
BENT_SHARE = 0.999


@dataclass(frozen=True)
class Line:
    """A linear decision: `weight` (D,) and `bias`, on features as they are."""

    weight: Doubles
    bias: float

    def logits(self, features: Floats) -> Floats:
        """(n, D) -> (n,)."""
        return features @ self.weight.astype(np.float32) + np.float32(self.bias)


@dataclass(frozen=True)
class Standardised:
    """Features (n, D + 1) of mean 0 and deviation 1 with a column of ones, and how to undo it."""

    features: Floats
    mean: Doubles
    deviation: Doubles

    def undone(self, solution: Doubles) -> Line:
        weight = solution[:-1] / self.deviation
        return Line(weight=weight, bias=float(solution[-1] - weight @ self.mean))


def standardised(features: Floats) -> Standardised:
    mean, deviation = features.mean(axis=0, dtype=np.float64), features.std(axis=0, dtype=np.float64)
    deviation = np.where(deviation > 1e-6, deviation, 1.0)
    scaled = ((features - mean) / deviation).astype(np.float32)
    return Standardised(np.hstack([scaled, np.ones((len(scaled), 1), dtype=np.float32)]), mean, deviation)


def fit(features: Floats, truth: NDArray[np.bool_], weights: Floats, strength: float) -> Line:
    """Minimise the weighted mean cross-entropy + |w|^2 / (2 C n) on standardised features.

    `strength` is C (larger is less regular), `weights` (n,) weigh the rows; the bias is not penalised.
    """
    scaled = standardised(features)
    return scaled.undone(solve(scaled.features, truth, weights, strength))


def solve(
    rows: Floats,
    truth: NDArray[np.bool_],
    weights: Floats,
    strength: float,
    start: Doubles | None = None,
) -> Doubles:
    """The solution (D + 1,) of `fit` on standardised rows (n, D + 1); rows of weight 0 are as if they were not there.

    Where there is a solution nearby, of another C or without some of the rows, to `start` from it takes fewer steps.
    """
    shares = weights.astype(np.float64) / weights.sum()
    penalty = np.full(rows.shape[1], 1 / (strength * np.count_nonzero(weights)))
    penalty[-1] = 1e-9
    solution = np.zeros(rows.shape[1]) if start is None else start
    for _ in range(MOST_ITERATIONS):
        step = newton_step(rows, truth, shares, penalty, solution)
        solution = solution - step
        if np.abs(step).max() < SMALLEST_STEP:
            break
    return solution


def newton_step(
    rows: Floats, truth: NDArray[np.bool_], shares: Doubles, penalty: Doubles, solution: Doubles
) -> Doubles:
    """The full Newton step, held to length 4 so that separable classes stay stable."""
    logits = (rows @ solution.astype(np.float32)).astype(np.float64)
    chances = 0.5 * (np.tanh(0.5 * logits) + 1)
    slope = rows.T @ (shares * (chances - truth)).astype(np.float32) + penalty * solution
    curve = (shares * np.maximum(chances * (1 - chances), 1e-6)).astype(np.float32)
    bent = weightiest(curve, BENT_SHARE)
    bend = (rows[bent] * curve[bent, None]).T @ rows[bent] + np.diag(penalty)
    step = np.linalg.solve(bend.astype(np.float64), slope.astype(np.float64))
    return np.asarray(step * min(1.0, 4 / max(float(np.linalg.norm(step)), 1e-12)))


def weightiest(weights: Floats, share: float) -> NDArray[np.intp]:
    """The fewest rows, in their order, that hold `share` of all weight (n,).

    Most patches are far from the border and bend the loss hardly at all; the slope, which says where the end is, takes all.
    """
    order = np.argsort(-weights, kind="stable")
    count = int(
        np.searchsorted(np.cumsum(weights[order], dtype=np.float64), share * weights.sum(dtype=np.float64))
    )
    return np.sort(order[: count + 1])
