"""Logistic regression along the few directions in which patches differ, near a start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.logistic import BENT_SHARE, Doubles, Line, weightiest
from ml.types import Floats

Bools = NDArray[np.bool_]
KEPT_VARIANCE = 0.9995
MOST_DIRECTIONS = 384
AT_ONCE = 4096
MOST_STEPS = 40
SMALLEST_STEP = 1e-7
LONGEST_STEP = 4.0
FREE = 1e-9


@dataclass(frozen=True)
class Reduced:
    """Features told along the principal directions of their correlation: `rows` (n, r + 1), the last column ones.

    A step of one along any of them moves standardised features by one. `turn` (D, r) and `mean` (D,) lead back.
    """

    rows: Doubles
    mean: Doubles
    turn: Doubles

    def line(self, solution: Doubles) -> Line:
        """The line over features as they are, of a solution (r + 1,)."""
        weight = self.turn @ solution[:-1]
        return Line(weight, float(solution[-1] - weight @ self.mean))


def reduced(features: Floats) -> Reduced:
    """Of features (n, D): as many directions as hold 99.95 % of the variance, at most 384; the same every time."""
    mean = features.mean(axis=0, dtype=np.float64)
    deviation = features.std(axis=0, dtype=np.float64)
    deviation = np.where(deviation > 1e-6, deviation, 1.0)
    turn = directions(features, mean, deviation) / deviation[:, None]
    rows = np.concatenate([(part - mean) @ turn for part in stretches(features)])
    return Reduced(np.hstack([rows, np.ones((len(rows), 1))]), mean, turn)


def directions(features: Floats, mean: Doubles, deviation: Doubles) -> Doubles:
    """(D, r): orthonormal columns, the widest first. Of few rows they are found by what the rows have in common."""
    if len(features) < features.shape[1]:
        scaled = (features - mean) / deviation
        sizes, turned = widest(scaled @ scaled.T)
        return np.asarray(scaled.T @ (turned / np.sqrt(sizes)))
    correlation = np.zeros((features.shape[1],) * 2)
    for part in stretches(features):
        scaled = (part - mean) / deviation
        correlation += scaled.T @ scaled
    return widest(correlation)[1]


def widest(symmetric: Doubles) -> tuple[Doubles, Doubles]:
    """The largest eigenvalues of a matrix (m, m) that hold nearly all, and their vectors (m, r); at least one."""
    sizes, turned = np.linalg.eigh(symmetric)
    sizes, turned = np.maximum(sizes[::-1], 1e-9), turned[:, ::-1]
    count = int(np.searchsorted(np.cumsum(sizes), KEPT_VARIANCE * sizes.sum())) + 1
    kept = min(count, MOST_DIRECTIONS, len(sizes))
    return sizes[:kept], turned[:, :kept]


def stretches(features: Floats) -> Iterator[Floats]:
    """Rows in parts, so that not all of them are there in double precision at once."""
    return (features[start : start + AT_ONCE] for start in range(0, len(features), AT_ONCE))


@dataclass(frozen=True)
class Problem:
    """Rows (n, r + 1) with their truth and weights (n,), and logits (n,) that are there before any solution.

    A solution costs the weighted mean cross-entropy + |w|^2 / (2 C n); `penalty` (r + 1,) is 1 where a number of it costs and
    0 where it is free.
    """

    rows: Doubles
    truth: Bools
    weights: Doubles
    before: Doubles
    penalty: Doubles

    def without(self, dropped: Bools) -> Problem:
        """As if the rows `dropped` (n,) were not there."""
        return Problem(self.rows, self.truth, np.where(dropped, 0.0, self.weights), self.before, self.penalty)

    def slope_and_bend(self, solution: Doubles, strength: float) -> tuple[Doubles, Doubles]:
        """First and second derivative of the cost at a solution; of the second, what the most bent 99.9 % of rows make of it."""
        used = self.weights > 0
        rows, shares = self.rows[used], self.weights[used] / self.weights.sum()
        chances = chance(self.before[used] + rows @ solution)
        penalty = self.penalty / (strength * np.count_nonzero(used)) + FREE
        slope = rows.T @ (shares * (chances - self.truth[used])) + penalty * solution
        curve = (shares * np.maximum(chances * (1 - chances), 1e-6)).astype(np.float32)
        bent = weightiest(curve, BENT_SHARE)
        some = rows[bent].astype(np.float32)
        return slope, ((some * curve[bent, None]).T @ some).astype(np.float64) + np.diag(penalty)


def chance(logits: Doubles) -> Doubles:
    return np.asarray(0.5 * (np.tanh(0.5 * logits) + 1))


def solve(problem: Problem, strength: float, start: Doubles | None = None) -> Doubles:
    """The solution (r + 1,) of least cost, by Newton's method; `start` is one that lies near."""
    solution = np.zeros(problem.rows.shape[1]) if start is None else start
    for _ in range(MOST_STEPS):
        step = newton_step(problem, strength, solution)
        solution = solution - step * min(1.0, LONGEST_STEP / max(float(np.linalg.norm(step)), 1e-12))
        if np.abs(step).max() < SMALLEST_STEP:
            break
    return solution


def newton_step(problem: Problem, strength: float, solution: Doubles) -> Doubles:
    slope, bend = problem.slope_and_bend(solution, strength)
    return np.asarray(np.linalg.solve(bend, slope))
