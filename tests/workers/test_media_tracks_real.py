"""Every real track file: read as far as it goes, or refused for what it lacks."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workers.media.refusal import Refused
from workers.media.tracks import read_track

REAL = os.environ.get("FESTIVITY_REAL_DATA")
pytestmark = pytest.mark.skipif(not REAL, reason="FESTIVITY_REAL_DATA is not set")


@pytest.mark.parametrize(
    ("name", "kind", "fixes"),
    [
        ("tracks/gpxpy_around-visnjan-with-car.gpx", "GPX", 104),
        ("tracks/gpxpy_cerknicko-without-times.gpx", "GPX", 5),
        ("tracks/gpxpy_track-with-empty-segment.gpx", "GPX", 9),
        ("tracks/nmea_AMOD_AGL3080_20121104_134730.txt", "NMEA", 623),
        ("video_and_gpx/sf_30km_h.gpx", "GPX", 47),
        ("mira_mesa_drive/track.gpx", "GPX", 757),
    ],
)
def test_a_real_track_is_read(name: str, kind: str, fixes: int) -> None:
    with (Path(REAL or "") / name).open("rb") as stream:
        track = read_track(stream, now=datetime.now(UTC))
    assert (track.kind, len(track.fixes)) == (kind, fixes)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("tracks/gpxpy_track-with-extremes.gpx", "no_track_times"),
        ("tracks/mappymatch_test_trace.gpx", "no_track_times"),
        ("tracks/mappymatch_sample_trace_1.csv", "no_track_times"),
        ("tracks/mappymatch_sample_trace_2.csv", "no_track_times"),
        ("tracks/mappymatch_sample_trace_3.csv", "no_track_times"),
        ("mira_mesa_drive/reference.csv", "unknown_kind"),
        ("README.md", "unknown_kind"),
        ("gopro_gpmf/hero5.raw", "unknown_kind"),
    ],
)
def test_a_real_file_that_is_no_track_says_what_it_lacks(name: str, reason: str) -> None:
    with (Path(REAL or "") / name).open("rb") as stream, pytest.raises(Refused) as caught:
        read_track(stream, now=datetime.now(UTC))
    assert caught.value.reason == reason
