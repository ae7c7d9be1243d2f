from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from server.drives import runs
from server.drives.cameras import camera_for
from server.drives.models import Footage, StageRun
from server.drives.places import clock_zone
from server.drives.services import accept_photo
from workers.media.photo import PhotoFacts, read_photo
from workers.media.side import side_of
from workers.originals import original


def read_photo_file(run: StageRun, footage: Footage) -> None:
    with original(footage) as stream:
        photo = read_photo(
            stream,
            name=footage.name,
            now=timezone.now(),
            max_pixels=settings.PHOTO_MAX_PIXELS,
            zone=str(clock_zone(run.drive)),
            modified_at=footage.modified_at,
        )
    with runs.hold(run):
        accept(footage, photo)
        runs.count(run, came_in=1, out=1)


def accept(footage: Footage, photo: PhotoFacts) -> None:
    named = side_of(f"{footage.folder}/{footage.name}") or ""
    accept_photo(
        footage,
        camera=camera_for(footage, device=footage.device, named=named),
        width=photo.width,
        height=photo.height,
        device_at=photo.device_at,
        position=photo.position,
        clock=photo.clock,
        gps_at=photo.gps_at,
    )
