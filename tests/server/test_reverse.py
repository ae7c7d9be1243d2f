from __future__ import annotations

import pytest

from server.houses.placing.reverse import forwards

EAST, WEST = 90.0, 270.0


def righted(heading_deg: list[float], step_s: float = 1.0) -> list[float]:
    return forwards([number * step_s for number in range(len(heading_deg))], heading_deg)


def test_a_car_that_backs_up_keeps_looking_the_way_it_did() -> None:
    assert righted([EAST] * 5 + [WEST + 4] * 4 + [EAST] * 5) == [EAST] * 5 + [EAST + 4] * 4 + [EAST] * 5


def test_a_car_that_turns_round_looks_the_other_way() -> None:
    turned = [EAST, EAST, 135.0, 180.0, 225.0, WEST, WEST, 225.0, 180.0, 135.0, EAST]
    assert righted(turned) == turned


@pytest.mark.parametrize("step_s", [1.0, 45.0])
def test_a_long_way_in_the_other_direction_is_no_reverse(step_s: float) -> None:
    there_and_back = [EAST] * 5 + [WEST] * 80 + [EAST] * 5
    assert righted(there_and_back, step_s) == there_and_back


def test_backing_up_twice_is_taken_as_two_times() -> None:
    assert righted([EAST] * 3 + [WEST] * 3 + [EAST] * 3 + [WEST] * 3 + [EAST] * 3) == [EAST] * 15


def test_a_drive_that_ends_in_the_other_direction_is_left_as_it_is() -> None:
    assert righted([EAST] * 4 + [WEST] * 3) == [EAST] * 4 + [WEST] * 3
