from __future__ import annotations

import numpy as np

from server.houses.identity.grouping import RULE
from server.houses.identity.tracks import apart, columns_of, still_links, tracks_of, trust_of

LEFT, RIGHT, ABOVE_LEFT = [0.0, 0.5, 0.2, 0.8], [0.7, 0.5, 0.9, 0.8], [0.05, 0.1, 0.15, 0.3]
MIDDLE = [0.25, 0.5, 0.65, 0.8]


def columns(frames: list[int], boxes: list[list[float]], nearly: float = 0.1) -> list[int]:
    return columns_of(frames, boxes, nearly)


def test_boxes_far_apart_in_one_frame_are_never_one_house() -> None:
    frames = [1, 1, 2]
    assert apart(frames, columns(frames, [LEFT, RIGHT, RIGHT])) == [(0, 1)]


def test_a_roof_above_a_lawn_may_be_one_house() -> None:
    assert apart([1, 1], columns([1, 1], [LEFT, ABOVE_LEFT])) == []


def test_what_a_third_box_joins_is_not_apart() -> None:
    frames = [1, 1, 1]
    assert apart(frames, columns(frames, [LEFT, RIGHT, MIDDLE])) == []


def test_a_gap_counts_as_touching_up_to_the_limit() -> None:
    boxes = [LEFT, RIGHT]
    assert apart([1, 1], columns([1, 1], boxes, nearly=0.6)) == []
    assert apart([1, 1], columns([1, 1], boxes, nearly=0.4)) == [(0, 1)]


def tracked(links: list[tuple[int, int]], frames: list[int], boxes: list[list[float]]) -> list[list[int]]:
    places_m = np.zeros((len(frames), 2))
    return tracks_of(links, places_m, frames, columns(frames, boxes), RULE.max_width_m)


def test_links_make_tracks() -> None:
    assert tracked([(0, 1), (1, 3)], [1, 2, 2, 3], [LEFT, LEFT, RIGHT, LEFT]) == [[0, 1, 3], [2]]


def test_a_link_that_would_join_what_stands_apart_is_left_out() -> None:
    frames, boxes = [1, 1, 2], [LEFT, RIGHT, LEFT]
    assert tracked([(0, 2), (1, 2)], frames, boxes) == [[0, 2], [1]]


def test_a_link_across_more_than_a_house_is_left_out() -> None:
    places_m = np.array([[0.0, 0.0], [40.0, 0.0]])
    assert tracks_of([(0, 1)], places_m, [1, 2], [0, 2], RULE.max_width_m) == [[0], [1]]


def still(moved_m: float, second_box: list[float], second_s: float = 1.0) -> list[tuple[int, int]]:
    places_m = np.array([[0.0, 0.0], [moved_m, 0.0]])
    return list(still_links([1, 1], [0.0, second_s], places_m, [MIDDLE, second_box]))


def test_what_a_standing_camera_sees_in_one_box_is_one_track() -> None:
    assert still(1.0, MIDDLE) == [(0, 1)]
    assert still(1.0, RIGHT) == still(6.0, MIDDLE) == still(1.0, MIDDLE, second_s=600.0) == []


def test_a_car_that_stands_still_for_minutes_makes_few_tracks_of_two_thousand_sightings() -> None:
    rng = np.random.default_rng(2)
    moments, columns_seen = np.repeat(np.arange(286), 7), np.tile(np.arange(7) / 7, 286)
    left = columns_seen + rng.normal(0, 0.005, len(moments))
    boxes = [[x, 0.4, x + 0.12, 0.7] for x in left.tolist()]
    places_m = rng.normal(0, 1.0, (len(moments), 2))
    links = still_links([1] * len(moments), moments.astype(float).tolist(), places_m, boxes)
    frames = moments.tolist()
    tracks = tracks_of(links, places_m, frames, columns_of(frames, boxes, 0.3), RULE.max_width_m)
    assert len(tracks) < 40


def test_a_display_alone_in_its_column_is_trusted_and_a_fragment_is_not() -> None:
    boxes = [[0.1, 0.4, 0.5, 0.8], [0.6, 0.1, 0.65, 0.15]]
    whole, fragment = trust_of(boxes, [0.1, 0.001], [0, 0])
    assert whole > 0.9 > 0.2 > fragment > 0
