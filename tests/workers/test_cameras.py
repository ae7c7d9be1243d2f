"""Cameras whose side or clock nobody told: what is found, what is asked, and what an answer changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from PIL import ExifTags, Image

from server.drives.cameras.answers import Next, say, swap_sides
from server.drives.cameras.settling import questions
from server.drives.models import ClockBy, Drive, Footage, Stage, TrackPoint
from server.drives.services import mount_angle_deg
from server.houses.models import House, HouseScore, Sighting
from tests.server.factories import make_drive
from tests.workers.walk import send, submit_and_walk, walk_on
from workers.media.exif import position

pytestmark = pytest.mark.django_db
PHOTO, GPS = ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo
Tag = ExifTags.Base


def photos_of(evening: Path, side: str = "", most: int = 10) -> list[Path]:
    found = sorted((evening / "photos").glob(f"*_{side}*.jpg"), key=lambda path: path.name.split("_", 2)[2])
    return found[:most]


def clock_of(photo: Path) -> datetime:
    """What the phone's clock said, with its fraction, in Helsinki."""
    told = Image.open(photo).getexif().get_ifd(PHOTO)
    clock = datetime.strptime(told[Tag.DateTimeOriginal] + "+0200", "%Y:%m:%d %H:%M:%S%z")
    return clock + timedelta(milliseconds=int(told[Tag.SubsecTimeOriginal]))


def with_a_clock_only(photo: Path, slow: timedelta) -> bytes:
    """The photo as a camera without GPS and zone writes it, whose clock is slow."""
    told = Image.Exif()
    clock = clock_of(photo) - slow
    told.get_ifd(PHOTO)[Tag.DateTimeOriginal] = f"{clock:%Y:%m:%d %H:%M:%S}"
    told.get_ifd(PHOTO)[Tag.SubsecTimeOriginal] = f"{clock.microsecond // 1000:03d}"
    stream = BytesIO()
    Image.open(photo).save(stream, "JPEG", exif=told)
    return stream.getvalue()


def bring_track(drive: Drive, evening: Path) -> None:
    """The places of all photos as a receiver's track."""
    track = Footage.objects.create(
        drive=drive, kind="track", name="evening.gpx", size_bytes=9, sha256="t", state="accepted"
    )
    for ordinal, photo in enumerate(photos_of(evening, most=99)):
        where = position(dict(Image.open(photo).getexif().get_ifd(GPS)))
        assert where
        TrackPoint.objects.create(
            drive=drive, footage=track, ordinal=ordinal, at=clock_of(photo), position=Point(where)
        )


def slow_drive(evening: Path, slow: timedelta) -> Drive:
    """Photos of one phone without places, by a slow clock, beside a track."""
    drive = make_drive()
    bring_track(drive, evening)
    files = {photo.name: with_a_clock_only(photo, slow) for photo in photos_of(evening, "left", 6)}
    return submit_and_walk(send(files, drive))


def test_photos_by_a_wrong_clock_wait_for_their_places_until_it_is_set(evening: Path) -> None:
    drive = slow_drive(evening, timedelta(hours=3, minutes=20))
    assert (drive.stage, drive.time_zone) == (Stage.LOCATE, "Europe/Helsinki")
    assert drive.failure.startswith("The clock of a camera is not sure.")
    assert not Sighting.objects.exists()
    assert drive.cameras.get().clock_by == ClockBy.TRACK

    assert say(drive.cameras.get(), offset_ms=12_000_000) == Next.GOES_ON
    assert walk_on(drive).stage == Stage.DONE
    first = drive.frames.order_by("device_at").first()
    assert first
    assert first.position
    assert abs(first.captured_at - clock_of(photos_of(evening, "left", 1)[0])) < timedelta(milliseconds=2)


def test_a_clock_in_another_zone_is_put_right_for_its_driver_to_confirm(evening: Path) -> None:
    drive = slow_drive(evening, timedelta(hours=3))
    camera = drive.cameras.get()
    assert (drive.stage, camera.clock_offset_ms, camera.clock_by) == (Stage.LOCATE, 10_800_000, "zone")


def test_a_clock_in_the_zone_of_the_place_that_alone_fits_the_track_goes_on_unasked(evening: Path) -> None:
    drive = slow_drive(evening, timedelta())
    assert (drive.stage, drive.cameras.get().clock_offset_ms) == (Stage.DONE, 0)
    assert questions(drive) == []


def test_sides_that_nobody_told_are_told_by_the_way_the_stills_move(evening: Path) -> None:
    drive = make_drive()
    for side, folder in (("left", "one"), ("right", "two")):
        for photo in photos_of(evening, side, 10):
            send({f"IMG_{photo.stem[-6:]}_{side[0] * 2}{folder}.jpg": photo.read_bytes()}, drive)
        drive.footage.filter(name__contains=folder, folder="").update(folder=folder)
    submit_and_walk(drive)
    of_folder = {camera.key.split("|")[1]: camera for camera in drive.cameras.all()}
    guessed = {folder: camera.side for folder, camera in of_folder.items() if camera.side}
    assert guessed
    assert guessed.items() <= {"one": "left", "two": "right"}.items()
    assert all(camera.mount_angle_deg == mount_angle_deg(camera.side) for camera in of_folder.values())


def shown_houses() -> set[int]:
    return set(HouseScore.objects.values_list("house_id", flat=True))


def test_houses_follow_their_camera_to_the_other_side_and_come_back_under_their_own_ids(
    evening: Path,
) -> None:
    drive = submit_and_walk(send({photo.name: photo.read_bytes() for photo in photos_of(evening)}))
    assert drive.stage == Stage.DONE
    before, sides = shown_houses(), set(Sighting.objects.values_list("region", "side"))
    assert before

    assert swap_sides(drive) == Next.PLACED_AGAIN
    assert walk_on(drive).stage == Stage.DONE
    left = set(House.objects.filter(sightings=None).values_list("pk", flat=True))
    assert left
    assert left <= before
    assert shown_houses().isdisjoint(left)
    now = Sighting.objects.values_list("region", "side")
    assert all((region, other(side)) in sides for region, side in now)

    swap_sides(drive)
    assert walk_on(drive).stage == Stage.DONE
    assert shown_houses() == before


def other(side: str) -> str:
    return {"left": "right", "right": "left"}[side]


def test_placing_again_without_a_change_changes_nothing(evening: Path) -> None:
    drive = submit_and_walk(send({photo.name: photo.read_bytes() for photo in photos_of(evening, most=6)}))
    before = set(Sighting.objects.values_list("region", "house", "side"))
    camera = drive.cameras.first()
    assert camera
    assert say(camera, side=camera.side) == Next.PLACED_AGAIN
    walk_on(drive)
    assert set(Sighting.objects.values_list("region", "house", "side")) == before
