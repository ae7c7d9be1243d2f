"""Figures with their intervals, the rows of the table that they stand in, and the table itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.metrics import Counts, bootstrap, share_interval

SCORER, EDGES, HAND_MADE, UNTRAINED = "scorer", "edge count", "hand-made", "untrained"
ZERO_SHOT, ZERO_SHOT_PICTURE = "zero-shot map", "zero-shot picture"
SYSTEMS = (SCORER, EDGES, HAND_MADE, UNTRAINED, ZERO_SHOT, ZERO_SHOT_PICTURE)


@dataclass(frozen=True)
class Figure:
    """One number, the 95 % interval around it, and how many pictures it comes from; nan where there is none."""

    value: float
    low: float
    high: float
    count: int

    def as_json(self) -> dict[str, float | int | None]:
        numbers = {"value": self.value, "low": self.low, "high": self.high}
        return {
            **{name: round(number, 4) if math.isfinite(number) else None for name, number in numbers.items()},
            "count": self.count,
        }

    def in_words(self) -> str:
        if not math.isfinite(self.value):
            return "–"
        return f"{brief(self.value)} ({brief(self.low)}–{brief(self.high)})"


@dataclass(frozen=True)
class Row:
    """One figure on one set of pictures: what is wanted, and what each system reached."""

    on: str
    figure: str
    goal: float | None
    found: dict[str, Figure]

    def as_json(self) -> dict[str, Any]:
        reached = {system: figure.as_json() for system, figure in self.found.items()}
        return {"on": self.on, "figure": self.figure, "goal": self.goal, **reached}


def drawn_again(figure: Callable[[Counts], float], groups: ArrayLike, pictures: int) -> Figure:
    """The figure over all rows, and its bootstrap interval; `figure` is given how often each row counts."""
    whole = np.ones(len(np.asarray(groups)), dtype=np.int64)
    return Figure(figure(whole), *bootstrap(figure, groups), pictures)


def share(true: Sequence[bool] | NDArray[np.bool_]) -> Figure:
    """Share of true ones, with Wilson's interval; nan without any."""
    count, found = len(true), int(np.sum(true))
    return Figure(found / count if count else math.nan, *share_interval(found, count), count)


def brief(number: float) -> str:
    """Three decimals below 1.5, one above."""
    return f"{number:.3f}" if abs(number) < 1.5 else f"{number:.1f}"


def as_table(rows: Sequence[Row]) -> str:
    """The rows in aligned columns, systems that say nothing left out."""
    systems = [system for system in SYSTEMS if any(system in row.found for row in rows)]
    lines = [["on", "figure", "pictures", "goal", *systems], *(cells(row, systems) for row in rows)]
    return aligned(lines)


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Cells in columns of equal width, the first line ruled off as the head."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    padded = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    ]
    padded.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in padded)


def cells(row: Row, systems: Sequence[str]) -> list[str]:
    count = max((figure.count for figure in row.found.values()), default=0)
    goal = "" if row.goal is None else f"≥ {row.goal:g}"
    reached = [row.found[system].in_words() if system in row.found else "" for system in systems]
    return [row.on, row.figure, str(count), goal, *reached]
