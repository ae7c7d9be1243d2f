from __future__ import annotations

import re

import pytest
from PIL import ExifTags, Image

from server.drives.models import Reason, Stage
from server.drives.queries import file_counts, frame_counts
from tests.workers import photos
from tests.workers.walk import reason_of, send, submit_and_walk

pytestmark = pytest.mark.django_db
GPS = ExifTags.GPS
GOOD = photos.photo()


def at(**changes: object) -> bytes:
    return photos.photo(gps={**photos.GPS_TAGS, **{GPS[name]: value for name, value in changes.items()}})


BAD: dict[str, tuple[bytes, str]] = {
    "left_empty.jpg": (b"", "empty"),
    "left_cut.jpg": (GOOD[: len(GOOD) // 2], "truncated"),
    "left_words.jpg": (b"Dear Santa, all I want is a photo.", "mislabelled"),
    "left_notes.txt": (b"A list of the streets we drove.", "unknown_kind"),
    "left_moving.png": (photos.animation("PNG"), "animated"),
    "left_huge.png": (photos.png_header(30_000, 30_000), "too_large"),
    "left_tiny.png": (photos.saved(Image.new("RGB", (8, 8)), "PNG"), "too_small"),
    "left_island.jpg": (at(GPSLatitude=(0.0, 0.0, 0.0), GPSLongitude=(0.0, 0.0, 0.0)), "null_island"),
    "left_beyond.jpg": (at(GPSLatitude=(91.0, 0.0, 0.0)), "bad_position"),
    "left_future.jpg": (
        photos.photo(photo={ExifTags.Base.DateTimeOriginal: "2199:12:24 18:00:00"}, gps={}),
        "future_time",
    ),
    "left_timeless.jpg": (photos.photo(photo={}, gps={}), "no_time"),
    "left_far_away.jpg": (
        photos.photo(photo={ExifTags.Base.DateTimeOriginal: "2025:06:01 12:00:00"}, gps={}),
        "no_position",
    ),
    "left_broken.zip": (b"PK\x03\x04 and then nothing", "zip_broken"),
    "left_unsafe.zip": (
        photos.zipped({"../left_escape.jpg": photos.saved(photos.night(170), exif=photos.exif())}),
        "",
    ),
    "left_bomb.zip": (photos.overlapping_zip(), "zip_bomb"),
}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {"left_good.jpg": GOOD, "right_same_bytes.jpg": GOOD} | {
        name: content for name, (content, _) in BAD.items()
    }


def test_each_bad_file_gets_its_own_reason_and_the_rest_goes_on(files: dict[str, bytes]) -> None:
    drive = submit_and_walk(send(files))
    assert drive.stage == Stage.DONE
    assert {name: reason_of(drive, name) for name in BAD} == {
        name: reason for name, (_, reason) in BAD.items()
    }
    assert reason_of(drive, "left_good.jpg") == ""
    assert reason_of(drive, "right_same_bytes.jpg") == "duplicate"
    assert reason_of(drive, "../left_escape.jpg") == "zip_unsafe"


def test_the_sum_balances(files: dict[str, bytes]) -> None:
    drive = submit_and_walk(send(files))
    counted, frames = file_counts(drive), frame_counts(drive)
    opened_archives = 1
    assert counted.files == counted.accepted + counted.rejected == len(files) + 1
    assert counted.accepted == frames.frames + opened_archives == frames.scored + opened_archives


def test_every_reason_tells_what_to_do() -> None:
    assert all(re.search(r"[.?] [A-Z].*\.$", str(reason.label)) for reason in Reason)


def test_a_zip_of_photos_is_opened_and_its_folders_tell_the_side() -> None:
    packed = photos.zipped(
        {"left/IMG_1.jpg": GOOD, "right/IMG_1.jpg": photos.saved(photos.night(180), exif=photos.exif())}
    )
    drive = submit_and_walk(send({"evening.zip": packed}))
    assert sorted(drive.frames.values_list("camera__side", flat=True)) == ["left", "right"]


def test_a_camera_whose_side_nobody_tells_is_asked_about_before_anything_is_placed() -> None:
    drive = submit_and_walk(send({"IMG_0001.jpg": GOOD}))
    assert (drive.stage, reason_of(drive, "IMG_0001.jpg")) == (Stage.LOCATE, "")
    assert drive.failure == "Tell which way the cameras faced."
    assert drive.cameras.get().side == ""


def test_the_form_tells_the_side_where_the_name_does_not() -> None:
    drive = submit_and_walk(send({"IMG_0001.jpg": GOOD}, side_hint="right"))
    assert drive.frames.get().camera.side == "right"


def test_a_photo_without_gps_is_placed_between_its_neighbours() -> None:
    clock = {ExifTags.Base.OffsetTimeOriginal: "+00:00"}
    times = ["2025:12:08 01:28:10", "2025:12:08 01:28:14", "2025:12:08 01:28:18"]
    shots = []
    for number, time in enumerate(times):
        moment = {**clock, ExifTags.Base.DateTimeOriginal: time}
        gps = {
            **photos.GPS_TAGS,
            GPS.GPSLongitude: (117.0, 9.0, float(number)),
            GPS.GPSTimeStamp: (1.0, 28.0, 10.0 + 4 * number),
        }
        shots.append(
            photos.saved(
                photos.night(160 + number), exif=photos.exif(photo=moment, gps={} if number == 1 else gps)
            )
        )
    drive = submit_and_walk(send({f"left_{number}.jpg": shot for number, shot in enumerate(shots)}))
    first, middle, last = (frame.position.x for frame in drive.frames.in_order())
    assert middle == pytest.approx((first + last) / 2, abs=1e-7)
