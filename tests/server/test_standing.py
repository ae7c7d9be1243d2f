"""A red light is one place."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from server.drives.track import Fix, distance_m, heading_at
from server.drives.tracks.standing import standing, stilled
from tests.server.factories import NIGHT, place


def drive(stop_s: int = 60, drift_m: float = 4.0, step_m: float = 8.0) -> list[Fix]:
    """200 m east, a stop with drift, 200 m more."""
    rng = random.Random(5)
    drift = [0.0, 0.0]
    places = [place(east) for east in range(0, 201, int(step_m))]
    for _ in range(stop_s):
        drift = [0.9 * one + rng.gauss(0, drift_m * 0.44) for one in drift]
        places.append(place(200 + drift[0], drift[1]))
    places += [place(east) for east in range(208, 401, int(step_m))]
    return [Fix(NIGHT + timedelta(seconds=n), *where) for n, where in enumerate(places)]


def test_a_stop_is_found_with_its_time() -> None:
    (stood,) = standing(drive())
    assert stood.duration.total_seconds() == pytest.approx(60, abs=8)
    assert distance_m(Fix(NIGHT, *stood.place), Fix(NIGHT, *place(200))) < 6


def test_driving_and_creeping_are_no_stop() -> None:
    assert standing(drive(stop_s=0)) == []
    creeping = [Fix(NIGHT + timedelta(seconds=n), *place(n * 1.2)) for n in range(200)]
    assert standing(creeping) == []


def test_the_drift_of_a_stop_turns_no_heading() -> None:
    still = stilled(drive(stop_s=90))
    at_the_light = still[60]
    assert heading_at(still, at_the_light) == pytest.approx(90, abs=6)
    assert len({(fix.lon, fix.lat) for fix in still[40:100]}) == 1


def test_every_fix_keeps_its_time() -> None:
    track = drive()
    assert [fix.at for fix in stilled(track)] == [fix.at for fix in track]


@pytest.mark.parametrize("track", [[], drive()[:1], drive()[:2]])
def test_a_track_of_hardly_any_fix_has_no_stop(track: list[Fix]) -> None:
    assert (standing(track), stilled(track)) == ([], track)
