"""The most festivity in a time: the orienteering problem, by ruining and rebuilding a tour with local search in between.

Which places to visit, and in which order, so that their values add up to the most while ways and stops stay within a budget.
The method is that of iterated local search for orienteering (Vansteenwegen, Souffriau and Van Oudheusden 2011, §4) with the
string removals of Christiaens and Vanden Berghe (2020). It is deterministic: its chance has a fixed seed, and it counts rounds,
not seconds. How far it stays behind the exact optimum is measured by `bench/boards_tour.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np
from numpy.typing import NDArray

from server.tours.order import turned

Seconds = NDArray[np.float64]
Path = list[int]
SEED = 24
ROUNDS = 260
PATIENCE = 90  # rounds without anything better, after which it is enough
GREEDS = (1.0, 1.0, 1.5, 2.5)  # how much more a value counts than the time that it takes
SPREADS = (
    0.15,
    0.3,
    1.2,
)  # how far chance may bend what a place seems worth, as the deviation of a logarithm
WORSE = 0.02  # a tour so much worse than the best may still be gone on from
GAIN_S = 1e-6


@dataclass(frozen=True)
class Question:
    """`ways_s` (N, N): from each place to each. Place 0 is the start and the last place is the end; neither has a value.

    A round tour has the start as its last place once more; for a tour that may end anywhere, ways to the last place take no
    time. `values` (N,) and `stops_s` (N,) are 0 for these two. At most `most` other places fit.
    """

    ways_s: Seconds
    values: NDArray[np.float64]
    stops_s: Seconds
    budget_s: float
    most: int = 1_000

    @property
    def end(self) -> int:
        return len(self.values) - 1

    def time_s(self, path: Sequence[int]) -> float:
        return float(sum(self.ways_s[one, other] for one, other in pairwise(path)) + self.stops_s[path].sum())

    def value(self, path: Sequence[int]) -> float:
        return float(self.values[path].sum())


def question_of(
    places_s: Seconds, values: Sequence[float], *, stop_s: float, budget_s: float, back: bool, most: int
) -> Question:
    """Of the times between a start (row 0) and places with `values` (one less than rows), which ends anywhere unless `back`."""
    size = len(places_s)
    ways_s = np.zeros((size + 1, size + 1))
    ways_s[:size, :size] = places_s
    if back:
        ways_s[:size, size] = places_s[:, 0]
    ways_s[size, :] = ways_s[:, size]
    stops_s = np.full(size + 1, stop_s)
    stops_s[[0, size]] = 0.0
    return Question(ways_s, np.array([0.0, *values, 0.0]), stops_s, budget_s, most)


def best_tour(question: Question) -> list[int]:
    """Places in their order, without start and end; within the budget, empty where nothing is."""
    chance = Random(SEED)
    best = current = improved(question, [0, question.end])
    since = 0
    for _ in range(ROUNDS):
        if since >= PATIENCE or len(best) - 2 >= len(question.values) - 2:
            break
        tried = improved(question, ruined(question, current, chance), chance)
        since += 1
        if better(question, tried, best):
            best, since = tried, 0
        if question.value(tried) >= (1 - WORSE) * question.value(best):
            current = tried
        elif since % 12 == 0:
            current = best
    return best[1:-1]


def better(question: Question, one: Path, other: Path) -> bool:
    """More festive, or as festive in less time."""
    gain = question.value(one) - question.value(other)
    if abs(gain) > 1e-9:
        return gain > 0
    return question.time_s(one) < question.time_s(other) - GAIN_S


def ruined(question: Question, path: Path, chance: Random) -> Path:
    """Without a run of its stops, and without some single ones."""
    stops = len(path) - 2
    if stops <= 1:
        return [0, question.end]
    length = chance.randint(1, max(1, min(stops - 1, 12, stops // 2)))
    first = chance.randint(1, stops - length + 1)
    left = path[:first] + path[first + length :]
    drops = {chance.randrange(1, stops + 1) for _ in range(chance.randint(0, 3))}
    return [place for at, place in enumerate(left) if not (at in drops and 0 < at < len(left) - 1)]


def improved(question: Question, path: Path, chance: Random | None = None) -> Path:
    """Fills the time that is left, shortens the way, and exchanges stops, as long as any of these helps."""
    greed = chance.choice(GREEDS) if chance else 1.0
    path = filled(question, path, greed, chance)
    while True:
        path = filled(question, straightened(question, path), greed)
        exchanged = exchange(question, path)
        if exchanged is None:
            return path
        path = exchanged


def straightened(question: Question, path: Path) -> Path:
    """The same places on a way that no turned stretch makes shorter."""
    while (shorter := turned(path, question.ways_s)) is not None:
        path = shorter
    return path


def filled(question: Question, path: Path, greed: float, chance: Random | None = None) -> Path:
    """With one place after another put where it costs least, the most value for its time first."""
    path = list(path)
    left_s = question.budget_s - question.time_s(path)
    free = free_of(question, path)
    worth = question.values[free] ** greed
    if chance is not None:
        spread = chance.choice(SPREADS)
        worth = worth * np.exp([chance.gauss(0, spread) for _ in range(len(free))])
    while len(free) and len(path) - 2 < question.most:
        detours_s = detours(question, path, free)
        costs_s = detours_s.min(axis=0) + question.stops_s[free]
        gains = np.where(costs_s <= left_s, worth / np.maximum(costs_s, 1.0), -1.0)
        chosen = int(gains.argmax())
        if gains[chosen] < 0:
            break
        path.insert(int(detours_s[:, chosen].argmin()) + 1, int(free[chosen]))
        left_s -= float(costs_s[chosen])
        free, worth = np.delete(free, chosen), np.delete(worth, chosen)
    return path


def free_of(question: Question, path: Path) -> NDArray[np.intp]:
    """The places that the path does not visit."""
    unvisited = np.ones(question.end + 1, dtype=bool)
    unvisited[[0, question.end, *path]] = False
    return np.flatnonzero(unvisited)


def detours(question: Question, path: Path, free: NDArray[np.intp]) -> Seconds:
    """(len(path) - 1, len(free)): what it adds to the way to visit a place after each one of the path."""
    to_free = question.ways_s[path][:, free]
    steps = question.ways_s[path[:-1], path[1:]]
    return to_free[:-1] + to_free[1:] - steps[:, None]


def exchange(question: Question, path: Path) -> Path | None:
    """With one stop given up for a place of more value that fits then, wherever on the way that lies; None where none does."""
    free = free_of(question, path)
    if len(path) == 2 or not len(free):
        return None
    stops = np.array(path[1:-1])
    costs_s, at = costs_without(question, path, free)
    left_s = question.budget_s - question.time_s(path)
    gains = question.values[free][None, :] - question.values[stops][:, None]
    gains = np.where(costs_s <= left_s, gains, 0.0)
    given, taken = divmod(int(gains.argmax()), len(free))
    if gains[given, taken] <= 1e-9:
        return None
    without = [*path[: given + 1], *path[given + 2 :]]
    without.insert(int(at[given, taken]), int(free[taken]))
    return without


def costs_without(question: Question, path: Path, free: NDArray[np.intp]) -> tuple[Seconds, NDArray[np.intp]]:
    """(len(path) - 2, len(free)) each: what it costs to have a free place instead of a stop, and where it comes in the path
    that is without that stop."""
    ways_s, stops_s, rows = question.ways_s, question.stops_s, np.arange(1, len(path) - 1)
    best_s, at = cheapest_elsewhere(detours(question, path, free), rows)
    before, stops, after = (np.array(path)[rows + shift] for shift in (-1, 0, 1))
    bridge_s = ways_s[before, after]
    there_s = ways_s[before][:, free] + ways_s[after][:, free] - bridge_s[:, None]
    saved_s = ways_s[before, stops] + ways_s[stops, after] - bridge_s + stops_s[stops]
    costs_s = np.minimum(best_s, there_s) + stops_s[free][None, :] - saved_s[:, None]
    place = np.where(there_s <= best_s, rows[:, None], at + 1 - (at >= rows[:, None]))
    return costs_s, place


def cheapest_elsewhere(detours_s: Seconds, rows: NDArray[np.intp]) -> tuple[Seconds, NDArray[np.intp]]:
    """(len(rows), F) each: the least detour to each place that is not beside the stop of the row, and after which one it is.

    At most two of the detours are beside a stop, so that the three least are all that is needed.
    """
    least = np.argsort(detours_s, axis=0)[:3]
    values_s = np.take_along_axis(detours_s, least, axis=0)
    beside = (least[None] == rows[:, None, None] - 1) | (least[None] == rows[:, None, None])
    offered_s = np.where(beside, np.inf, values_s[None])
    which = offered_s.argmin(axis=1)
    best_s = np.take_along_axis(offered_s, which[:, None], axis=1)[:, 0]
    return best_s, np.take_along_axis(np.broadcast_to(least, offered_s.shape), which[:, None], axis=1)[:, 0]
