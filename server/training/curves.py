"""Curves of a lesson as SVG paths, in a square of 100 by 100 with the origin below at the left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SIDE = 100.0


@dataclass(frozen=True)
class Dot:
    """A point of a curve; `words` say what it means."""

    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Curve:
    path: str
    dots: list[Dot]


def precision_curve(left_out: Mapping[str, Any]) -> Curve:
    """Precision (up) over recall (across)."""
    points = [(float(recall), precision) for recall, precision in left_out["precision_at_recall"].items()]
    return curve((x, y, f"{x:.2f} → {y:.3f}") for x, y in points)


def calibration_curve(left_out: Mapping[str, Any]) -> Curve:
    """True festive share (up) over found chance (across), in ten bins."""
    bins = left_out["calibration"]["bins"]
    return curve((one["found"], one["true"], f"{one['found']:.2f} → {one['true']:.3f}") for one in bins)


def curve(points: Iterable[tuple[float, float, str]]) -> Curve:
    dots = [Dot(round(SIDE * x, 2), round(SIDE * (1 - y), 2), words) for x, y, words in points]
    path = " ".join(f"{'L' if number else 'M'}{dot.x} {dot.y}" for number, dot in enumerate(dots))
    return Curve(path, dots)
