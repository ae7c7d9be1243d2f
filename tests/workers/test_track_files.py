"""A track file on its way through the first stage: fixes, or a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import pytest

from server.drives.models import Drive, Fault, Footage
from server.drives.queries import track_of
from server.drives.runs import claim
from server.drives.services import submit_drive
from tests.server.factories import make_drive, place
from tests.workers.photos import zipped
from tests.workers.walk import next_run, reason_of, send, walk_on
from workers.readings.tracks import read_track_file

pytestmark = pytest.mark.django_db
EVENING = datetime(2025, 12, 5, 20, tzinfo=UTC)


def table(rows: int = 60, astray: int | None = None) -> bytes:
    places = [place(5000 if number == astray else 0, 8 * number) for number in range(rows)]
    lines = (
        f"{(EVENING + timedelta(seconds=n)).isoformat()},{lon},{lat}" for n, (lon, lat) in enumerate(places)
    )
    return "\n".join(["time,lon,lat", *lines]).encode()


def probed(files: dict[str, bytes]) -> Drive:
    drive = send(files)
    submit_drive(drive=drive)
    return walk_on(drive, until="sample")


def test_a_track_file_becomes_the_drives_track() -> None:
    drive = probed({"evening.csv": table()})
    footage = drive.footage.get()
    assert (footage.state, footage.kind, footage.duration_ms) == ("accepted", "track", 59_000)
    assert list(footage.track_points.values_list("ordinal", flat=True)) == list(range(60))
    assert len(track_of(drive)) == 60
    run = drive.stage_runs.get(stage="probe")
    assert (run.count_in, run.count_out, run.count_rejected) == (1, 1, 0)


def test_reading_a_track_file_twice_gives_the_same_fixes() -> None:
    drive = send({"evening.csv": table()})
    submit_drive(drive=drive)
    run, footage = next_run(drive), drive.footage.get()
    held = claim(run.pk) if run else None
    assert held
    for _ in range(2):
        read_track_file(held, footage)
    assert drive.track_points.count() == 60


def test_the_bad_part_of_a_track_is_cut_when_all_files_are_read() -> None:
    drive = probed({"evening.csv": table(astray=30)})
    assert drive.track_points.get(fault=Fault.JUMP).ordinal == 30


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("notes.txt", b"Bring the second phone.\n", "unknown_kind"),
        ("bomb.gpx", b'<!DOCTYPE a [<!ENTITY b "c">]><gpx>&b;</gpx>', "entities"),
        ("plan.gpx", b'<gpx><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>', "no_track_times"),
        ("empty.nmea", b"", "empty"),
    ],
)
def test_a_text_that_is_no_track_is_refused_and_the_drive_goes_on(
    name: str, content: bytes, reason: str
) -> None:
    drive = probed({name: content, "evening.csv": table()})
    assert reason_of(drive, name) == reason
    assert drive.track_points.count() == 60


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/x.gpx", "..\\..\\x.gpx", "/etc/passwd.csv", "a\0b.gpx.log", ".gpx"]
)
def test_a_name_leads_nowhere(name: str) -> None:
    drive = send({name.replace("\0", ""): table()})
    stored = PurePosixPath(drive.footage.get().file.name)
    assert stored.parent == PurePosixPath("drives", drive.public_id)
    assert stored.stem.isalnum()


def test_a_path_inside_a_zip_is_refused_beside_a_track_that_is_read() -> None:
    drive = probed({"all.zip": zipped({"../evil.gpx": b"<gpx/>", "tracks/evening.csv": table()})})
    assert drive.track_points.count() == 60
    assert reason_of(drive, "../evil.gpx") == "zip_unsafe"
    assert Footage.objects.get(name="tracks/evening.csv").state == Footage.State.ACCEPTED


def test_no_files_but_a_refused_track_leave_a_drive_without_a_track() -> None:
    assert track_of(probed({"notes.txt": b"nothing"})) == track_of(make_drive()) == []
