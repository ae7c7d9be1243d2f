"""Finding a camera's clock: drives with stops and turns, and cameras that saw them by a clock of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bench.clocks.drawn import Drive, drive_around, motion_seen
from server.drives.cameras.course import course_of
from server.drives.cameras.evidence import Seen, beside, offset_by_gps_time, offset_by_places
from server.drives.cameras.offsets import CONFIDENT, Candidate, Clue, Prior, estimate
from server.drives.track import Fix

NIGHT = datetime(2025, 12, 8, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def drive() -> Drive:
    return drive_around(seed=3, minutes=25)


def found(drive: Drive, seen: Seen, prior: Prior | None = None) -> list[Candidate]:
    course = course_of(drive.track)
    assert course
    return estimate(seen.clues(course), seen.ends_s, course, prior or Prior())


@pytest.mark.parametrize("wrong_s", [0.0, 37.4, -28_812.0, 3_600.0, 400_000.0])
def test_stops_and_turns_tell_how_far_a_clock_was_off(drive: Drive, wrong_s: float) -> None:
    best = found(drive, motion_seen(drive, seed=1, offset_s=wrong_s))[0]
    assert abs(best.offset_s - wrong_s) < 2
    assert best.confidence > CONFIDENT


def test_pictures_that_have_nothing_to_do_with_the_drive_are_not_believed(drive: Drive) -> None:
    rng = np.random.default_rng(5)
    seen = motion_seen(drive, seed=1, offset_s=0)
    noise = Seen(seen.begins_s, seen.ends_s, rng.random(len(seen.change)), rng.normal(0, 0.3, len(seen.flow)))
    assert found(drive, noise)[0].confidence < CONFIDENT


def test_half_a_minute_of_video_is_too_little_to_be_sure(drive: Drive) -> None:
    seen = motion_seen(drive, seed=2, offset_s=-3000)
    short = Seen(seen.begins_s[300:330], seen.ends_s[300:330], seen.change[300:330], seen.flow[300:330])
    assert found(drive, short)[0].confidence < CONFIDENT


def test_a_second_camera_tells_the_clock_of_the_first(drive: Drive) -> None:
    course = course_of(drive.track)
    assert course
    sure, other = (
        motion_seen(drive, seed=seed, offset_s=offset_s) for seed, offset_s in ((1, 0.0), (9, 500.0))
    )
    clue = Clue("cameras", other.begins_s, other.ends_s, other.change, beside(course, sure, 0.0))
    best = estimate([clue], other.ends_s, course, Prior())[0]
    assert abs(best.offset_s - 500) < 2
    assert best.by == "cameras"


def test_a_cameras_own_places_tell_its_clock(drive: Drive) -> None:
    course = course_of(drive.track)
    assert course
    own = [Fix(fix.at - timedelta(hours=8), fix.lon, fix.lat) for fix in drive.track[100:900:20]]
    best = offset_by_places(own, course)
    assert best
    assert abs(best.offset_s - 28_800) <= 2
    assert best.confidence > CONFIDENT


def test_a_track_without_time_or_length_is_no_course() -> None:
    assert course_of([]) is None
    assert course_of([Fix(NIGHT, 24.0, 60.0)] * 3) is None
    assert course_of([Fix(NIGHT, 24.0, 60.0), Fix(NIGHT + timedelta(days=9), 24.0, 60.0)]) is None


def test_a_car_whose_receiver_says_nothing_for_a_while_is_known_only_if_it_stood(drive: Drive) -> None:
    at = [NIGHT + timedelta(seconds=second) for second in (0, 10, 70, 130)]
    course = course_of(
        [Fix(when, lon, 60.0) for when, lon in zip(at, (24.0, 24.001, 24.001, 24.02), strict=True)]
    )
    assert course
    assert course.known_s[-1] == 70


def pairs(*apart_s: float) -> list[tuple[datetime, datetime]]:
    return [(NIGHT, NIGHT + timedelta(seconds=seconds)) for seconds in apart_s]


@pytest.mark.parametrize(
    ("apart_s", "offset_s"),
    [
        ((3600.2, 3600.0, 3599.6, 3412.0), 3599.8),
        ((0.4, -1.0, -0.6), 0.0),
        ((-619_315_200.0,), None),
        ((0.0, 900.0, -4000.0, 5000.0), None),
        ((), None),
    ],
)
def test_gps_time_tells_the_offset_by_its_median(apart_s: tuple[float, ...], offset_s: float | None) -> None:
    found_s = offset_by_gps_time(pairs(*apart_s))
    assert found_s == pytest.approx(offset_s, abs=1e-6)
