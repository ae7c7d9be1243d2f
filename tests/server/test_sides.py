"""Which way a camera faced, by its compass, by the way its pictures move, and by the other camera."""

from __future__ import annotations

import numpy as np
import pytest

from server.drives.cameras.sides import SURE_SIDE, Guess, Side, side_by_direction, side_by_flow, side_by_other
from server.drives.models import SideBy


@pytest.mark.parametrize(("turn_deg", "side"), [(-90, "left"), (90, "right"), (0, "front"), (-70, "left")])
def test_the_compass_against_the_heading_tells_the_side(turn_deg: float, side: str) -> None:
    headings = [350.0, 355, 2, 10, 95, 100, 180, 181, 270, 280]
    directions = [heading + turn_deg + wobble for heading, wobble in zip(headings, (8, -8) * 5, strict=True)]
    guess = side_by_direction(directions, headings)
    assert guess
    assert (guess.side, guess.by) == (side, "direction")
    assert guess.confidence > SURE_SIDE


def test_a_compass_that_points_anywhere_tells_nothing_sure() -> None:
    headings, directions = [0.0] * 6, [0.0, 60, 120, 180, 240, 310]
    guess = side_by_direction(directions, headings)
    assert guess is None or guess.confidence < SURE_SIDE


def test_a_camera_that_looks_back_has_no_side_here() -> None:
    assert side_by_direction([180.0, 181, 179], [0.0, 0, 0]) is None
    assert side_by_direction([90.0], [0.0]) is None


@pytest.mark.parametrize(("flow", "side"), [(0.4, "right"), (-0.4, "left")])
def test_the_scene_moves_towards_the_side_that_the_camera_faces(flow: float, side: str) -> None:
    flows = np.array([flow] * 30 + [-flow] * 4 + [0.001] * 50 + [np.nan] * 20)
    guess = side_by_flow(flows)
    assert guess
    assert guess.side == side
    assert guess.confidence > SURE_SIDE


def test_a_scene_that_moves_both_ways_tells_no_side() -> None:
    guess = side_by_flow(np.tile([0.3, -0.3], 40))
    assert guess is None


def test_the_second_camera_of_two_faces_the_other_way_with_less_confidence() -> None:
    guess = side_by_other([Guess(Side.LEFT, 0.8, SideBy.FLOW)])
    assert guess
    assert (guess.side, guess.by) == ("right", "other")
    assert guess.confidence < 0.8


@pytest.mark.parametrize("sides", [[], ["front"], ["left", "right"]])
def test_without_one_camera_on_a_side_the_other_tells_nothing(sides: list[str]) -> None:
    assert side_by_other([Guess(Side(side), 1.0, SideBy.NAME) for side in sides]) is None
