"""A video that was read: its facts, and the fixes that it carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import transaction

from server.drives.models import Camera, ClockSource, Fault, Footage, TrackPoint


@dataclass(frozen=True)
class FixRead:
    """One fix out of a video: true UTC, degrees, metres per second, metres (one sigma)."""

    at: datetime
    lon: float
    lat: float
    speed_m_s: float | None = None
    accuracy_m: float | None = None
    fault: Fault = Fault.NONE


@transaction.atomic
def accept_video(
    footage: Footage,
    *,
    camera: Camera,
    width: int,
    height: int,
    duration_ms: int,
    device_at: datetime,
    clock: str,
    motion: bytes,
    fixes: Iterable[FixRead],
    detail: str = "",
) -> None:
    """Takes a video's facts: upright pixels, when its first frame was taken and by which clock, how its pictures move
    (`Footage.motion`), its fixes in order, and a sentence where only a part of it is there."""
    footage.camera = camera
    footage.width, footage.height, footage.duration_ms = width, height, duration_ms
    footage.device_at, footage.clock, footage.motion = device_at, ClockSource(clock), motion
    footage.detail, footage.state = detail[:255], Footage.State.ACCEPTED
    footage.save()
    rows = [track_point(footage, ordinal, fix) for ordinal, fix in enumerate(fixes)]
    TrackPoint.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def track_point(footage: Footage, ordinal: int, fix: FixRead) -> TrackPoint:
    return TrackPoint(
        drive_id=footage.drive_id,
        footage=footage,
        ordinal=ordinal,
        at=fix.at,
        position=Point(fix.lon, fix.lat, srid=4326),
        speed_m_s=fix.speed_m_s,
        accuracy_m=fix.accuracy_m,
        fault=fix.fault,
    )
