from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from server.drives.track import Fix, moved
from workers.sampling.planning import Steps, planned_ms

BEGAN = datetime(2026, 12, 5, 3, tzinfo=UTC)
STEPS = Steps(metres=3.0, seconds=1.0)
HOME = (-117.1, 32.9)
NONE = np.zeros((0, 4), dtype=np.float32)


def driven(*legs: tuple[float, float], noise_m: float = 0.0) -> list[Fix]:
    """A fix every half second along a straight street: (seconds, metres per second) one after another."""
    rng, fixes, at_s, way_m = np.random.default_rng(3), [], 0.0, 0.0
    for seconds, speed in legs:
        for _ in range(round(2 * seconds)):
            lon, lat = moved(*HOME, bearing=90, by_m=way_m)
            lon, lat = moved(lon, lat, bearing=float(rng.uniform(0, 360)), by_m=float(rng.normal(0, noise_m)))
            fixes.append(Fix(BEGAN + timedelta(seconds=at_s), lon, lat))
            at_s, way_m = at_s + 0.5, way_m + speed / 2
    return fixes


def plan(track: list[Fix], seconds: float, motion: NDArray[np.float32] = NONE) -> list[float]:
    return planned_ms(track, BEGAN, 1000 * seconds, motion, STEPS)


def motion(*legs: tuple[int, float]) -> NDArray[np.float32]:
    """A look every second: (seconds, change) one after another."""
    changes = [change for seconds, change in legs for _ in range(seconds)]
    rows = [(1000.0 * number, change, np.nan, 0.1) for number, change in enumerate(changes)]
    return np.array(rows, dtype=np.float32)


def test_frames_are_three_metres_apart() -> None:
    moments = plan(driven((60, 10)), 59)
    assert 190 <= len(moments) <= 200
    assert np.diff(moments) == pytest.approx(300, abs=5)


def test_a_red_light_is_one_frame() -> None:
    moments = plan(driven((20, 10), (40, 0), (20, 10)), 79)
    assert len([at_ms for at_ms in moments if 21_000 < at_ms < 59_000]) == 1


def test_a_red_light_is_one_frame_for_a_receiver_that_wanders_too() -> None:
    track = driven((20, 10), (40, 0), (20, 10), noise_m=1.0)
    still = motion((20, 0.1), (40, 0.001), (20, 0.1))
    assert len([at_ms for at_ms in plan(track, 79, still) if 22_000 < at_ms < 58_000]) == 1


def test_creeping_forward_at_a_red_light_gives_no_second_frame() -> None:
    moments = plan(driven((20, 10), (15, 0), (1, 2), (15, 0), (20, 10)), 70)
    assert len([at_ms for at_ms in moments if 21_000 < at_ms < 50_000]) == 1


def test_a_car_that_never_moves_gives_one_frame() -> None:
    assert len(plan(driven((60, 0)), 59)) == 1


def test_off_the_track_frames_are_a_second_apart() -> None:
    assert plan([], 10) == [1000.0 * number for number in range(11)]


def test_a_video_of_unknown_time_is_sampled_by_time_whatever_the_track() -> None:
    assert planned_ms(driven((60, 10)), None, 10_000, NONE, STEPS) == plan([], 10)


def test_off_the_track_pictures_that_stand_still_are_one_frame() -> None:
    moments = plan([], 59, motion((20, 0.1), (20, 0.001), (20, 0.1)))
    assert 38 <= len(moments) <= 44
    assert len([at_ms for at_ms in moments if 20_000 < at_ms < 38_000]) == 1


def test_a_track_that_ends_early_is_left_for_time() -> None:
    moments = plan(driven((20, 10)), 140)
    assert len([at_ms for at_ms in moments if at_ms < 19_000]) > 55
    late = [at_ms for at_ms in moments if at_ms > 85_000]
    assert set(np.diff(late)) == {1000.0}


def test_an_empty_video_has_its_first_frame() -> None:
    assert plan([], 0) == [0.0]
