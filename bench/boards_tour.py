"""How long it takes to find a tour among 300 houses, ways along streets included, and how much festivity small ones miss of the
exact optimum.

python -m bench.boards_tour        the last line is JSON
"""

from __future__ import annotations

import json
import time
from random import Random
from statistics import mean, median

import numpy as np
from shapely import LineString

from bench.exact_tour import exact_value
from server.tours.network import Network, network_of
from server.tours.noding import noded
from server.tours.orienteering import Question, best_tour, question_of
from server.tours.shortest import laid

TOWN_M = 3_000.0
SPEED_M_S = 25 / 3.6
CANDIDATES, MINUTES, NEAREST = 300, 45, 24
SMALL, SMALL_TOWNS = 11, 40
BLOCKS, BLOCK_M = 50, 90.0


def a_town(chance: Random, houses: int) -> tuple[np.ndarray, list[float]]:
    """Ways in seconds between a start in the middle and houses, most of them along a few streets, and their points."""
    streets = [(chance.uniform(0, TOWN_M), chance.uniform(0, TOWN_M)) for _ in range(max(2, houses // 12))]
    places = [(TOWN_M / 2, TOWN_M / 2)]
    for _ in range(houses):
        east, north = chance.choice(streets) if chance.random() < 0.7 else (chance.uniform(0, TOWN_M),) * 2
        places.append((east + chance.gauss(0, 120), north + chance.gauss(0, 40)))
    spots = np.array(places)
    ways_m = np.hypot(*(spots[:, None, :] - spots[None, :, :]).transpose(2, 0, 1)) * 1.3
    return ways_m / SPEED_M_S, [100 * chance.betavariate(1.2, 3) for _ in range(houses)]


def small_question(seed: int) -> Question:
    chance = Random(seed)
    ways_s, values = a_town(chance, SMALL)
    budget_s, back = chance.uniform(500, 1800), seed % 2 == 0
    return question_of(ways_s, values, stop_s=60, budget_s=budget_s, back=back, most=40)


def gap(question: Question) -> float:
    """What is missing of the exact optimum, as a share of it."""
    best = exact_value(question)
    return 0.0 if best == 0 else 1 - question.value(best_tour(question)) / best


def large_question(seed: int) -> Question:
    ways_s, values = a_town(Random(seed), CANDIDATES)
    return question_of(ways_s, values, stop_s=60, budget_s=60 * MINUTES, back=True, most=40)


def a_city() -> Network:
    """2,500 crossings of streets, as a site has them in its cache."""
    side_m = BLOCK_M * (BLOCKS - 1)
    lines = [[(BLOCK_M * at, 0.0), (BLOCK_M * at, side_m)] for at in range(BLOCKS)]
    lines += [[(0.0, BLOCK_M * at), (side_m, BLOCK_M * at)] for at in range(BLOCKS)]
    return network_of(noded([LineString(line) for line in lines]))


def seconds(city: Network, seed: int) -> float:
    """From the houses that come into question to the tour."""
    chance = Random(seed)
    side_m = BLOCK_M * (BLOCKS - 1)
    spots = [(side_m / 2, side_m / 2)]
    for _ in range(CANDIDATES):
        along_m, across_m = (
            chance.uniform(0, side_m),
            BLOCK_M * chance.randrange(BLOCKS) + chance.uniform(-9, 9),
        )
        spots.append((along_m, across_m) if chance.random() < 0.5 else (across_m, along_m))
    points = [100 * chance.betavariate(1.2, 3) for _ in range(CANDIDATES)]
    begun = time.perf_counter()
    ways_s = laid(city, spots).ways_m(NEAREST) / SPEED_M_S
    best_tour(question_of(ways_s, points, stop_s=60, budget_s=60 * MINUTES, back=True, most=40))
    return time.perf_counter() - begun


def measure() -> dict[str, float]:
    """`tour_s`: median seconds for a tour of 45 minutes among 300 houses; `tour_gap`: mean gap of small cases."""
    city = a_city()
    seconds(city, 0)
    took_s = [seconds(city, seed) for seed in range(1, 8)]
    gaps = [gap(small_question(seed)) for seed in range(SMALL_TOWNS)]
    print(f"{CANDIDATES} houses, {MINUTES} min: {median(took_s):.2f} s (longest {max(took_s):.2f} s)")
    print(f"{SMALL_TOWNS} towns of {SMALL} houses: mean gap {mean(gaps):.4f}, largest {max(gaps):.4f}")
    return {"tour_s": round(median(took_s), 3), "tour_gap": round(mean(gaps), 4)}


if __name__ == "__main__":
    print(json.dumps(measure()))
