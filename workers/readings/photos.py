from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from server.drives import runs
from server.drives.models import Footage, StageRun
from server.drives.services import accept_photo
from workers.media.photo import PhotoFacts, read_photo
from workers.media.refusal import Refused
from workers.media.side import side_of
from workers.originals import original


def read_photo_file(run: StageRun, footage: Footage) -> None:
    with original(footage) as stream:
        photo = read_photo(
            stream,
            name=footage.name,
            now=timezone.now(),
            max_pixels=settings.PHOTO_MAX_PIXELS,
            zone=settings.PLACE_TIME_ZONE,
        )
    side = side_of(footage.name) or footage.side_hint
    if not side:
        raise Refused("no_side")
    with runs.hold(run):
        accept(footage, photo, side)
        runs.count(run, came_in=1, out=1)


def accept(footage: Footage, photo: PhotoFacts, side: str) -> None:
    accept_photo(
        footage,
        side=side,
        width=photo.width,
        height=photo.height,
        device_at=photo.device_at,
        position=photo.position,
    )
