"""When the photo was taken: the camera's clock, its offset, and what stands in for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import ExifTags

from tests.workers.photos import GPS_TAGS, NO_NUMBER, NOW, PHOTO_TAGS, photo, read
from workers.media.photo import read_photo
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


def facts(
    photo_tags: Mapping[int, object], gps: Mapping[int, object] = {}, **named: str
) -> tuple[datetime, str]:
    found = read(photo(photo=photo_tags, gps=gps), **named)
    return found.device_at, found.clock


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
        "a/20251207-172817",
    ],
)
def test_names_of_many_cameras_tell_a_time(name: str) -> None:
    assert taken({}, name=name) == datetime(2025, 12, 7, 17, 28, 17, tzinfo=UTC)


def test_a_name_may_tell_the_thousandth_of_a_second() -> None:
    at = taken({}, name="IMG_20251207_172817123.jpg")
    assert at == datetime(2025, 12, 7, 17, 28, 17, 123_000, tzinfo=UTC)


def test_names_that_are_utc_whatever_the_place_are_read_as_utc() -> None:
    assert facts({}, name="PXL_20251208_012813000.jpg", zone="Asia/Tokyo") == (TAKEN, "utc")


def test_a_digitized_clock_stands_in_for_the_original_one() -> None:
    digitized = {
        Tag.DateTimeDigitized: "2025:12:07 17:28:13",
        Tag.SubsecTimeDigitized: "5",
        Tag.OffsetTimeDigitized: "-08:00",
    }
    assert facts(digitized, name=NAME) == (TAKEN + timedelta(milliseconds=500), "offset")


def test_a_clock_goes_before_gps_time_which_may_be_old_and_has_no_fractions() -> None:
    found = read(photo(photo=PHOTO_TAGS | {Tag.SubsecTimeOriginal: "25"}, gps=GPS_TAGS))
    assert (found.device_at, found.gps_at) == (TAKEN + timedelta(milliseconds=250), TAKEN)
    assert found.clock == "offset"


@pytest.mark.parametrize(
    ("photo_tags", "gps", "clock"),
    [(PHOTO_TAGS, {}, "offset"), (CLOCK, GPS_TAGS, "gps"), (CLOCK, {}, "zone"), ({}, {}, "name")],
)
def test_what_told_the_time_is_said(
    photo_tags: Mapping[int, object], gps: Mapping[int, object], clock: str
) -> None:
    assert facts(photo_tags, gps, name=NAME)[1] == clock


def test_when_the_file_was_changed_counts_where_nothing_else_does() -> None:
    found = read_photo(BytesIO(photo(photo={}, gps={})), name="a.jpg", now=NOW, zone="UTC", modified_at=TAKEN)
    assert (found.device_at, found.clock) == (TAKEN, "modified")


def test_a_clock_in_the_future_is_read_where_gps_time_tells_how_wrong_it_is() -> None:
    ahead = {Tag.DateTimeOriginal: "2031:01:01 00:00:00", Tag.OffsetTimeOriginal: "Z"}
    assert read(photo(photo=ahead, gps=GPS_TAGS)).gps_at == TAKEN


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
