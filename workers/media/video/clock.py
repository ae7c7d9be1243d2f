"""When a video began, by its own words. Which word counts, the surest first:

1. `com.apple.quicktime.creationdate`, a clock with its offset from UTC;
2. the creation time in the header. It should be UTC. Android writes the moment at which the recording *ended*; GoPro and
   most dashcams write the local time as if it were UTC;
3. the time in the file's name (`VID_20261205_183000.mp4`: local; `PXL_20261205_023000123.mp4`: UTC);
4. when the file was last changed, which is when the recording ended.
GPS time in the telemetry counts before all of these and is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

ClockWord = Literal["gps", "offset", "zone", "utc", "name", "modified", ""]

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
APPLE_KEY = "com.apple.quicktime.creationdate"
ANDROID_KEY = "com.android.version"
_NAMED = re.compile(
    r"(?<!\d)(20\d\d)[-_]?([01]\d)[-_]?([0-3]\d)[ _T-]+(?:at )?([0-2]\d)[.:_-]?([0-5]\d)[.:_-]?([0-5]\d)(\d{3})?(?!\d)"
)
_IN_UTC = re.compile(r"(^|[/\\])PXL_")


@dataclass(frozen=True)
class Began:
    """`at`: the video's first frame by the camera's clock, aware UTC; None where nothing tells. `clock`: what told it."""

    at: datetime | None
    clock: ClockWord = ""


def began(
    metadata: Mapping[str, str],
    *,
    name: str,
    duration: timedelta,
    zone: tzinfo,
    writes_local_time: bool,
    modified_at: datetime | None,
    latest: datetime,
) -> Began:
    """`zone` is the place's own, for cameras that write their local time. What lies after `latest` is no word at all."""
    apple = _parsed(metadata.get(APPLE_KEY, ""), latest)
    if apple:
        return Began(apple, "offset")
    created = _parsed(metadata.get("creation_time", ""), latest)
    if created and writes_local_time:
        return Began(_in_zone(created.replace(tzinfo=None), zone), "zone")
    if created:
        return Began(created - duration if ANDROID_KEY in metadata else created, "utc")
    named = named_time(name)
    if named:
        return (
            Began(named.replace(tzinfo=UTC), "utc")
            if _IN_UTC.search(name)
            else Began(_in_zone(named, zone), "name")
        )
    return Began(modified_at - duration, "modified") if modified_at else Began(None)


def named_time(name: str) -> datetime | None:
    """The date and time in a file's name, without a zone."""
    match = _NAMED.search(name)
    if match is None:
        return None
    year, month, day, hour, minute, second, millisecond = (int(part or 0) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, millisecond * 1000)
    except ValueError:
        return None


def _parsed(text: str, latest: datetime) -> datetime | None:
    """None for what nobody set: 1904 in MP4, 1970 in a camera without a battery; and for a time without its offset."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo and EARLIEST <= at <= latest else None
    except (ValueError, OverflowError):
        return None


def _in_zone(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)
