"""Photos: read many at a time, each for its time, place and kind, and rid of serial numbers."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.conf import settings
from django.utils import timezone

from server.drives import runs
from server.drives.cameras.keys import camera_for, key_for
from server.drives.footage.photos import PhotoTaken, accept_photos
from server.drives.home.zone import Zone, home_zone_of, in_zone
from server.drives.models import Camera, Footage, StageRun
from server.drives.places import clock_zone
from server.drives.services import begin_readings, reject_footage
from workers.ends import Retryable
from workers.media.photo import PhotoFacts, facts_of
from workers.media.picture import read_content
from workers.media.refusal import Refused
from workers.media.scrub import photo_patches
from workers.media.side import side_of
from workers.originals import original, write_over

log = logging.getLogger(__name__)

BATCH = 64
Read = tuple[Footage, PhotoFacts]


def read_photos_together(run: StageRun) -> None:
    """The photos that nobody has tried to read yet, many in one transaction. Of a batch that ends its worker each photo is
    read alone with the next attempt."""
    fresh = run.drive.footage.unprobed().photos().filter(attempts=0).order_by("pk")
    for batch in batches(fresh.iterator()):
        read_batch(run, batch)


def batches(photos: Iterable[Footage]) -> Iterator[list[Footage]]:
    waiting = iter(photos)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def read_batch(run: StageRun, batch: Sequence[Footage]) -> None:
    begin_readings(batch)
    home, zone = home_zone_of(run.drive.driver_id), str(clock_zone(run.drive))
    read: list[Read] = []
    refused: list[tuple[Footage, Refused]] = []
    for footage in batch:
        try:
            read.append((footage, read_facts(footage, home, zone)))
        except Refused as refusal:
            refused.append((footage, refusal))
        except Retryable:
            raise
        except Exception:
            log.exception("%s of %s could not be read", footage, run)
    with runs.hold(run):
        accept(run, read)
        for footage, why in refused:
            reject_footage(footage, reason=why.reason, detail=why.detail)
        runs.count(run, came_in=len(read) + len(refused), out=len(read), rejected=len(refused))


def read_photo_file(run: StageRun, footage: Footage) -> None:
    facts = read_facts(footage, home_zone_of(run.drive.driver_id), str(clock_zone(run.drive)))
    with runs.hold(run):
        accept(run, [(footage, facts)])
        runs.count(run, came_in=1, out=1)


def read_facts(footage: Footage, home: Zone | None, zone: str) -> PhotoFacts:
    """What a photo tells. From here on its file holds no serial number and no owner's name."""
    with original(footage) as stream:
        content = read_content(stream)
    facts = facts_of(
        content,
        name=footage.name,
        now=timezone.now(),
        max_pixels=settings.PHOTO_MAX_PIXELS,
        zone=zone,
        modified_at=footage.modified_at,
    )
    if facts.position and in_zone(*facts.position, home):
        raise Refused("near_home")
    write_over(footage, photo_patches(content, facts.ends_at))
    return facts


def accept(run: StageRun, read: Sequence[Read]) -> None:
    cameras: dict[str, Camera] = {}
    accept_photos(
        [
            PhotoTaken(
                footage=footage,
                camera=camera_of_photo(footage, facts, cameras),
                width=facts.width,
                height=facts.height,
                device_at=facts.device_at,
                position=facts.position,
                clock=facts.clock,
                gps_at=facts.gps_at,
                device=facts.device,
                direction_deg=facts.direction_deg,
                panorama=facts.panorama,
            )
            for footage, facts in read
        ]
    )


def camera_of_photo(footage: Footage, facts: PhotoFacts, known: dict[str, Camera]) -> Camera:
    """The photo's camera; `known` are those of its batch by their keys, and it is added to them."""
    footage.panorama = facts.panorama
    named = side_of(f"{footage.folder}/{footage.name}") or ""
    key = key_for(footage, device=facts.device, named=named)
    if key not in known:
        known[key] = camera_for(footage, device=facts.device, named=named)
    return known[key]
