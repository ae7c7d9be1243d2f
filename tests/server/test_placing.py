from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from server.drives.models import Side
from server.drives.track import Fix, offset_m
from server.houses.placing.roadside import HOUSE_LINE_M, KERB_M, View, place

NORTHBOUND_RIGHT = View(lon=24.94, lat=60.17, heading_deg=0, mount_angle_deg=90, field_of_view_deg=70)
MIDDLE = (0.4, 0.4, 0.6, 0.6)
NOW = datetime(2026, 12, 12, tzinfo=UTC)


def east_north(view: View, box: tuple[float, float, float, float]) -> tuple[float, float]:
    placed = place(view, box)
    assert placed is not None
    return offset_m(Fix(NOW, view.lon, view.lat), Fix(NOW, placed.lon, placed.lat))


def test_the_middle_of_a_right_camera_lies_at_the_right_kerb() -> None:
    assert east_north(NORTHBOUND_RIGHT, MIDDLE) == pytest.approx((KERB_M, 0), abs=0.01)


def test_a_left_camera_puts_its_house_on_the_other_side() -> None:
    left = replace(NORTHBOUND_RIGHT, mount_angle_deg=-90)
    placed = place(left, MIDDLE)
    assert east_north(left, MIDDLE) == pytest.approx((-KERB_M, 0), abs=0.01)
    assert placed is not None
    assert (placed.side, placed.facing_deg) == (Side.LEFT, 270)


def test_what_stands_left_in_a_right_camera_lies_ahead() -> None:
    _, ahead_m = east_north(NORTHBOUND_RIGHT, (0.0, 0.4, 0.1, 0.6))
    _, behind_m = east_north(NORTHBOUND_RIGHT, (0.9, 0.4, 1.0, 0.6))
    assert 5 < ahead_m < HOUSE_LINE_M
    assert behind_m == pytest.approx(-ahead_m, abs=0.01)


def test_one_house_seen_from_two_places_lies_at_one_point() -> None:
    before = replace(NORTHBOUND_RIGHT, lat=60.17 - 5 / 111_195)
    behind_of_it = east_north(NORTHBOUND_RIGHT, MIDDLE)[1]
    column = (0.5 - 5 / HOUSE_LINE_M / (2 * 0.7002)) - 0.05
    assert east_north(before, (column, 0.4, column + 0.1, 0.6))[1] - 5 == pytest.approx(behind_of_it, abs=0.1)


def test_what_lies_along_the_road_is_no_house() -> None:
    front = replace(NORTHBOUND_RIGHT, mount_angle_deg=0)
    assert place(front, MIDDLE) is None
    assert place(front, (0.85, 0.4, 0.95, 0.6)) is not None
