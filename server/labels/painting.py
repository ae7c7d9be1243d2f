"""Strokes laid over a mask, pixel by pixel; static/js/labels/painting.js does the same (pure numpy).

A pixel belongs to a line where its middle is at most the radius away from it, and to a polygon where its middle lies inside by
the even-odd rule. Both are found row by row, in double precision, so that both sides mark the same pixels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from server.labels.drawing import Stroke

Mask = NDArray[np.bool_]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Band:
    """What a stroke covers: `inside` (n, W) of the rows of a picture from `top` on."""

    top: int
    inside: Mask


def painted(mask: Mask, strokes: Iterable[Stroke]) -> Mask:
    """The mask (H, W) with each stroke added to it or taken from it, in their order."""
    found = mask.copy()
    for stroke in strokes:
        band = covered(stroke, *mask.shape)
        found[band.top : band.top + len(band.inside)][band.inside] = stroke.adds
    return found


def covered(stroke: Stroke, height: int, width: int) -> Band:
    points = np.array(stroke.points, dtype=np.float64) * (width, height)
    if stroke.is_line:
        return line(points, stroke.radius * max(height, width), height, width)
    return polygon(points, height, width)


def line(points: Doubles, radius: float, height: int, width: int) -> Band:
    """Pixels within `radius` of a line through points (n, 2), all in pixels."""
    top, bottom = rows_of(points[:, 1].min() - radius, points[:, 1].max() + radius, height)
    starts = np.zeros((max(0, bottom - top + 1), width + 1), dtype=np.int32)
    for a, b in pairwise(points) if len(points) > 1 else [(points[0], points[0])]:
        first, last = rows_of(min(a[1], b[1]) - radius, max(a[1], b[1]) + radius, height)
        rows = np.arange(first, last + 1)
        low, high = around(a, b, radius, rows.astype(np.float64) + 0.5)
        begin = np.clip(np.ceil(low - 0.5), 0, width)
        end = np.clip(np.floor(high - 0.5) + 1, 0, width)
        filled = end > begin
        starts[rows[filled] - top, begin[filled].astype(int)] += 1
        starts[rows[filled] - top, end[filled].astype(int)] -= 1
    return Band(top, np.cumsum(starts, axis=1)[:, :width] > 0)


def rows_of(low: float, high: float, height: int) -> tuple[int, int]:
    """First and last of the rows whose middles lie between, within the picture."""
    return max(0, int(np.ceil(low - 0.5))), min(height - 1, int(np.floor(high - 0.5)))


def around(a: Doubles, b: Doubles, radius: float, y: Doubles) -> tuple[Doubles, Doubles]:
    """From where to where on each line y (n,) points are within `radius` of a part from a to b; inf to -inf where none is."""
    low, high = np.full(len(y), np.inf), np.full(len(y), -np.inf)
    for x0, y0 in (a, b):
        away = y - y0
        near = np.abs(away) <= radius
        half = np.sqrt(np.where(near, radius * radius - away * away, 0))
        low = np.where(near, np.minimum(low, x0 - half), low)
        high = np.where(near, np.maximum(high, x0 + half), high)
    across, down = b[0] - a[0], b[1] - a[1]
    length = np.sqrt(across * across + down * down)
    if length > 0:
        left, right = between(a, across / length, down / length, length, radius, y)
        low = np.where(left <= right, np.minimum(low, left), low)
        high = np.where(left <= right, np.maximum(high, right), high)
    return low, high


def between(
    a: Doubles, across: float, down: float, length: float, radius: float, y: Doubles
) -> tuple[Doubles, Doubles]:
    """The same for the rectangle along a part that begins in a, without its round ends."""
    away = y - a[1]
    low, high = within(across, away * down, 0.0, length)
    left, right = within(-down, away * across, -radius, radius)
    return a[0] + np.maximum(low, left), a[0] + np.minimum(high, right)


def within(slope: float, start: Doubles, least: float, most: float) -> tuple[Doubles, Doubles]:
    """From which x to which `least <= slope * x + start <= most`."""
    if slope == 0:
        holds = (start >= least) & (start <= most)
        return np.where(holds, -np.inf, np.inf), np.where(holds, np.inf, -np.inf)
    with np.errstate(over="ignore"):
        one, other = (least - start) / slope, (most - start) / slope
    return np.minimum(one, other), np.maximum(one, other)


def polygon(points: Doubles, height: int, width: int) -> Band:
    """Pixels whose middle lies inside the polygon of these corners (n, 2), in pixels, by the even-odd rule."""
    turns = np.zeros((height, width + 1), dtype=np.int32)
    y = np.arange(height) + 0.5
    for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
        rows = np.flatnonzero((y0 <= y) != (y1 <= y))
        if not len(rows):
            continue
        crossing = x0 + (y[rows] - y0) * (x1 - x0) / (y1 - y0)
        turns[rows, 0] += 1
        turns[rows, np.clip(np.ceil(crossing - 0.5), 0, width).astype(int)] += 1
    return Band(0, np.cumsum(turns, axis=1)[:, :width] % 2 == 1)
