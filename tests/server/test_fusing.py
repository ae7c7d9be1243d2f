"""Two phones of one car make one track, whose heading is steadier than that of their fixes in turn."""

from __future__ import annotations

import random
from datetime import timedelta
from math import exp, sqrt
from statistics import median

import pytest

from server.drives.track import Fix, distance_m, heading_at
from server.drives.tracks.fusing import Source, fused
from tests.server.factories import NIGHT, place

SPEED_M_S, BLOCK_M = 8.0, 120.0


def way(metres: float) -> tuple[float, float, float]:
    """East, north and heading of a car that goes round in stairs: a block east, a block north, and so on."""
    block, on = divmod(metres, BLOCK_M)
    east, north = (block + 1) // 2 * BLOCK_M, block // 2 * BLOCK_M
    return (east + on, north, 90.0) if block % 2 == 0 else (east, north + on, 0.0)


def phone(
    seed: int, every_s: float, *, noise_m: float = 4.0, drift_s: float = 0.0, from_s: float = 0.0
) -> list[Fix]:
    """Fixes with white noise, or with an error that changes over `drift_s` seconds."""
    rng = random.Random(seed)
    error = [rng.gauss(0, noise_m), rng.gauss(0, noise_m)]
    keep = exp(-every_s / drift_s) if drift_s else 0.0
    found = []
    for number in range(int(600 / every_s)):
        second = from_s + number * every_s
        error = [keep * one + rng.gauss(0, noise_m * sqrt(1 - keep**2)) for one in error]
        east, north, _ = way(second * SPEED_M_S)
        found.append(Fix(NIGHT + timedelta(seconds=second), *place(east + error[0], north + error[1])))
    return found


def heading_error(track: list[Fix], fixes: list[Fix]) -> float:
    """The median over all fixes that were not taken within 15 m of a corner."""
    errors = []
    for fix in fixes:
        metres = (fix.at - NIGHT).total_seconds() * SPEED_M_S
        heading = heading_at(track, fix)
        if 15 < metres % BLOCK_M < BLOCK_M - 15:
            errors.append(180.0 if heading is None else abs((heading - way(metres)[2] + 180) % 360 - 180))
    return median(errors)


def together(*phones: list[Fix]) -> list[Fix]:
    return fused([Source((number,), tuple(fixes)) for number, fixes in enumerate(phones)])


@pytest.mark.parametrize(("every_s", "drift_s"), [(1, 0.0), (2, 0.0), (4, 0.0), (4, 25.0)])
def test_two_noisy_phones_head_steadier_together_than_in_turn(every_s: float, drift_s: float) -> None:
    left, right = phone(1, every_s, drift_s=drift_s), phone(2, every_s, drift_s=drift_s, from_s=every_s / 2)
    in_turn = sorted(left + right, key=lambda fix: fix.at)
    before, after = heading_error(in_turn, in_turn), heading_error(together(left, right), in_turn)
    assert after < 0.75 * before
    assert after < 6


def test_a_constant_offset_between_two_phones_is_no_zigzag() -> None:
    left = phone(1, 2, noise_m=0)
    right = [
        Fix(fix.at + timedelta(seconds=1), *place(0, 9, (fix.lon, fix.lat))) for fix in phone(1, 2, noise_m=0)
    ]
    assert heading_error(together(left, right), left) < 4


def test_one_receiver_alone_keeps_its_fixes() -> None:
    only = phone(3, 1)
    assert together(only, []) == only


def test_another_receiver_fills_the_gap_of_the_first() -> None:
    whole = phone(1, 1, noise_m=0)
    track = together([*whole[:100], *whole[300:]], phone(2, 1, noise_m=1))
    there = whole[200]
    assert min(distance_m(there, fix) for fix in track) < 6


def test_a_receiver_that_is_clearly_elsewhere_is_left_out() -> None:
    first = phone(1, 1, noise_m=1)
    late = [Fix(fix.at + timedelta(seconds=40), fix.lon, fix.lat) for fix in phone(2, 1, noise_m=1)]
    assert together(first, late) == first


def test_fixes_of_one_moment_become_one() -> None:
    track = together(phone(1, 1), phone(2, 1))
    assert len({fix.at for fix in track}) == len(track) == 600


def test_fusing_a_long_drive_is_always_the_same() -> None:
    left = [Fix(NIGHT + timedelta(seconds=n), *place(8 * n)) for n in range(3500)]
    right = [Fix(NIGHT + timedelta(seconds=n + 0.5), *place(8 * n + 4, 3)) for n in range(3500)]
    track = together(left, right)
    assert track == together(left, right)
    assert len(track) == 7000


def test_no_receiver_is_no_track() -> None:
    assert fused([]) == together([], []) == []


def test_a_track_across_the_antimeridian_stays_there() -> None:
    edge = [Fix(NIGHT + timedelta(seconds=n), (359.9995 + n * 1e-4) % 360 - 180, -17.0) for n in range(12)]
    shifted = [Fix(fix.at + timedelta(seconds=0.5), fix.lon, fix.lat + 1e-5) for fix in edge]
    assert all(abs(fix.lon) > 179.9 for fix in together(edge, shifted))
