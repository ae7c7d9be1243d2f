"""When the photo was taken: the camera's clock, its offset, and what stands in for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from PIL import ExifTags

from tests.workers.photos import GPS_TAGS, NO_NUMBER, NOW, PHOTO_TAGS, photo, read
from workers.media.refusal import Refused

Tag = ExifTags.Base
CLOCK = {Tag.DateTimeOriginal: "2025:12:07 17:28:13"}
TAKEN = datetime(2025, 12, 8, 1, 28, 13, tzinfo=UTC)
NAME = "phone_left_20251207_172817.jpg"


def taken(
    photo_tags: Mapping[int, object],
    gps: Mapping[int, object] = {},
    *,
    name: str = "IMG_1.jpg",
    zone: str = "UTC",
) -> datetime:
    return read(photo(photo=photo_tags, gps=gps), name=name, zone=zone).device_at


def test_the_clock_is_read_in_the_offset_that_the_camera_names() -> None:
    assert taken(PHOTO_TAGS, GPS_TAGS) == TAKEN


def test_the_fraction_of_a_second_is_kept() -> None:
    at = taken(PHOTO_TAGS | {Tag.SubsecTimeOriginal: "25"})
    assert at == TAKEN + timedelta(milliseconds=250)


def test_without_an_offset_gps_time_tells_it_to_the_quarter_of_an_hour() -> None:
    late_fix = GPS_TAGS | {ExifTags.GPS.GPSTimeStamp: (1.0, 26.0, 40.0)}
    assert taken(CLOCK, late_fix) == TAKEN


def test_without_offset_and_gps_time_the_place_tells_the_zone() -> None:
    assert taken(CLOCK, zone="America/Los_Angeles") == TAKEN


def test_a_gps_time_of_another_day_does_not_tell_the_offset() -> None:
    week_rollover = GPS_TAGS | {ExifTags.GPS.GPSDateStamp: "2006:04:23"}
    assert taken(CLOCK, week_rollover, zone="America/Los_Angeles") == TAKEN


def test_without_a_clock_gps_time_counts() -> None:
    assert taken({}, GPS_TAGS, name=NAME) == TAKEN


def test_without_clock_and_gps_time_the_name_tells_the_local_time() -> None:
    assert taken({}, name=NAME, zone="America/Los_Angeles") == TAKEN + timedelta(seconds=4)


@pytest.mark.parametrize(
    "name",
    [
        "20251207_172817.jpg",
        "IMG-2025-12-07 17.28.17.heic",
        "IMG_20251207_172817123.jpg",
        "a/20251207-172817",
    ],
)
def test_names_of_many_cameras_tell_a_time(name: str) -> None:
    assert taken({}, name=name) == datetime(2025, 12, 7, 17, 28, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["IMG_1.jpg", "20259907_172817.jpg", "120251207_1728179.jpg", "20251307_172817.jpg"]
)
def test_names_without_a_date_tell_no_time(name: str) -> None:
    with pytest.raises(Refused, match="no_time"):
        taken({}, name=name)


def test_the_time_of_the_last_edit_is_not_the_time_of_capture() -> None:
    edited = photo(photo={}, gps={}, base={Tag.DateTime: "2025:12:07 17:28:13"})
    with pytest.raises(Refused, match="no_time"):
        read(edited)


@pytest.mark.parametrize(
    "clock", ["0000:00:00 00:00:00", "    :  :     :  :  ", "yesterday", "0001:01:01 00:00:00"]
)
def test_a_clock_that_was_never_set_tells_no_time(clock: str) -> None:
    with pytest.raises(Refused, match="no_time"):
        taken({Tag.DateTimeOriginal: clock, Tag.OffsetTimeOriginal: "+14:00"})


def test_a_gps_time_without_numbers_tells_no_time() -> None:
    with pytest.raises(Refused, match="no_time"):
        taken({}, GPS_TAGS | {ExifTags.GPS.GPSTimeStamp: (NO_NUMBER, 1.0, 1.0)})


def test_more_than_a_day_ahead_is_the_future() -> None:
    def stamp(at: datetime) -> Mapping[int, object]:
        return {Tag.DateTimeOriginal: f"{at:%Y:%m:%d %H:%M:%S}", Tag.OffsetTimeOriginal: "Z"}

    assert taken(stamp(NOW + timedelta(hours=23)))
    with pytest.raises(Refused, match="future_time: It says 2026-01-11 01:00 UTC"):
        taken(stamp(NOW + timedelta(hours=25)))
