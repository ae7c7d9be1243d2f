"""When a photo was taken, according to the camera: its clock, and how far that clock's zone is from UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal

from PIL import ExifTags

from workers.media.exif import GPS, Exif, Fields, numbers, text

LONGEST_OFFSET = timedelta(hours=15)
QUARTER = timedelta(minutes=15)
Tag = ExifTags.Base
Clock = Literal["gps", "offset", "zone", "utc", "name", "modified"]

_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_NAMED = re.compile(
    r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)[ _T-]+(?:at )?([0-2]\d)[.:-]?([0-5]\d)[.:-]?([0-5]\d)(\d{3})?(?!\d)"
)
_NAMES_IN_UTC = re.compile(r"(^|[/\\])PXL_")
_CLOCKS = (
    (Tag.DateTimeOriginal, Tag.SubsecTimeOriginal, Tag.OffsetTimeOriginal),
    (Tag.DateTimeDigitized, Tag.SubsecTimeDigitized, Tag.OffsetTimeDigitized),
)


@dataclass(frozen=True)
class Moment:
    """`device_at`: what the camera's clock said, aware UTC; `clock`: what told it, a word of `ClockSource`.

    `gps_at`: the GPS time that the file carries, to the second; it may be older than the picture, by the age of the fix.
    """

    device_at: datetime
    clock: Clock
    gps_at: datetime | None = None


def moment_of(exif: Exif, *, name: str, zone: tzinfo, modified_at: datetime | None = None) -> Moment | None:
    """When a photo was taken; None if nothing says so.

    DateTimeOriginal counts, and DateTimeDigitized where there is none, each with its fraction of a second, in the zone that
    its own offset names; without one the offset is the distance from GPS time, to the nearest quarter of an hour; without
    that too it is `zone`, the place's own. A photo without a clock has its GPS time, or the time in its name
    (`phone_left_20251207_172817.jpg`: local; `PXL_20251208_012817123.jpg`: UTC), or the time when it was last changed.
    `DateTime` of the base IFD is the time of the last edit and is not asked.
    """
    gps = _gps_time(exif.gps)
    for clock_tag, fraction_tag, offset_tag in _CLOCKS:
        clock = _clock(exif.photo, clock_tag, fraction_tag)
        if clock is not None and (moment := _by_clock(clock, text(exif.photo.get(offset_tag)), gps, zone)):
            return moment
    if gps is not None:
        return Moment(gps, "gps", gps)
    return _by_name(name, zone) or (Moment(modified_at, "modified") if modified_at else None)


def _by_clock(clock: datetime, named: str, gps: datetime | None, zone: tzinfo) -> Moment | None:
    """A clock's word in the zone that is known best; None where it lies outside of all calendars."""
    told: list[tuple[tzinfo | None, Clock]] = [
        (_named_offset(named), "offset"),
        (_gps_offset(clock, gps), "gps"),
    ]
    known, by = next(((offset, by) for offset, by in told if offset), (zone, "zone"))
    at = _utc(clock, known)
    return Moment(at, by, gps) if at else None


def _by_name(name: str, zone: tzinfo) -> Moment | None:
    named = _named_time(name)
    in_utc = _NAMES_IN_UTC.search(name) is not None
    at = _utc(named, UTC if in_utc else zone) if named else None
    return Moment(at, "utc" if in_utc else "name") if at else None


def _clock(photo: Fields, clock_tag: int, fraction_tag: int) -> datetime | None:
    """A clock's word with its fraction of a second, without a zone."""
    try:
        clock = datetime.strptime(text(photo.get(clock_tag)), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    fraction = text(photo.get(fraction_tag))
    return (
        clock + timedelta(seconds=float(f"0.{fraction}")) if re.fullmatch("[0-9]{1,9}", fraction) else clock
    )


def _named_offset(named: str) -> timezone | None:
    if named == "Z":
        return UTC
    match = _OFFSET.fullmatch(named)
    if match is None:
        return None
    return _within_reason(
        timedelta(hours=int(match[2]), minutes=int(match[3])) * (-1 if match[1] == "-" else 1)
    )


def _gps_offset(clock: datetime, gps: datetime | None) -> timezone | None:
    return _within_reason(round((clock - gps.replace(tzinfo=None)) / QUARTER) * QUARTER) if gps else None


def _within_reason(offset: timedelta) -> timezone | None:
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
    if match is None:
        return None
    year, month, day, hour, minute, second, millisecond = (int(part or 0) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, millisecond * 1000)
    except ValueError:
        return None


def _utc(clock: datetime, zone: tzinfo) -> datetime | None:
    try:
        return clock.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None
