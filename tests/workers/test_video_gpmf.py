from __future__ import annotations

import os
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.drives.track import Fix, distance_m
from tests.workers.clips import klv, nest
from workers.media.refusal import Refused
from workers.media.video.gpmf import VideoFix, fixes_in, samples_in
from workers.media.video.header import read_movie
from workers.media.video.klv import rows, spelled_out
from workers.media.video.telemetry import Telemetry, telemetry_of

REAL = Path(os.environ.get("FESTIVITY_REAL_DATA", "/nowhere")) / "gopro_gpmf"
real = pytest.mark.skipif(not REAL.is_dir(), reason="FESTIVITY_REAL_DATA is not set")
SCAL5 = klv("SCAL", "l", 4, 5, struct.pack(">5i", 10**7, 10**7, 1000, 1000, 100))


def gps5(*places: tuple[float, float], at: str = "261205033000.250", lock: int = 3, dop: int = 150) -> bytes:
    values = b"".join(
        struct.pack(">5i", round(lat * 1e7), round(lon * 1e7), 0, 12_500, 0) for lon, lat in places
    )
    return nest(
        "DEVC",
        nest(
            "STRM",
            klv("GPSF", "L", 4, 1, struct.pack(">I", lock)),
            klv("GPSU", "U", 16, 1, at.encode()),
            klv("GPSP", "S", 2, 1, struct.pack(">H", dop)),
            SCAL5,
            klv("GPS5", "l", 20, len(places), values),
        ),
    )


def gps9(lon: float, lat: float, lock: int = 3) -> bytes:
    row = struct.pack(">7i2H", round(lat * 1e7), round(lon * 1e7), 0, 8_000, 0, 9_835, 12_600_500, 120, lock)
    return nest(
        "DEVC",
        nest(
            "STRM",
            klv("TYPE", "c", 1, 9, b"lllllllSS"),
            klv("SCAL", "l", 4, 9, struct.pack(">9i", 10**7, 10**7, 1000, 1000, 100, 1, 1000, 100, 1)),
            klv("GPS9", "?", 32, 1, row),
        ),
    )


def test_gps5_gives_places_speeds_and_the_time_of_its_first_fix() -> None:
    first, second = fixes_in(gps5((-117.1, 32.9), (-117.2, 32.8)))
    assert (first.lon, first.lat, first.speed_m_s, first.accuracy_m) == (-117.1, 32.9, 12.5, 4.5)
    assert first.at == datetime(2026, 12, 5, 3, 30, 0, 250_000, tzinfo=UTC)
    assert (second.at, second.elapsed_ms) == (None, 500.5)


def test_gps9_tells_the_time_of_every_fix() -> None:
    (fix,) = fixes_in(gps9(-117.1, 32.9))
    assert fix.at == datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=9_835, seconds=12_600.5)
    assert (fix.lon, fix.speed_m_s, fix.has_fix) == (-117.1, 8.0, True)


@pytest.mark.parametrize("doubt", [{"lock": 0}, {"dop": 1_001}])
def test_what_the_receiver_doubts_is_no_fix(doubt: dict[str, int]) -> None:
    assert not fixes_in(gps5((-117.1, 32.9), **doubt))[0].has_fix


def test_a_place_that_is_not_on_earth_is_left_out() -> None:
    assert [fix.lat for fix in fixes_in(gps5((10.0, 95.0), (10.0, 50.0)))] == [50.0]


def test_a_scale_of_zero_gives_nothing() -> None:
    assert fixes_in(gps5((1, 2)).replace(SCAL5, klv("SCAL", "l", 4, 5, bytes(20)))) == []


def test_a_payload_that_breaks_off_gives_what_is_whole() -> None:
    payload = gps5((1, 2))
    broken = payload[:3] + payload[3:8] + payload[8:]
    assert fixes_in(broken[:-3]) == []
    assert len(fixes_in(payload + b"DEVC")) == 1


def test_complex_types_may_count_their_letters() -> None:
    assert spelled_out("l[3]SS") == "lllSS"


def test_nesting_without_end_ends() -> None:
    payload = b""
    for _ in range(2_000):
        payload = nest("STRM", payload)[: 2**16]
    assert fixes_in(payload) == []


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_fixes_or_a_refusal(payload: bytes) -> None:
    survives(payload)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 219), st.integers(0, 255)), max_size=6), st.sampled_from([5, 9]))
def test_damaged_payloads_give_fixes_or_a_refusal(changes: list[tuple[int, int]], kind: int) -> None:
    payload = bytearray(gps5((-117.1, 32.9), (-117.2, 32.8)) if kind == 5 else gps9(-117.1, 32.9))
    for place, value in changes:
        payload[place % len(payload)] = value
    survives(bytes(payload))


def survives(payload: bytes) -> None:
    try:
        found = fixes_in(payload)
    except Refused:
        return
    assert all(abs(fix.lat) <= 90 and abs(fix.lon) <= 180 for fix in found)


def test_values_of_an_unknown_type_are_none() -> None:
    from workers.media.video.klv import Entry

    assert rows(Entry("ABCD", "%", 4, 1, bytes(4))).shape == (0, 0)


@real
@pytest.mark.parametrize(("name", "count"), [("hero5.raw", 18), ("hero6.raw", 17), ("karma.raw", 4)])
def test_real_payloads_hold_their_fixes(name: str, count: int) -> None:
    found = samples_in((REAL / name).read_bytes())
    assert len(found) == count
    assert np.all(np.hypot(found.lon + 117.33, found.lat - 33.126) < 0.01)


@real
def test_a_real_video_that_moves_and_one_that_hardly_does() -> None:
    flying, walking = telemetry("karma.mp4"), telemetry("max-heromode.mp4")
    assert way_m(flying) > 70
    assert way_m(walking) < 20
    assert flying.began_at == datetime(2017, 4, 17, 19, 27, 57, 368_477, tzinfo=UTC)
    assert walking.model == "GoPro Max"


@real
def test_gps_tells_how_far_a_real_cameras_clock_is_off() -> None:
    began_at = telemetry("max-heromode.mp4").began_at
    assert began_at is not None
    local = datetime(2019, 11, 18, 15, 45, 32, tzinfo=UTC) + timedelta(hours=8)
    assert abs(local - began_at) == pytest.approx(timedelta(seconds=16.5), abs=timedelta(seconds=0.1))


def telemetry(name: str) -> Telemetry:
    with (REAL / name).open("rb") as stream:
        return telemetry_of(stream, read_movie(stream))


def way_m(found: Telemetry) -> float:
    first, last = fix_of(found.fixes[0]), fix_of(found.fixes[-1])
    return distance_m(first, last)


def fix_of(fix: VideoFix) -> Fix:
    assert fix.at is not None
    return Fix(fix.at, fix.lon, fix.lat)
