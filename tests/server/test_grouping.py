from __future__ import annotations

import numpy as np

from server.houses.identity.grouping import (
    RULE,
    Floats,
    Units,
    doubtful_pairs,
    evidence,
    group,
    near_pairs,
    pair_costs,
    reached,
    rule_of,
)
from server.search.typical import centred

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


def units(
    places_m: list[list[float]] | Floats,
    facing_deg: list[float] | Floats | None = None,
    vectors: Floats | None = None,
    spread_m: float = 3.9,
    drives: list[int] | None = None,
) -> Units:
    """Passages of one drive that are `spread_m` uncertain."""
    count = len(places_m)
    return Units(
        places_m=np.array(places_m, dtype=float),
        covariances=np.tile(np.eye(2) * spread_m**2, (count, 1, 1)),
        facing_deg=np.zeros(count) if facing_deg is None else np.array(facing_deg),
        drives=np.array(drives or [1] * count),
        vectors=np.zeros((count, 8)) if vectors is None else vectors,
        trust=np.ones(count),
    )


def grouped(east_m: list[float], facing_deg: list[float], vectors: Floats) -> list[int]:
    places_m = np.stack([np.array(east_m), np.zeros(len(east_m))], axis=1)
    groups = group(range(len(east_m)), pair_costs(units(places_m, facing_deg, vectors)))
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
    costs = pair_costs(units([[0, 0], [15, 0], [30, 0], [500, 0]], vectors=looks(4, 0.9)))
    assert {index: sorted(pairs) for index, pairs in costs.items()} == {0: [1], 1: [0, 2], 2: [1], 3: []}


def test_the_same_distance_says_less_where_places_are_less_certain() -> None:
    far = [near_pairs(units([[0, 0], [14, 0]], spread_m=spread_m))[2][0] for spread_m in (2.0, 5.0)]
    assert far[0] > RULE.limit > far[1]


def test_an_ellipse_is_wide_along_its_ray_only() -> None:
    along = units([[0, 0], [15, 0]])
    along.covariances[:] = np.diag([25.0, 4.0])
    across = units([[0, 0], [0, 15]])
    across.covariances[:] = np.diag([25.0, 4.0])
    assert near_pairs(along)[2][0] < RULE.limit < near_pairs(across)[2][0]


def test_drives_that_drift_apart_may_show_one_house_farther_off() -> None:
    one_drive, two_drives = (
        near_pairs(units([[0, 0], [13, 0]], drives=drives))[2][0] for drives in ([1, 1], [1, 2])
    )
    assert two_drives < one_drive


def test_what_hangs_together_by_cheap_pairs_is_reached_and_nothing_else() -> None:
    costs = pair_costs(units([[0, 0], [8, 0], [16, 0], [60, 0], [64, 0]]))
    assert reached([0], costs) == {0, 1, 2}


def test_groups_of_what_is_reached_are_those_of_the_whole() -> None:
    places_m = RNG.uniform(0, 400, (120, 2))
    costs = pair_costs(units(places_m))
    whole = group(range(120), costs)
    part = sorted(reached([0], costs))
    assert [rows for rows in whole if rows[0] in part] == group(part, costs)


def test_ten_thousand_sightings_take_little_memory_and_all_find_their_house() -> None:
    houses = np.repeat(np.arange(1000), 10)
    places_m = np.stack(
        [houses * 30.0 + RNG.normal(0, 1, houses.size), RNG.normal(0, 1, houses.size)], axis=1
    )
    groups = group(range(houses.size), pair_costs(units(places_m)))
    assert len(groups) == 1000


def test_without_a_centre_there_is_nothing_to_compare() -> None:
    assert not centred(looks(4, 0.1), None).any()
    assert grouped([0, 4, 30, 33], [0] * 4, np.zeros((4, 8))) == [0, 0, 1, 1]


def test_seen_from_the_typical_picture_two_houses_differ() -> None:
    typical = looks(1, 1.0)[0]
    one, other = (looks(3, 0.98, of=looks(1, 0.97, of=typical)[0]) for _ in range(2))
    far, near = centred(np.concatenate([one, other]), typical), np.concatenate([one, other])
    assert float(near[0] @ near[3]) > 0.85
    assert float(far[0] @ far[3]) < 0.5 < float(far[0] @ far[1])


def test_patches_that_match_prove_more_than_patches_that_do_not() -> None:
    assert abs(evidence(0.5)) < 1e-9
    assert evidence(0.9) > 1.9 > -evidence(0.4) > 0
    assert -evidence(0.001) > 2
    assert evidence(1.0) == RULE.surest


def test_neighbours_a_narrow_lot_apart_are_told_apart_by_their_patches() -> None:
    row = units([[0.0, 0], [1.0, 0], [10.0, 0], [11.0, 0]])
    assert len(group(range(4), pair_costs(row))) == 1
    chances = {(one, other): 0.01 for one in (0, 1) for other in (2, 3)}
    assert group(range(4), pair_costs(row, chances=chances)) == [[0, 1], [2, 3]]


def test_patches_join_what_distance_alone_would_not() -> None:
    pair = units([[0.0, 0], [18.0, 0]])
    assert len(group(range(2), pair_costs(pair))) == 2
    assert len(group(range(2), pair_costs(pair, chances={(0, 1): 0.97}))) == 1


def test_a_fragment_s_looks_say_less_than_a_whole_display_s() -> None:
    vectors, pair = looks(2, 0.1), [[0.0, 0], [10.0, 0]]
    whole, fragments = units(pair, vectors=vectors), units(pair, vectors=vectors)
    fragments.trust[:] = 0.2
    assert len(group(range(2), pair_costs(whole))) == 2
    assert len(group(range(2), pair_costs(fragments))) == 1


def test_only_pairs_that_could_be_decided_otherwise_are_doubtful() -> None:
    assert doubtful_pairs(units([[0.0, 0], [1.0, 0], [19.0, 0], [40.0, 0]])) == [(1, 2), (0, 2), (2, 3)]


def test_a_passage_that_comes_later_brings_no_pair_of_older_ones_in() -> None:
    places_m = RNG.normal(0, 9, (40, 2))
    before, after = doubtful_pairs(units(places_m[:-5])), doubtful_pairs(units(places_m))
    assert {pair for pair in after if max(pair) < 35} < set(before)
    assert max(sum(index in pair for pair in after) for index in range(40)) <= RULE.most_looks


def test_a_scorer_s_card_may_tell_another_rule() -> None:
    told = rule_of({"same_house": {"indifferent": 0.5, "likeness_weight": 8, "unknown": 3}})
    assert (told.indifferent, told.likeness_weight, told.limit) == (0.5, 8.0, RULE.limit)
    assert rule_of({}) == rule_of({"same_house": "none"}) == RULE
