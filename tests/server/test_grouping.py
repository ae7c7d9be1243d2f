from __future__ import annotations

import numpy as np

from server.houses.grouping import (
    RULE,
    Floats,
    centred,
    doubtful_pairs,
    evidence,
    group,
    mean_cost,
    pair_costs,
)

RNG = np.random.default_rng(7)


def looks(count: int, likeness: float, of: Floats | None = None) -> Floats:
    """Unit vectors that have about this cosine with one another (or with `of`)."""
    base = RNG.normal(size=64) if of is None else of
    base = base / np.linalg.norm(base)
    noise = RNG.normal(size=(count, 64))
    noise -= np.outer(noise @ base, base)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    share = likeness if of is not None else likeness**0.5
    return np.asarray(share * base + (1 - share**2) ** 0.5 * noise)


def grouped(east_m: list[float], facing_deg: list[float], vectors: Floats) -> list[int]:
    places_m = np.stack([np.array(east_m), np.zeros(len(east_m))], axis=1)
    groups = group(range(len(east_m)), pair_costs(places_m, np.array(facing_deg), vectors))
    return [next(number for number, rows in enumerate(groups) if row in rows) for row in range(len(east_m))]


def test_several_views_of_one_house_are_one_group() -> None:
    assert grouped([0, 3, 5, 6], [0] * 4, looks(4, 0.9)) == [0, 0, 0, 0]


def test_neighbours_that_look_different_stay_apart() -> None:
    vectors = np.concatenate([looks(3, 0.95), looks(3, 0.95)])
    assert grouped([0, 2, 3, 15, 16, 18], [0] * 6, vectors) == [0, 0, 0, 1, 1, 1]


def test_equal_displays_far_apart_are_two_houses() -> None:
    assert grouped([0, 40], [0, 0], looks(2, 0.99)) == [0, 1]


def test_houses_across_the_street_are_two_houses() -> None:
    assert grouped([0, 1], [0, 180], looks(2, 0.99)) == [0, 1]


def test_a_row_of_equal_displays_does_not_chain_into_one() -> None:
    row = grouped([9.0 * number for number in range(12)], [0] * 12, looks(12, 0.9))
    widths = [
        9.0 * (max(rows) - min(rows)) for rows in ([i for i, n in enumerate(row) if n == g] for g in set(row))
    ]
    assert max(widths) <= RULE.max_width_m


def test_only_pairs_within_a_house_s_width_have_a_cost() -> None:
    places_m = np.array([[0, 0], [15, 0], [30, 0], [500, 0]], dtype=float)
    costs = pair_costs(places_m, np.zeros(4), looks(4, 0.9))
    assert {index: sorted(pairs) for index, pairs in costs.items()} == {0: [1], 1: [0, 2], 2: [1], 3: []}
    assert mean_cost([0], [1, 2], costs) == np.inf


def test_ten_thousand_sightings_take_little_memory_and_all_find_their_house() -> None:
    houses = np.repeat(np.arange(1000), 10)
    places_m = np.stack(
        [houses * 30.0 + RNG.normal(0, 1, houses.size), RNG.normal(0, 1, houses.size)], axis=1
    )
    groups = group(
        range(houses.size), pair_costs(places_m, np.zeros(houses.size), np.zeros((houses.size, 4)))
    )
    assert len(groups) == 1000


def test_without_a_centre_geometry_decides_alone() -> None:
    vectors = centred(looks(4, 0.1), None)
    assert grouped([0, 4, 30, 33], [0] * 4, vectors) == [0, 0, 1, 1]


def test_seen_from_the_typical_picture_two_houses_differ() -> None:
    typical = looks(1, 1.0)[0]
    one, other = (looks(3, 0.98, of=looks(1, 0.97, of=typical)[0]) for _ in range(2))
    far, near = centred(np.concatenate([one, other]), typical), np.concatenate([one, other])
    assert float(near[0] @ near[3]) > 0.85
    assert float(far[0] @ far[3]) < 0.5 < float(far[0] @ far[1])


def test_patches_that_match_prove_more_than_patches_that_do_not() -> None:
    assert evidence(0.5) == 0
    assert evidence(0.999) > 3 > -evidence(0.001) > 0.6
    assert evidence(1.0) == RULE.surest


def test_neighbours_a_narrow_lot_apart_are_told_apart_by_their_patches() -> None:
    places_m, facing_deg = np.array([[0.0, 0], [1.0, 0], [12.0, 0], [13.0, 0]]), np.zeros(4)
    vectors = np.zeros((4, 8))
    assert len(group(range(4), pair_costs(places_m, facing_deg, vectors))) == 1
    chances = {(one, other): 0.01 for one in (0, 1) for other in (2, 3)}
    told = pair_costs(places_m, facing_deg, vectors, chances=chances)
    assert group(range(4), told) == [[0, 1], [2, 3]]


def test_patches_join_what_distance_alone_would_not() -> None:
    places_m, facing_deg, vectors = np.array([[0.0, 0], [17.0, 0]]), np.zeros(2), np.zeros((2, 8))
    assert len(group(range(2), pair_costs(places_m, facing_deg, vectors))) == 2
    assert len(group(range(2), pair_costs(places_m, facing_deg, vectors, chances={(0, 1): 0.97}))) == 1


def test_only_pairs_that_could_be_decided_otherwise_are_doubtful() -> None:
    places_m = np.array([[0.0, 0], [0.0, 0], [14.0, 0], [21.5, 0]])
    assert doubtful_pairs(places_m, np.zeros(4)) == [(0, 2), (1, 2), (2, 3)]
