from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.drives.track import Fix, bearing_deg, distance_m, heading_at, moved, position_at

START = datetime(2026, 12, 12, 15, 30, tzinfo=UTC)


def driven(bearing: float, *, steps: int = 12, step_m: float = 6.0, lat: float = 60.17) -> list[Fix]:
    places = [moved(24.94, lat, bearing=bearing, by_m=step_m * number) for number in range(steps)]
    return [Fix(START + timedelta(seconds=number), lon, lat) for number, (lon, lat) in enumerate(places)]


@given(bearing=st.floats(0, 359.9), by_m=st.floats(1, 500), lat=st.floats(-70, 70), lon=st.floats(-180, 180))
def test_a_step_has_its_length_and_its_bearing(bearing: float, by_m: float, lat: float, lon: float) -> None:
    here, there = Fix(START, lon, lat), Fix(START, *moved(lon, lat, bearing=bearing, by_m=by_m))
    assert distance_m(here, there) == pytest.approx(by_m, rel=1e-3)
    assert abs((bearing_deg(here, there) - bearing + 180) % 360 - 180) < 0.2


def test_distance_crosses_the_antimeridian() -> None:
    assert distance_m(Fix(START, 179.9999, 0), Fix(START, -179.9999, 0)) == pytest.approx(22.2, abs=0.1)


@pytest.mark.parametrize("bearing", [0, 45, 90, 200, 359])
def test_heading_is_the_way_of_the_track(bearing: float) -> None:
    track = driven(bearing)
    heading = heading_at(track, track[6])
    assert heading is not None
    assert abs((heading - bearing + 180) % 360 - 180) < 0.5


def test_heading_averages_the_noise_of_single_fixes() -> None:
    noisy = [
        Fix(fix.at, *moved(fix.lon, fix.lat, bearing=0, by_m=2 * math.sin(5 * number)))
        for number, fix in enumerate(driven(90))
    ]
    heading = heading_at(noisy, noisy[6])
    assert heading is not None
    assert abs(heading - 90) < 12


def test_a_car_that_stands_still_has_no_heading() -> None:
    track = [Fix(START + timedelta(seconds=second), 24.94, 60.17) for second in range(20)]
    assert heading_at(track, track[10]) is None


def test_sparse_fixes_still_give_a_heading() -> None:
    track = driven(90, steps=3, step_m=80)
    assert heading_at(track, track[1]) == pytest.approx(90, abs=0.5)


def test_a_time_between_two_fixes_lies_between_them() -> None:
    track = driven(90)
    lon, lat = position_at(track, START + timedelta(seconds=4.5)) or (0, 0)
    assert track[4].lon < lon < track[5].lon
    assert lat == pytest.approx(60.17)


def test_a_time_far_from_every_fix_has_no_place() -> None:
    assert position_at(driven(90), START + timedelta(minutes=5)) is None
    assert position_at([], START) is None


def test_two_fixes_far_apart_say_nothing_of_the_way_between() -> None:
    track = [Fix(START, 24.94, 60.17), Fix(START + timedelta(seconds=30), 24.96, 60.17)]
    assert position_at(track, START + timedelta(seconds=15)) is None
