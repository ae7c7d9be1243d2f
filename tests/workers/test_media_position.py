"""Where the photo was taken, and the ways in which a position can be wrong."""

from __future__ import annotations

import pytest
from PIL import ExifTags

from tests.workers.photos import GPS_TAGS, NO_NUMBER, photo, read
from workers.media.exif import position
from workers.media.refusal import Refused

GPS = ExifTags.GPS


def placed(**changes: object) -> tuple[float, float] | None:
    return read(photo(gps=GPS_TAGS | {GPS[name]: value for name, value in changes.items()})).position


def test_degrees_minutes_and_seconds_become_lon_lat() -> None:
    assert placed() == pytest.approx((-117.150427, 32.920291), abs=1e-6)


def test_south_and_east_change_the_signs() -> None:
    assert placed(GPSLatitudeRef="S", GPSLongitudeRef="E") == pytest.approx(
        (117.150427, -32.920291), abs=1e-6
    )


def test_a_photo_that_claims_no_position_has_none() -> None:
    assert read(photo(gps={})).position is None


def test_gps_time_alone_claims_no_position() -> None:
    time_only = {tag: GPS_TAGS[tag] for tag in (GPS.GPSTimeStamp, GPS.GPSDateStamp)}
    assert read(photo(gps=time_only)).position is None


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"GPSLatitude": (95.0, 0.0, 0.0)}, "GPSLatitude is 95 degrees"),
        ({"GPSLongitude": (180.0, 0.0, 1.0)}, "GPSLongitude is 180"),
        ({"GPSLatitude": (NO_NUMBER, NO_NUMBER, NO_NUMBER)}, "GPSLatitude is not a number"),
        ({"GPSLongitude": (117.0, 9.0, NO_NUMBER)}, "GPSLongitude is not a number"),
        ({"GPSLatitude": (32.0, 75.0, 0.0)}, "GPSLatitude has more than 60"),
        ({"GPSLatitudeRef": "X"}, "GPSLatitudeRef is neither N nor S"),
        ({"GPSLongitudeRef": ""}, "GPSLongitudeRef is neither E nor W"),
    ],
)
def test_a_position_that_is_no_place_on_earth_is_refused(changes: dict[str, object], detail: str) -> None:
    with pytest.raises(Refused, match=f"bad_position: {detail}"):
        placed(**changes)


def test_a_position_in_words_is_refused() -> None:
    with pytest.raises(Refused, match="bad_position: GPSLatitude is not a number"):
        position(GPS_TAGS | {GPS.GPSLatitude: "32.9"})


def test_half_a_position_is_refused() -> None:
    half = {tag: GPS_TAGS[tag] for tag in (GPS.GPSLatitude, GPS.GPSLatitudeRef)}
    with pytest.raises(Refused, match="bad_position"):
        read(photo(gps=half))


def test_zero_zero_is_null_island() -> None:
    nowhere = (0.0, 0.0, 0.0)
    with pytest.raises(Refused, match="null_island"):
        placed(GPSLatitude=nowhere, GPSLongitude=nowhere)


def test_the_equator_is_a_place() -> None:
    assert placed(GPSLatitude=(0.0, 0.0, 0.0)) == pytest.approx((-117.150427, 0))
