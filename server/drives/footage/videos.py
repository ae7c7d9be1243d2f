"""A video that was read: its facts, and the fixes that it carries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from server.drives.models import Camera, ClockSource, Footage
from server.drives.services import ReceivedFix, put_fixes


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
    fixes: Iterable[ReceivedFix],
    detail: str = "",
) -> None:
    """Takes a video's facts: upright pixels, when its first frame was taken and by which clock, how its pictures move
    (`Footage.motion`), its fixes in order, and a sentence where only a part of it is there."""
    footage.camera = camera
    footage.width, footage.height, footage.duration_ms = width, height, duration_ms
    footage.device_at, footage.clock, footage.motion = device_at, ClockSource(clock), motion
    footage.detail, footage.state = detail[:255], Footage.State.ACCEPTED
    footage.save()
    put_fixes(footage, fixes)
