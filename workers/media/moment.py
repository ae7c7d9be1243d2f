"""When a photo was taken, according to the camera: its clock, and how far that clock's zone is from UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from PIL import ExifTags

from workers.media.exif import GPS, Exif, Fields, numbers, text

LONGEST_OFFSET = timedelta(hours=15)
QUARTER = timedelta(minutes=15)
Tag = ExifTags.Base

_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_NAMED = re.compile(
    r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)[ _T-]+(?:at )?([0-2]\d)[.:-]?([0-5]\d)[.:-]?([0-5]\d)(?:\d{3})?(?!\d)"
)


def device_at(exif: Exif, *, name: str, zone: tzinfo) -> datetime | None:
    """What the camera's clock said, as aware UTC; None if nothing says so.

    DateTimeOriginal counts, in the zone that OffsetTimeOriginal names; without one the offset is the distance from GPS
    time, to the nearest quarter of an hour; without that too it is `zone`, the place's own. A photo without
    DateTimeOriginal has its GPS time, or the local time in its name (`phone_left_20251207_172817.jpg`).
    `DateTime` is the time of the last edit and is not asked.
    """
    clock, gps = _clock(exif.photo), _gps_time(exif.gps)
    if clock is not None:
        return _utc(clock, _offset(exif.photo, clock, gps) or zone)
    named = _named_time(name)
    return gps or (_utc(named, zone) if named else None)


def _clock(photo: Fields) -> datetime | None:
    """DateTimeOriginal with its fraction of a second, without a zone."""
    try:
        clock = datetime.strptime(text(photo.get(Tag.DateTimeOriginal)), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    fraction = text(photo.get(Tag.SubsecTimeOriginal))
    return (
        clock + timedelta(seconds=float(f"0.{fraction}")) if re.fullmatch("[0-9]{1,9}", fraction) else clock
    )


def _offset(photo: Fields, clock: datetime, gps: datetime | None) -> timezone | None:
    named = text(photo.get(Tag.OffsetTimeOriginal))
    if named == "Z":
        return UTC
    match = _OFFSET.fullmatch(named)
    if match:
        offset = timedelta(hours=int(match[2]), minutes=int(match[3])) * (-1 if match[1] == "-" else 1)
    elif gps:
        offset = round((clock - gps.replace(tzinfo=None)) / QUARTER) * QUARTER
    else:
        return None
    return timezone(offset) if abs(offset) <= LONGEST_OFFSET else None


def _gps_time(gps: Fields) -> datetime | None:
    parts = numbers(gps.get(GPS.GPSTimeStamp))
    if len(parts) != 3 or not all(0 <= part < limit for part, limit in zip(parts, (24, 60, 61), strict=True)):
        return None
    try:
        day = datetime.strptime(text(gps.get(GPS.GPSDateStamp)).replace("-", ":"), "%Y:%m:%d")
        return day.replace(tzinfo=UTC) + timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2])
    except (ValueError, OverflowError):
        return None


def _named_time(name: str) -> datetime | None:
    match = _NAMED.search(name)
    try:
        return datetime(*(int(part) for part in match.groups())) if match else None  # type: ignore[arg-type]
    except ValueError:
        return None


def _utc(clock: datetime, zone: tzinfo) -> datetime | None:
    try:
        return clock.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None
