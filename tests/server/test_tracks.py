from __future__ import annotations

import numpy as np
import pytest

from server.houses.grouping import RULE
from server.houses.tracks import apart, averaged, columns_of, settle, tracks_of

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


def test_a_track_stands_in_its_middle_and_faces_its_mean() -> None:
    places_m, facing_deg = averaged(
        np.array([[0.0, 0], [10.0, 0], [50.0, 0]]), np.array([350.0, 10.0, 90.0]), [[0, 1], [2]]
    )
    assert places_m[:, 0].tolist() == [5, 5, 50]
    assert np.cos(np.radians(facing_deg[0])) == pytest.approx(1)
    assert facing_deg[2] == pytest.approx(90)


def test_tracks_are_cheapest_and_what_stands_apart_has_no_cost() -> None:
    costs = {0: {1: 1.0, 2: 1.0}, 1: {0: 1.0, 2: 1.0}, 2: {0: 1.0, 1: 1.0}}
    settle(costs, [[0, 1], [2]], [(1, 2)])
    assert costs[0][1] == costs[1][0] < 0
    assert 2 not in costs[1]
    assert 1 not in costs[2]
