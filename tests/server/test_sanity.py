"""Each fault of a track has its name, and only what is wrong is cut."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from server.drives.models import Fault
from server.drives.tracks.sanity import Evening, Measured, fast_steps, faults_of
from tests.server.factories import NIGHT, LonLat, place

EVENING = Evening(now=NIGHT + timedelta(hours=5))


def fixes(*places: LonLat, every_s: float = 1) -> list[Measured]:
    return [Measured(NIGHT + timedelta(seconds=every_s * n), *where) for n, where in enumerate(places)]


def street(metres: Iterable[float], north_m: float = 0) -> list[LonLat]:
    return [place(east_m, north_m) for east_m in metres]


def cut(found: list[Measured], evening: Evening = EVENING) -> dict[int, Fault]:
    return {number: fault for number, fault in enumerate(faults_of(found, evening)) if fault}


def test_a_clean_drive_has_no_fault() -> None:
    rng = random.Random(1)
    noisy = [place(8 * n + rng.gauss(0, 4), rng.gauss(0, 4)) for n in range(300)]
    assert cut(fixes(*noisy)) == {}


def test_null_island_is_cut_by_name() -> None:
    assert cut(fixes(*street(range(0, 50, 10)), (0.0, 0.0))) == {5: Fault.NULL_ISLAND}


def test_a_fix_that_its_receiver_doubts_is_cut() -> None:
    found = fixes(*street(range(0, 50, 10)))
    found[2] = replace(found[2], accuracy_m=80.0)
    assert cut(found) == {2: Fault.BAD_FIX}


def test_a_fix_in_the_future_is_cut() -> None:
    found = fixes(*street(range(0, 50, 10)))
    found[-1] = replace(found[-1], at=EVENING.now + timedelta(days=400))
    assert cut(found) == {4: Fault.FUTURE}


@pytest.mark.parametrize("far", [[20], [20, 21, 22], [0, 1], [38, 39]])
def test_of_a_jump_the_side_with_fewer_fixes_is_cut(far: list[int]) -> None:
    places = street(range(0, 400, 10))
    for number in far:
        places[number] = place(number * 10, 3000)
    assert cut(fixes(*places)) == dict.fromkeys(far, Fault.JUMP)


def test_a_drive_that_goes_on_elsewhere_after_an_hour_is_no_jump() -> None:
    first = fixes(*street(range(0, 100, 10)))
    second = [
        replace(fix, at=fix.at + timedelta(hours=1)) for fix in fixes(*street(range(30_000, 30_100, 10)))
    ]
    assert cut([*first, *second]) == {}


def test_one_fix_beside_the_road_is_a_zigzag() -> None:
    places = street(range(0, 400, 10))
    places[15] = place(150, 80)
    assert cut(fixes(*places)) == {15: Fault.ZIGZAG}


def test_going_back_and_forth_is_a_zigzag() -> None:
    places = [
        *street(range(0, 200, 10)),
        *(place(200 + 40 * (n % 2), 0) for n in range(8)),
        *street(range(240, 400, 10)),
    ]
    found = cut(fixes(*places, every_s=2))
    assert set(found.values()) == {Fault.ZIGZAG}
    assert set(found) <= set(range(19, 29))


def test_a_dead_end_is_no_zigzag() -> None:
    assert cut(fixes(*street([*range(0, 200, 12), *range(200, 0, -12)]))) == {}


def test_other_days_of_a_long_log_are_cut_and_a_wrong_clock_is_not() -> None:
    found = fixes(*street(range(0, 100, 10)))
    week = [replace(fix, at=fix.at - timedelta(days=5)) for fix in found] + found
    evening = replace(EVENING, pictures=(NIGHT, NIGHT + timedelta(minutes=5)))
    assert cut(week, evening) == dict.fromkeys(range(10), Fault.OUTSIDE)
    years_off = NIGHT - timedelta(days=4000)
    assert cut(week, replace(EVENING, pictures=(years_off, years_off))) == {}


def test_a_step_faster_than_150_is_told_and_kept() -> None:
    found = fixes(*street([0, 20, 40, 130, 150, 170]))
    assert cut(found) == {}
    (step,) = fast_steps(found)
    assert (step.at, round(step.speed_m_s)) == (found[3].at, 70)


def test_twenty_thousand_fixes_are_judged_in_seconds() -> None:
    places = [place(8 * n, 5000 * (n % 2)) for n in range(20_000)]
    began = time.process_time()
    assert set(cut(fixes(*places)).values()) == {Fault.JUMP}
    assert time.process_time() - began < 8


def test_the_same_fixes_have_the_same_faults() -> None:
    rng = random.Random(7)
    found = fixes(*(place(rng.uniform(0, 900), rng.uniform(0, 900)) for _ in range(400)))
    assert cut(found) == cut(found) != {}
