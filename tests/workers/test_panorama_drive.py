"""A drive of panoramas: what was lit on the left comes to lie on the left of the road, and on the right on the right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image

from ml.scorer import Scorer
from server.drives.models import Side
from server.houses.models import Sighting
from tests.server.factories import HOME, place
from tests.workers import photos
from tests.workers.test_near_home import dms
from tests.workers.test_panorama import packet
from tests.workers.walk import send, submit_and_walk

BEGAN = datetime(2025, 12, 8, 1, 28, tzinfo=UTC)
WIDTH, HEIGHT = 2048, 1024
FIELD_DEG = 67.0


@pytest.fixture(scope="module")
def lit(evening: Path, network: Scorer) -> Image.Image:
    """The most festive photo of a rendered drive."""
    found = [Image.open(path).convert("RGB") for path in sorted((evening / "photos").iterdir())[:12]]
    return max(found, key=lambda photo: network.score([np.asarray(photo)])[0].festivity)


def around(lit: Image.Image, *yaws_deg: float) -> NDArray[np.uint8]:
    """A dark night all around, with the photo hung square on at each of these angles from ahead."""
    azimuth = np.radians((np.arange(WIDTH) + 0.5) / WIDTH * 360 - 180)[None, :]
    elevation = np.radians(90 - (np.arange(HEIGHT) + 0.5) / HEIGHT * 180)[:, None]
    rgb, photo = np.full((HEIGHT, WIDTH, 3), 6, dtype=np.uint8), np.asarray(lit)
    half = np.tan(np.radians(FIELD_DEG) / 2)
    for yaw_deg in yaws_deg:
        off = azimuth - np.radians(yaw_deg)
        depth = np.cos(elevation) * np.cos(off)
        across, up = np.cos(elevation) * np.sin(off) / depth, np.sin(elevation) / depth
        x = (across / half + 1) / 2 * photo.shape[1]
        y = photo.shape[0] / 2 - up / half * photo.shape[1] / 2
        seen = (depth > 0) & (x >= 0) & (x < photo.shape[1]) & (y >= 0) & (y < photo.shape[0])
        rgb[seen] = photo[y[seen].astype(int), x[seen].astype(int)]
    return rgb


def sphere_photo(rgb: NDArray[np.uint8], step: int) -> bytes:
    """Taken so many seconds and steps of 6 m north of HOME."""
    at = BEGAN + timedelta(seconds=step)
    lon, lat = place(0, 6 * step)
    gps = {
        **photos.GPS_TAGS,
        ExifTags.GPS.GPSLatitude: dms(lat),
        ExifTags.GPS.GPSLongitude: dms(lon),
        ExifTags.GPS.GPSTimeStamp: (float(at.hour), float(at.minute), float(at.second)),
    }
    clock = {
        ExifTags.Base.DateTimeOriginal: at.strftime("%Y:%m:%d %H:%M:%S"),
        ExifTags.Base.OffsetTimeOriginal: "+00:00",
    }
    made = photos.exif(photo=clock, gps=gps)
    told = packet(ProjectionType="equirectangular", PoseHeadingDegrees=0)
    return photos.saved(Image.fromarray(rgb), quality=92, exif=made, xmp=told)


@pytest.mark.django_db
def test_sightings_land_on_their_sides_of_the_road(lit: Image.Image) -> None:
    both = around(lit, -90, 90)
    drive = submit_and_walk(send({f"R001{step}.JPG": sphere_photo(both, step) for step in range(3)}))
    assert (drive.stage, drive.failure) == ("done", "")
    camera = drive.cameras.get()
    assert (camera.side, camera.field_of_view_deg, camera.mount_angle_deg) == (Side.AROUND, 90, 0)
    assert sorted(drive.frames.values_list("view", flat=True)) == [1, 1, 1, 2, 2, 2]
    seen = Sighting.objects.filter(frame__drive=drive)
    for view, side, angle_deg in ((1, Side.LEFT, -90), (2, Side.RIGHT, 90)):
        of_view = seen.filter(frame__view=view)
        assert of_view.exists()
        assert {sighting.side for sighting in of_view} == {side}
        assert {sighting.position.x < HOME[0] for sighting in of_view} == {side == Side.LEFT}
        assert {sighting.frame.mount_angle_deg for sighting in of_view} == {angle_deg}


@pytest.mark.django_db
def test_a_dark_side_has_no_sightings(lit: Image.Image) -> None:
    left = around(lit, -90)
    drive = submit_and_walk(send({f"R002{step}.JPG": sphere_photo(left, step) for step in range(2)}))
    assert set(Sighting.objects.filter(frame__drive=drive).values_list("frame__view", flat=True)) == {1}
