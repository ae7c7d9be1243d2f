"""Around a driver's home nothing is recorded. Pure, but for `home_zone_of` and `keep_home_out`."""

from __future__ import annotations

import math
import secrets
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import transaction

from server.accounts.models import User
from server.drives.models import Drive, HomeZone, TrackPoint
from server.drives.track import Fix, LonLat, moved, offset_between_m

FASTEST_M_S = 20.0
LONGEST_GUESS = timedelta(minutes=30)
SHIFT = 0.5
"""The centre is moved by up to this share of the radius, so that the home is inside, and nobody knows where."""


@dataclass(frozen=True)
class Zone:
    """A circle around the moved centre: degrees, and metres."""

    lon: float
    lat: float
    radius_m: float


def home_zone_of(driver_id: int) -> Zone | None:
    home = HomeZone.objects.filter(driver_id=driver_id).first()
    return Zone(home.centre.x, home.centre.y, home.radius_m) if home else None


def in_zone(lon: float, lat: float, zone: Zone | None, beside_m: float = 0.0) -> bool:
    """Whether a place lies in the circle, or less than `beside_m` outside of it."""
    if zone is None:
        return False
    return math.hypot(*offset_between_m((zone.lon, zone.lat), (lon, lat))) < zone.radius_m + beside_m


def may_be_near_home(track: Sequence[Fix], at: datetime, zone: Zone | None) -> bool:
    """Whether a picture without a fix of its own may have been taken in the circle, where the track was cut out.

    It may when the fix that is nearest in time is so near the circle that a car at 72 km/h gets there meanwhile. Nothing
    is said of pictures more than half an hour from every fix: their clock is wrong.
    """
    if zone is None or not track:
        return False
    index = bisect_left(track, at, key=lambda fix: fix.at)
    nearest = min(track[max(index - 1, 0) : index + 1], key=lambda fix: abs(fix.at - at))
    away = abs(nearest.at - at)
    return away <= LONGEST_GUESS and in_zone(
        nearest.lon, nearest.lat, zone, away.total_seconds() * FASTEST_M_S
    )


def is_near_home(
    where: LonLat | None, at: datetime, track: Sequence[Fix], zone: Zone | None, *, own_fix: bool = False
) -> bool:
    """Whether a picture of that moment is kept out: it was taken in the circle, or may have been. `own_fix`: `where` is not
    from the track, but from the picture itself."""
    inside = where is not None and in_zone(*where, zone)
    return inside or (not own_fix and may_be_near_home(track, at, zone))


def jittered(lon: float, lat: float, radius_m: float) -> LonLat:
    """The place moved at random, evenly over a disc of half the radius. For browsers that cannot do so themselves."""
    dice = secrets.SystemRandom()
    by_m = SHIFT * radius_m * math.sqrt(dice.random())
    return moved(lon, lat, bearing=dice.random() * 360, by_m=by_m)


@transaction.atomic
def set_home(*, driver: User, centre: LonLat, radius_m: float) -> HomeZone:
    """Remembers the circle, in the place of an earlier one. `centre` has been moved at random already."""
    made = {"centre": Point(*centre, srid=4326), "radius_m": radius_m}
    return HomeZone.objects.update_or_create(driver=driver, defaults=made)[0]


def forget_home(*, driver: User) -> None:
    HomeZone.objects.filter(driver=driver).delete()


@transaction.atomic
def keep_home_out(drive: Drive) -> int:
    """Deletes the drive's fixes in the circle, however they got there, and marks the files that they came from: the
    originals of these are never kept. The number of fixes."""
    zone = home_zone_of(drive.driver_id)
    if zone is None:
        return 0
    circle = (Point(zone.lon, zone.lat, srid=4326), D(m=zone.radius_m))
    inside = TrackPoint.objects.filter(drive=drive, position__distance_lt=circle)
    drive.footage.filter(pk__in=inside.values("footage")).update(near_home=True)
    drive.footage.filter(fix__distance_lt=circle).update(near_home=True, fix=None)
    return inside.delete()[0]
