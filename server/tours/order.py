"""In which order to visit places: nearest neighbour, then 2-opt and Or-opt, over straight lines, open at the end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from server.drives.track import offset_between_m

LonLat = tuple[float, float]
Distances = Sequence[Sequence[float]]
LONGEST_RUN = 3
GAIN_M = 1e-6  # less than this is rounding, and would go round in circles


def straight_m(one: LonLat, other: LonLat) -> float:
    """Metres by the straight line between two places."""
    return hypot(*offset_between_m(one, other))


def best_order(places: Sequence[LonLat]) -> list[int]:
    """Indices of `places` in a short order: the first stays the first, no way back. Never longer than the order given."""
    distances = distances_m(places)
    starts = (list(range(len(places))), nearest_first(distances))
    tried = [improved(order, distances) for order in starts]
    return min(tried, key=lambda order: length_m(order, distances))


def distances_m(places: Sequence[LonLat]) -> Distances:
    """Between each two places, and a last row and column of zeros: the end, which is no place and near to every one."""
    rows = [[*(straight_m(one, other) for other in places), 0.0] for one in places]
    return [*rows, [0.0] * (len(places) + 1)]


def length_m(order: Sequence[int], distances: Distances) -> float:
    return sum(distances[one][other] for one, other in pairwise(order))


def nearest_first(distances: Distances) -> list[int]:
    """From the first place always to the nearest that is left."""
    left = list(range(len(distances) - 1))
    order = left[:1]
    del left[:1]
    while left:
        here = distances[order[-1]]
        order.append(min(left, key=lambda index: here[index]))
        left.remove(order[-1])
    return order


def improved(order: list[int], distances: Distances) -> list[int]:
    """Changes the order as long as a change makes it shorter."""
    path = [*order, len(order)]
    while turn(path, distances) or move(path, distances):
        pass
    return path[:-1]


def turn(path: list[int], distances: Distances) -> bool:
    """2-opt: drives stretches the other way round where that is shorter. Whether any was."""
    turned = False
    for first in range(1, len(path) - 2):
        for last in range(first + 1, len(path) - 1):
            before, one, other, after = path[first - 1], path[first], path[last], path[last + 1]
            now = distances[before][one] + distances[other][after]
            if distances[before][other] + distances[one][after] < now - GAIN_M:
                path[first : last + 1] = path[first : last + 1][::-1]
                turned = True
    return turned


def move(path: list[int], distances: Distances) -> bool:
    """Or-opt: puts runs of up to three places where they fit best, either way round. Whether any was moved."""
    moved = False
    for length in range(1, LONGEST_RUN + 1):
        for first in range(1, len(path) - length):
            run, rest = path[first : first + length], path[:first] + path[first + length :]
            fits = [
                (detour_m(rest, at, way, distances), at, way)
                for at in range(1, len(rest))
                for way in (run, run[::-1])
            ]
            best_m, at, way = min(fits, default=(0.0, first, run))
            if best_m < detour_m(rest, first, run, distances) - GAIN_M:
                path[:] = [*rest[:at], *way, *rest[at:]]
                moved = True
    return moved


def detour_m(rest: Sequence[int], at: int, run: Sequence[int], distances: Distances) -> float:
    """What visiting the run between two places that follow one another adds to the way, less what lies within the run."""
    before, after = rest[at - 1], rest[at]
    return distances[before][run[0]] + distances[run[-1]][after] - distances[before][after]
