"""Logistic regression by Newton's method: convex, deterministic, no library needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.types import Floats

Doubles = NDArray[np.float64]
MOST_ITERATIONS = 30


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
    rows = scaled.features
    shares = weights.astype(np.float64) / weights.sum()
    penalty = np.full(rows.shape[1], 1 / (strength * len(rows)))
    penalty[-1] = 1e-9
    solution = np.zeros(rows.shape[1])
    for _ in range(MOST_ITERATIONS):
        step = newton_step(rows, truth, shares, penalty, solution)
        solution = solution - step
        if np.abs(step).max() < 1e-5:
            break
    return scaled.undone(solution)


def newton_step(
    rows: Floats, truth: NDArray[np.bool_], shares: Doubles, penalty: Doubles, solution: Doubles
) -> Doubles:
    """The full Newton step, held to length 4 so that separable classes stay stable."""
    logits = (rows @ solution.astype(np.float32)).astype(np.float64)
    chances = 0.5 * (np.tanh(0.5 * logits) + 1)
    slope = rows.T @ (shares * (chances - truth)).astype(np.float32) + penalty * solution
    curve = (shares * np.maximum(chances * (1 - chances), 1e-6)).astype(np.float32)
    bend = (rows * curve[:, None]).T @ rows + np.diag(penalty)
    step = np.linalg.solve(bend.astype(np.float64), slope.astype(np.float64))
    return np.asarray(step * min(1.0, 4 / max(float(np.linalg.norm(step)), 1e-12)))
