"""In which order to visit places: nearest neighbour, then 2-opt and Or-opt, back to the start or open at the end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

import numpy as np
from numpy.typing import NDArray

from server.drives.track import EARTH_RADIUS_M, offset_between_m

LonLat = tuple[float, float]
Ways = NDArray[np.float64]
"""(N, N), symmetric: between each two places, in metres or seconds."""
LONGEST_RUN = 3
GAIN = 1e-6  # less than this is rounding, and would go round in circles


def straight_m(one: LonLat, other: LonLat) -> float:
    """Metres by the straight line between two places."""
    return hypot(*offset_between_m(one, other))


def straight_ways_m(places: Sequence[LonLat]) -> Ways:
    """(N, N): as `straight_m` between each two of the places."""
    lons, lats = np.array(places, dtype=float).reshape(-1, 2).T
    east_deg = (lons[None, :] - lons[:, None] + 180) % 360 - 180
    east = np.radians(east_deg) * np.cos(np.radians((lats[None, :] + lats[:, None]) / 2))
    return np.hypot(east, np.radians(lats[None, :] - lats[:, None])) * EARTH_RADIUS_M


def best_order(ways: Ways, *, back: bool = False) -> list[int]:
    """Indices of the places in a short order that begins with the first, and ends there too if `back`.

    Never longer than the order given.
    """
    if not len(ways):
        return []
    closed = with_end(ways, back)
    starts = (list(range(len(ways))), nearest_first(ways))
    tried = [shortened([*order, len(ways)], closed) for order in starts]
    return min(tried, key=lambda path: length(path, closed))[:-1]


def with_end(ways: Ways, back: bool) -> Ways:
    """(N + 1, N + 1): with a last place that is the first one over again, or, unless `back`, near to every one."""
    closed = np.zeros((len(ways) + 1, len(ways) + 1))
    closed[:-1, :-1] = ways
    if back:
        closed[-1, :-1] = closed[:-1, -1] = ways[0]
    return closed


def length(path: Sequence[int], ways: Ways) -> float:
    return float(sum(ways[one, other] for one, other in pairwise(path)))


def nearest_first(ways: Ways) -> list[int]:
    """From the first place always to the nearest that is left."""
    left = list(range(len(ways)))
    order = left[:1]
    del left[:1]
    while left:
        order.append(left[int(ways[order[-1], left].argmin())])
        left.remove(order[-1])
    return order


def shortened(path: list[int], ways: Ways) -> list[int]:
    """The path, both of whose ends stay, changed as long as a change makes it shorter."""
    while True:
        changed = turned(path, ways) or moved(path, ways)
        if changed is None:
            return path
        path = changed


def turned(path: list[int], ways: Ways) -> list[int] | None:
    """2-opt: the stretch taken the other way round that saves most; None where none does."""
    if len(path) < 4:
        return None
    between = ways[np.ix_(path, path)]
    steps = np.diagonal(between, 1)
    # [i, j]: instead of i → i+1 … j → j+1 the path goes i → j … i+1 → j+1
    saved = steps[:, None] + steps[None, :] - between[:-1, :-1] - between[1:, 1:]
    saved[np.tril_indices(len(steps), 1)] = 0.0
    first, last = divmod(int(saved.argmax()), len(steps))
    if saved[first, last] <= GAIN:
        return None
    return [*path[: first + 1], *path[last:first:-1], *path[last + 1 :]]


def moved(path: list[int], ways: Ways) -> list[int] | None:
    """Or-opt: the first run of up to three places that fits better elsewhere, put there, either way round."""
    for size in range(1, LONGEST_RUN + 1):
        for first in range(1, len(path) - size):
            run, rest = path[first : first + size], [*path[:first], *path[first + size :]]
            heads, tails = np.array(rest[:-1]), np.array(rest[1:])
            steps = ways[heads, tails]
            ahead = ways[heads, run[0]] + ways[run[-1], tails] - steps
            about = ways[heads, run[-1]] + ways[run[0], tails] - steps
            now = float(ahead[first - 1])
            at = int(min(ahead.argmin(), about.argmin(), key=lambda at: min(ahead[at], about[at])))
            if min(ahead[at], about[at]) < now - GAIN:
                way = run if ahead[at] <= about[at] else run[::-1]
                return [*rest[: at + 1], *way, *rest[at + 1 :]]
    return None
