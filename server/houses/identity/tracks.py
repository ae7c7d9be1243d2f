"""What is known before any likeness: what stands side by side in one frame, and what was followed into the next. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, groupby

import numpy as np

from server.houses.identity.grouping import Floats, Pair

Box = Sequence[float]
STILL_M = 4.0
STILL_S = 120.0
SAME_BOX = 0.6
LARGE_AREA = 0.08


def columns_of(frames: Sequence[int], boxes: Sequence[Box], nearly: float) -> list[int]:
    """A number for each sighting: those of one frame whose boxes touch, or up to `nearly`, have the same.

    One above the other counts as touching, as do both ends of a row of boxes that touch one another: a display of one house
    falls apart into several regions. On rendered drives 96 % of regions above one another are of one house, 37 % of those with
    a gap of 10 to 30 % of the picture's width, and 6 % of those farther apart.
    """
    numbers = [0] * len(frames)
    order = sorted(range(len(frames)), key=lambda row: (frames[row], boxes[row][0], row))
    for number, (_, rows) in enumerate(groupby(order, key=lambda row: frames[row])):
        column, right = 0, -1.0
        for row in rows:
            column += right >= 0 and boxes[row][0] - right > nearly
            right = max(right, boxes[row][2])
            numbers[row] = number * len(frames) + column
    return numbers


def apart(frames: Sequence[int], columns: Sequence[int]) -> list[Pair]:
    """Pairs in one frame whose boxes do not touch: never one house."""
    order = sorted(range(len(frames)), key=lambda row: (frames[row], row))
    shared = (list(rows) for _, rows in groupby(order, key=lambda row: frames[row]))
    pairs = (pair for rows in shared for pair in combinations(rows, 2))
    return [(one, other) for one, other in pairs if columns[one] != columns[other]]


def still_links(
    cameras: Sequence[int], at_s: Sequence[float], cameras_m: Floats, boxes: Sequence[Box]
) -> Iterator[Pair]:
    """Pairs that one camera saw in the same box from the same place within two minutes, as where a car stands still: each
    sighting with the latest such one before it. A car that moves sees a display in another box after 4 m."""
    latest: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for row in sorted(range(len(boxes)), key=lambda row: (at_s[row], row)):
        x0, y0, x1, y1 = boxes[row]
        column, height = int((x0 + x1) * 5), int((y0 + y1) * 5)
        around = [
            other
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for other in latest[cameras[row], column + dx, height + dy]
            if at_s[row] - at_s[other] <= STILL_S
            and np.hypot(*(cameras_m[row] - cameras_m[other])) <= STILL_M
            and overlap(boxes[row], boxes[other]) >= SAME_BOX
        ]
        if around:
            yield max(around, key=lambda other: (at_s[other], other)), row
        seen = latest[cameras[row], column, height]
        seen.append(row)
        del seen[:-8]


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    both = max(width, 0.0) * max(height, 0.0)
    either = area(one) + area(other) - both
    return both / either if either > 0 else 0.0


def tracks_of(
    links: Iterable[Pair], places_m: Floats, frames: Sequence[int], columns: Sequence[int], max_width_m: float
) -> list[list[int]]:
    """Sightings joined by links, each track with its rows in order; a sighting without links is a track of its own.

    A link is left out where it would join two sightings that stand apart in one frame, or tracks farther apart than a house
    is wide.
    """
    track_of = {row: [row] for row in range(len(frames))}
    for one, other in links:
        some, others = track_of[one], track_of[other]
        if some is others or not fit(some, others, frames, columns):
            continue
        if np.linalg.norm(places_m[some].mean(axis=0) - places_m[others].mean(axis=0)) <= max_width_m:
            some += others
            track_of |= dict.fromkeys(others, some)
    return [sorted(rows) for row, rows in track_of.items() if row == min(rows)]


def fit(some: Sequence[int], others: Sequence[int], frames: Sequence[int], columns: Sequence[int]) -> bool:
    """Whether no frame shows the two standing apart."""
    column_in = {frames[row]: columns[row] for row in some}
    return all(column_in.get(frames[row], columns[row]) == columns[row] for row in others)


def trust_of(boxes: Sequence[Box], shares: Sequence[float], columns: Sequence[int]) -> list[float]:
    """How much of a display each sighting shows, in (0, 1]: its part of the light of its column, and whether it is large.

    Measured on rendered streets as the slope of the log odds of one house over the likeness of two regions: 12 and more
    where both are whole and fill 5 % of the picture, as on labelled views of whole displays; 8 where they are half of their
    column; 2 for small fragments.
    """
    lit: dict[int, float] = defaultdict(float)
    for share, column in zip(shares, columns, strict=True):
        lit[column] += share
    return [
        (0.3 + 0.7 * share / max(lit[column], share, 1e-9)) * min(1.0, math.sqrt(area(box) / LARGE_AREA))
        for box, share, column in zip(boxes, shares, columns, strict=True)
    ]


def area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
