"""Photos that carry no position lie on the drive's track, where their clock says."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from server.drives.models import Drive
from server.drives.track import Fix, distance_m
from tests.server.factories import make_drive, make_track_point
from tests.workers.photos import read, saved
from tests.workers.walk import files_of, send, submit_and_walk
from workers.media.photo import PhotoFacts


def without_gps(content: bytes) -> bytes:
    image = Image.open(BytesIO(content))
    bare = Image.Exif()
    bare.get_ifd(ExifTags.IFD.Exif).update(image.getexif().get_ifd(ExifTags.IFD.Exif))
    return saved(image, quality=95, exif=bare.tobytes())


@pytest.fixture
def told(evening: Path) -> dict[str, PhotoFacts]:
    """What each photo of a rendered drive says, by its name."""
    return {name: read(content, name=name) for name, content in files_of(evening / "photos").items()}


@pytest.fixture
def drive(db: None, evening: Path, told: dict[str, PhotoFacts]) -> Drive:
    """The photos, every other one without its position, and the track beside them."""
    photos = files_of(evening / "photos")
    drive = send({name: without_gps(photo) for name, photo in photos.items()}, make_drive())
    for facts in list(told.values())[::2]:
        assert facts.position
        make_track_point(drive, at=facts.device_at, where=facts.position)
    return drive


def test_a_drive_of_photos_without_positions_comes_onto_the_map(
    drive: Drive, told: dict[str, PhotoFacts]
) -> None:
    submit_and_walk(drive)
    assert (drive.stage, drive.failure) == ("done", "")
    frames = list(drive.frames.select_related("footage"))
    assert len(frames) == len(told)
    assert not drive.footage.filter(fix__isnull=False).exists()
    for frame in frames:
        at, where = frame.captured_at, told[frame.footage.name].position
        assert where
        assert distance_m(Fix(at, *where), Fix(at, frame.position.x, frame.position.y)) < 8
    assert sum(frame.heading_deg is not None for frame in frames) > len(frames) * 0.9
