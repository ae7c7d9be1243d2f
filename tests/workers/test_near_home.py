"""What lies near the driver's home is in no table and no file, however it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from PIL import ExifTags

from server.drives import runs
from server.drives.home.zone import (
    Zone,
    home_zone_of,
    in_zone,
    jittered,
    keep_home_out,
    may_be_near_home,
    set_home,
)
from server.drives.models import Drive, Footage, Reason, Stage, TrackPoint
from server.drives.track import Fix
from server.frames.models import Frame
from server.houses.models import Sighting
from tests.server.factories import HOME, make_drive, make_footage, make_track_point, place
from tests.workers import photos
from tests.workers.walk import reason_of, send, submit_and_walk, walk_on

BEGAN = datetime(2025, 12, 8, 1, 28, 0, tzinfo=UTC)
RADIUS_M = 300.0
ZONE = Zone(*HOME, RADIUS_M)
STEP_M, STEP_S = 60, 5


def dms(angle: float) -> tuple[float, float, float]:
    minutes = abs(angle) % 1 * 60
    return float(int(abs(angle))), float(int(minutes)), minutes % 1 * 60


def shot(step: int, *, with_gps: bool = True) -> bytes:
    """A photo taken so many steps of 60 m and 5 s east of home."""
    at = BEGAN + timedelta(seconds=STEP_S * step)
    lon, lat = place(STEP_M * step)
    gps: Mapping[int, object] = {
        **photos.GPS_TAGS,
        ExifTags.GPS.GPSLatitude: dms(lat),
        ExifTags.GPS.GPSLongitude: dms(lon),
        ExifTags.GPS.GPSTimeStamp: (float(at.hour), float(at.minute), float(at.second)),
    }
    clock = {
        ExifTags.Base.DateTimeOriginal: at.strftime("%Y:%m:%d %H:%M:%S"),
        ExifTags.Base.OffsetTimeOriginal: "+00:00",
    }
    made = photos.exif(photo=clock, gps=gps if with_gps else {})
    return photos.saved(photos.night(160 + step), exif=made)


@pytest.fixture
def drive(db: None) -> Drive:
    """From home to 900 m east of it; every fourth photo has no GPS."""
    drive = make_drive()
    set_home(driver=drive.driver, centre=HOME, radius_m=RADIUS_M)
    return send({f"left_{step:02}.jpg": shot(step, with_gps=step % 4 != 3) for step in range(16)}, drive)


def metres_from_home(point: Point) -> float:
    east = (point.x - HOME[0]) * 111_195 * 0.8396
    return float((east**2 + ((point.y - HOME[1]) * 111_195) ** 2) ** 0.5)


def files_in(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


@pytest.mark.parametrize("keep_originals", [False, True])
def test_nothing_of_a_drive_from_home_is_anywhere(drive: Drive, media: Path, keep_originals: bool) -> None:
    Drive.objects.filter(pk=drive.pk).update(keep_originals=keep_originals)
    submit_and_walk(drive)
    places = [
        *TrackPoint.objects.values_list("position", flat=True),
        *Footage.objects.filter(fix__isnull=False).values_list("fix", flat=True),
        *Frame.objects.values_list("position", flat=True),
        *Sighting.objects.values_list("position", flat=True),
    ]
    assert len(places) > 20
    assert min(metres_from_home(point) for point in places) > RADIUS_M - 10
    at_home = drive.footage.filter(reason=Reason.NEAR_HOME)
    assert {footage.name for footage in at_home} >= {f"left_{step:02}.jpg" for step in range(5)}
    assert not at_home.exclude(file="").exists()
    assert drive.frames.filter(footage__in=at_home).count() == 0
    originals = [path for path in files_in(media) if path.parent.parent.name == "drives"]
    assert len(originals) == (drive.frames.count() if keep_originals else 0)


def test_a_photo_without_gps_is_left_out_where_the_track_was_cut(drive: Drive) -> None:
    submit_and_walk(drive)
    assert reason_of(drive, "left_03.jpg") == "near_home"
    assert reason_of(drive, "left_11.jpg") == ""


def test_without_a_home_nothing_is_left_out(db: None) -> None:
    drive = submit_and_walk(send({f"left_{step}.jpg": shot(step) for step in range(3)}))
    assert drive.frames.count() == 3


@pytest.mark.django_db
def test_fixes_in_the_circle_are_deleted_and_their_file_is_marked() -> None:
    drive = make_drive()
    set_home(driver=drive.driver, centre=HOME, radius_m=RADIUS_M)
    track = make_footage(drive, kind=Footage.Kind.TRACK)
    for number, east_m in enumerate((0, 200, 400)):
        make_track_point(drive, where=place(east_m), footage=track, ordinal=number)
    assert keep_home_out(drive) == 2
    assert keep_home_out(drive) == 0
    track.refresh_from_db()
    assert track.near_home
    assert [fix.ordinal for fix in drive.track_points.all()] == [2]


def test_a_frame_that_comes_to_lie_near_home_has_no_place(drive: Drive) -> None:
    """A clock that is set later moves the photos without GPS along the track, towards home."""
    submit_and_walk(drive)
    moved = drive.frames.get(footage__name="left_11.jpg")
    assert moved.position is not None
    moved.camera.clock_offset_ms = -STEP_S * 7 * 1000
    moved.camera.save()
    TrackPoint.objects.update(footage=None)
    runs.open_stage(drive=drive, stage=Stage.LOCATE)
    walk_on(drive)
    moved.refresh_from_db()
    assert moved.position is None
    assert not moved.sightings.exists()


def test_a_picture_a_minute_from_the_cut_may_be_from_home() -> None:
    edge = [Fix(BEGAN, *place(RADIUS_M + 5)), Fix(BEGAN + timedelta(seconds=60), *place(RADIUS_M + 600))]
    after = {
        seconds: may_be_near_home(edge, BEGAN - timedelta(seconds=seconds), ZONE) for seconds in (0, 1, 60)
    }
    assert after == {0: False, 1: True, 60: True}
    assert not may_be_near_home(edge, BEGAN + timedelta(seconds=61), ZONE)
    assert not may_be_near_home(edge, BEGAN - timedelta(days=1), ZONE)
    assert not may_be_near_home([], BEGAN, ZONE)
    assert not may_be_near_home(edge, BEGAN, None)


def test_a_place_is_in_the_circle_or_not() -> None:
    assert in_zone(*place(299), ZONE)
    assert not in_zone(*place(301), ZONE)
    assert in_zone(*place(0, 301), ZONE, beside_m=5)
    assert not in_zone(*HOME, None)


def test_the_server_moves_a_home_that_it_is_told() -> None:
    moved = [jittered(*HOME, RADIUS_M) for _ in range(400)]
    away = [metres_from_home(Point(*centre)) for centre in moved]
    assert max(away) <= RADIUS_M / 2 + 1
    assert 80 < sum(away) / len(away) < 120


@pytest.mark.django_db
def test_the_circle_belongs_to_its_driver_alone() -> None:
    one, other = make_drive(), make_drive()
    set_home(driver=one.driver, centre=HOME, radius_m=200)
    set_home(driver=one.driver, centre=HOME, radius_m=RADIUS_M)
    assert home_zone_of(one.driver_id) == ZONE
    assert home_zone_of(other.driver_id) is None
