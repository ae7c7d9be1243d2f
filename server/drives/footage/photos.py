"""Photos that were read become accepted footage: their facts, their camera, their fix on the track."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import transaction

from server.drives.models import Camera, ClockSource, Footage, TrackPoint
from server.drives.services import true_time
from server.drives.track import LonLat

FACTS = (
    "camera",
    "width",
    "height",
    "device_at",
    "clock",
    "gps_at",
    "device",
    "direction_deg",
    "panorama",
    "fix",
    "state",
)


@dataclass(frozen=True)
class PhotoTaken:
    """What was read of a photo: upright pixels, the clock's time and what told it, (lon, lat), the GPS time beside it, make and
    model, compass, all around or not."""

    footage: Footage
    camera: Camera
    width: int
    height: int
    device_at: datetime
    position: LonLat | None
    clock: str = ClockSource.NONE
    gps_at: datetime | None = None
    device: str = ""
    direction_deg: float | None = None
    panorama: bool = False


@transaction.atomic
def accept_photos(taken: Sequence[PhotoTaken]) -> None:
    """Writes the facts of photos, and the fixes that they carry; many of them as quickly as one."""
    for photo in taken:
        footage = photo.footage
        footage.camera, footage.state = photo.camera, Footage.State.ACCEPTED
        footage.width, footage.height, footage.device_at = photo.width, photo.height, photo.device_at
        footage.clock, footage.gps_at = ClockSource(photo.clock), photo.gps_at
        footage.device, footage.direction_deg = photo.device, photo.direction_deg
        footage.panorama = photo.panorama
        footage.fix = Point(photo.position, srid=4326) if photo.position else None
        footage.save(update_fields=FACTS)
    TrackPoint.objects.bulk_create(
        [fix_of(photo, photo.position) for photo in taken if photo.position],
        update_conflicts=True,
        unique_fields=["footage", "ordinal"],
        update_fields=["at", "position"],
    )


def fix_of(photo: PhotoTaken, position: LonLat) -> TrackPoint:
    return TrackPoint(
        drive_id=photo.footage.drive_id,
        footage=photo.footage,
        at=true_time(photo.camera, photo.device_at),
        position=Point(position, srid=4326),
    )
