"""Two ways to a head: from nothing, as `ml.train` goes, or from a head that is there, moved no farther than labels prove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ml import logistic
from ml.candidate import SLOPE_STRENGTH
from ml.logistic import Doubles, Line
from ml.patches import Patches
from ml.teaching.reduced import Bools, Problem, Reduced, newton_step, reduced, solve

Voices = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Fitted:
    """A line over all features and what it was made of: the solution of each part, and the slope of their mean."""

    line: Line
    solutions: tuple[Doubles, ...]
    slope: Line | None = None


class Way(Protocol):
    """Patches as one way to a head sees them. `strengths`: the values of C to compare, the most cautious first."""

    @property
    def patches(self) -> Patches: ...

    @property
    def strengths(self) -> tuple[float, ...]: ...

    @property
    def problems(self) -> tuple[Problem, ...]: ...

    def fit(self, strength: float, dropped: Bools | None = None, start: Fitted | None = None) -> Fitted:
        """The head of C `strength` from all patches but those `dropped` (n,)."""

    def line(self, solutions: Sequence[Doubles], slope: Line | None) -> Line:
        """The head of such solutions."""


@dataclass(frozen=True)
class FromNothing:
    """Each voice of the backbone is fitted by itself, the mean of their logits decides, and a slope is fitted last."""

    patches: Patches
    voices: Voices
    parts: tuple[Reduced, ...]
    problems: tuple[Problem, ...]
    strengths: tuple[float, ...] = (1e-3, 1e-2, 1e-1, 1.0)

    def fit(self, strength: float, dropped: Bools | None = None, start: Fitted | None = None) -> Fitted:
        solutions = solutions_of(self.problems, strength, dropped, start)
        if len(self.parts) == 1:
            return Fitted(self.line(solutions, None), solutions)
        weights = (
            self.patches.weights
            if dropped is None
            else np.where(dropped, np.float32(0), self.patches.weights)
        )
        logits = self.line(solutions, None).logits(self.patches.features)
        slope = logistic.fit(logits[:, None], self.patches.festive, weights, SLOPE_STRENGTH)
        return Fitted(self.line(solutions, slope), solutions, slope)

    def line(self, solutions: Sequence[Doubles], slope: Line | None) -> Line:
        weight, bias = np.zeros(self.patches.features.shape[1]), 0.0
        for (first, last), part, solution in zip(self.voices, self.parts, solutions, strict=True):
            line = part.line(solution)
            weight[first:last] += line.weight / len(self.parts)
            bias += line.bias / len(self.parts)
        if slope is None:
            return Line(weight, bias)
        return Line(weight * slope.weight[0], bias * slope.weight[0] + slope.bias)


@dataclass(frozen=True)
class FromHead:
    """The difference to a head is fitted, under a Gaussian prior around none (the most probable head, MAP).

    What labels do not speak of stays as the head has it, and so few labels help and cannot wreck it.
    """

    patches: Patches
    head: Line
    part: Reduced
    problems: tuple[Problem, ...]
    strengths: tuple[float, ...] = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)

    def fit(self, strength: float, dropped: Bools | None = None, start: Fitted | None = None) -> Fitted:
        solutions = solutions_of(self.problems, strength, dropped, start)
        return Fitted(self.line(solutions, None), solutions)

    def line(self, solutions: Sequence[Doubles], slope: Line | None) -> Line:
        moved = self.part.line(solutions[0])
        return Line(self.head.weight + moved.weight, self.head.bias + moved.bias)


def from_nothing(patches: Patches, voices: Voices) -> FromNothing:
    voices = voices or ((0, patches.features.shape[1]),)
    parts = tuple(reduced(patches.features[:, slice(*voice)]) for voice in voices)
    return FromNothing(patches, voices, parts, tuple(problem_of(patches, part, None) for part in parts))


def from_head(patches: Patches, head: Line) -> FromHead:
    part = reduced(patches.features)
    return FromHead(patches, head, part, (problem_of(patches, part, head),))


def problem_of(patches: Patches, part: Reduced, head: Line | None) -> Problem:
    """The bias is free where nothing is there yet; that of a head is as hard to move as its weights."""
    penalty = np.ones(part.rows.shape[1])
    before = np.zeros(len(part.rows))
    if head is None:
        penalty[-1] = 0
    else:
        before = head.logits(patches.features).astype(np.float64)
    return Problem(part.rows, patches.festive, patches.weights.astype(np.float64), before, penalty)


def solutions_of(
    problems: Sequence[Problem], strength: float, dropped: Bools | None, start: Fitted | None
) -> tuple[Doubles, ...]:
    starts = start.solutions if start else [None] * len(problems)
    return tuple(
        solve(problem if dropped is None else problem.without(dropped), strength, nearby)
        for problem, nearby in zip(problems, starts, strict=True)
    )


def step_without(way: Way, fitted: Fitted, strength: float, dropped: Bools) -> Line:
    """The head one Newton step from `fitted` towards the one that never saw the rows `dropped` (n,).

    That step is exact where the cost is quadratic, and costs one linear system instead of a fit: the approximate
    leave-one-out of Rad and Maleki 2020, for logistic regression after Pregibon 1981.
    """
    solutions = [
        solution - newton_step(problem.without(dropped), strength, solution)
        for problem, solution in zip(way.problems, fitted.solutions, strict=True)
    ]
    return way.line(solutions, fitted.slope)
