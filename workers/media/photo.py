"""One photo, read as a whole: is it sound, how large, when and where was it taken?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO
from zoneinfo import ZoneInfo

from workers.media.exif import orientation, position, read_exif
from workers.media.moment import Clock, Moment, moment_of
from workers.media.picture import MAX_PIXELS, load, open_picture, read_content
from workers.media.refusal import Refused

CLOCK_MAY_BE_AHEAD = timedelta(days=1)
_TURNED_ON_ITS_SIDE = (5, 6, 7, 8)


@dataclass(frozen=True)
class PhotoFacts:
    """`width` and `height` in pixels of the upright picture, `device_at` aware UTC, `position` (lon, lat) in degrees.

    `clock`: what told the time; `gps_at`: the GPS time beside it, if there is one.
    """

    width: int
    height: int
    device_at: datetime
    position: tuple[float, float] | None
    clock: Clock
    gps_at: datetime | None


def read_photo(
    stream: IO[bytes],
    *,
    name: str,
    now: datetime,
    zone: str,
    max_pixels: int = MAX_PIXELS,
    modified_at: datetime | None = None,
) -> PhotoFacts:
    """Decodes the whole photo and reads its EXIF. `zone` is the place's IANA zone, for cameras that name none;
    `modified_at` when the file was last changed, for those that tell no time at all.

    Raises `Refused`: empty, unknown_kind, mislabelled, animated, truncated, unreadable, too_large (from the header,
    before decoding), too_small, no_time, future_time, bad_position, null_island. No GPS at all is not refused here:
    `position` is None, and the track may still know it.
    """
    place_zone = ZoneInfo(zone)
    image = open_picture(read_content(stream), name=name, max_pixels=max_pixels)
    width, height = image.size
    if orientation(image) in _TURNED_ON_ITS_SIDE:
        width, height = height, width
    exif = read_exif(image)
    load(image, long_side=1)
    moment = _plausible(moment_of(exif, name=name, zone=place_zone, modified_at=modified_at), now)
    return PhotoFacts(
        width=width,
        height=height,
        device_at=moment.device_at,
        position=position(exif.gps),
        clock=moment.clock,
        gps_at=moment.gps_at,
    )


def _plausible(moment: Moment | None, now: datetime) -> Moment:
    """A clock in the future is refused, unless GPS time says by how much it is wrong."""
    if moment is None:
        raise Refused("no_time", "Neither DateTimeOriginal nor GPS time nor the file's name says when.")
    if (moment.gps_at or moment.device_at) > now + CLOCK_MAY_BE_AHEAD:
        raise Refused("future_time", f"It says {moment.device_at:%Y-%m-%d %H:%M} UTC.")
    return moment
