"""In which time zone a drive was driven."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzfpy
from django.conf import settings
from django.db.models import Count

from server.core.zone import place_zone
from server.drives.models import ClockSource, Drive, Footage, HomeZone

READ_IN_A_ZONE = (ClockSource.ZONE, ClockSource.NAME)
"""What a clock without a zone of its own says is read in the place's."""


def zone_at(lon: float, lat: float) -> str:
    """The IANA name of the zone at a place; empty where none is known."""
    name = tzfpy.get_tz(lon, lat)
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError):
        return ""


def zone_of(drive: Drive) -> ZoneInfo:
    """The drive's own zone; the site's while it is not known."""
    return ZoneInfo(drive.time_zone) if drive.time_zone else place_zone()


def clock_zone(drive: Drive) -> ZoneInfo:
    """The zone in which the clocks of a drive's files are read that name none; `settle_zone` reads them anew."""
    return ZoneInfo(drive.time_zone or settings.PLACE_TIME_ZONE)


def zone_of_most_drives() -> str:
    """The zone in which most drives were driven; of several the first by name, so that it does not waver."""
    known = Drive.objects.exclude(time_zone="").order_by().values_list("time_zone")
    rows = known.annotate(drives=Count("id")).order_by("-drives", "time_zone")
    return next((str(zone) for zone, _ in rows[:1]), "")


def settle_zone(drive: Drive) -> None:
    """Finds the drive's zone by its first position, the site's where it has none, and reads the clocks that name no zone in it.

    Call it inside a transaction: what the clocks say is right for `time_zone` as it is written beside them.
    """
    place = first_place(drive)
    name = (zone_at(*place) if place else "") or drive.time_zone or str(place_zone())
    if name == drive.time_zone:
        return
    read_in, belongs_in = clock_zone(drive), ZoneInfo(name)
    footage = list(drive.footage.filter(clock__in=READ_IN_A_ZONE, device_at__isnull=False))
    for file in footage:
        if file.device_at:
            file.device_at = moved_zone(file.device_at, read_in, belongs_in)
    Footage.objects.bulk_update(footage, ["device_at"], batch_size=500)
    drive.time_zone = name
    drive.save(update_fields=["time_zone"])


def moved_zone(at: datetime, read_in: ZoneInfo, belongs_in: ZoneInfo) -> datetime:
    """The moment at which clocks in the other zone say the same."""
    return at.astimezone(read_in).replace(tzinfo=belongs_in).astimezone(at.tzinfo)


def first_place(drive: Drive) -> tuple[float, float] | None:
    """lon, lat of the first good fix, else of a photo, else the driver's home."""
    fix = drive.track_points.good().order_by("at", "id").values_list("position", flat=True).first()
    photo = drive.footage.filter(fix__isnull=False).order_by("id").values_list("fix", flat=True).first()
    home = HomeZone.objects.filter(driver=drive.driver_id).values_list("centre", flat=True).first()
    place = fix or photo or home
    return (place.x, place.y) if place else None
