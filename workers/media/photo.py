"""One photo: is it sound, how large, when and where was it taken, and what does it show?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from workers.media.exif import device_of, direction_deg, orientation, position, read_exif
from workers.media.moment import Clock, Moment, moment_of
from workers.media.panorama import sphere_of, views_of
from workers.media.picture import MAX_PIXELS, decoded, open_picture, open_still, read_content
from workers.media.refusal import Refused

CLOCK_MAY_BE_AHEAD = timedelta(days=1)
_TURNED_ON_ITS_SIDE = (5, 6, 7, 8)


@dataclass(frozen=True)
class PhotoFacts:
    """`width` and `height` in pixels of the upright picture, `device_at` aware UTC, `position` (lon, lat) in degrees.

    `device`: make and model. `direction_deg`: where the camera, or the middle of a panorama, looked, clockwise from north.
    `ends_at`: the byte at which the picture ends; a motion photo goes on with a film.
    `clock`: what told the time; `gps_at`: the GPS time beside it, if there is one.
    """

    width: int
    height: int
    device_at: datetime
    position: tuple[float, float] | None
    clock: Clock
    gps_at: datetime | None
    device: str = ""
    direction_deg: float | None = None
    panorama: bool = False
    ends_at: int = 0


def read_photo(
    stream: IO[bytes],
    *,
    name: str,
    now: datetime,
    zone: str,
    max_pixels: int = MAX_PIXELS,
    modified_at: datetime | None = None,
) -> PhotoFacts:
    """`facts_of` the bytes of a file."""
    return facts_of(
        read_content(stream),
        name=name,
        now=now,
        zone=zone,
        max_pixels=max_pixels,
        modified_at=modified_at,
    )


def facts_of(
    content: bytes,
    *,
    name: str,
    now: datetime,
    zone: str,
    max_pixels: int = MAX_PIXELS,
    modified_at: datetime | None = None,
) -> PhotoFacts:
    """Follows the photo's structure to its end and reads its EXIF; no pixel is decoded. `zone` is the place's IANA zone, for
    cameras that name none; `modified_at` when the file was last changed, for those that tell no time at all.

    Raises `Refused`: empty, raw, unknown_kind, mislabelled, animated, truncated, unreadable, too_large (from the header),
    too_small, no_time, future_time, bad_position, null_island. Pixels that mean nothing are refused by `pictures_in`, where
    they are decoded anyway. No GPS at all is not refused: `position` is None, and the track may still know it.
    """
    place_zone = ZoneInfo(zone)
    image, ends_at = open_still(content, name=name, max_pixels=max_pixels)
    width, height = image.size
    if orientation(image) in _TURNED_ON_ITS_SIDE:
        width, height = height, width
    exif, sphere = read_exif(image), sphere_of(image)
    moment = _plausible(moment_of(exif, name=name, zone=place_zone, modified_at=modified_at), now)
    return PhotoFacts(
        width=width,
        height=height,
        device_at=moment.device_at,
        position=position(exif.gps),
        clock=moment.clock,
        gps_at=moment.gps_at,
        device=device_of(image),
        direction_deg=sphere.heading_deg if sphere else direction_deg(exif.gps),
        panorama=sphere is not None,
        ends_at=ends_at,
    )


def pictures_in(
    stream: IO[bytes], *, long_side: int, max_pixels: int = MAX_PIXELS
) -> list[tuple[int, NDArray[np.uint8]]]:
    """The views of a photo, each (H, W, 3) uint8 RGB and upright: (0, the photo), or of a panorama (1, left) and (2, right).

    A plain photo's longer side is at most `long_side` pixels. Raises `Refused`: truncated, unreadable.
    """
    image = open_picture(read_content(stream), max_pixels=max_pixels)
    sphere = sphere_of(image)
    if sphere is None:
        return [(0, decoded(image, long_side=long_side))]
    return views_of(decoded(image, long_side=None), sphere)


def _plausible(moment: Moment | None, now: datetime) -> Moment:
    """A clock in the future is refused, unless GPS time says by how much it is wrong."""
    if moment is None:
        raise Refused("no_time", "Neither DateTimeOriginal nor GPS time nor the file's name says when.")
    if (moment.gps_at or moment.device_at) > now + CLOCK_MAY_BE_AHEAD:
        raise Refused("future_time", f"It says {moment.device_at:%Y-%m-%d %H:%M} UTC.")
    return moment
