"""The first stage: archives are opened, every photo is read for its size, time, place and side, or refused with a reason."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.files.base import File
from django.db import Error
from django.utils import timezone

from server.drives import runs
from server.drives.models import Footage, StageRun
from server.drives.services import (
    accept_archive,
    accept_photo,
    begin_reading,
    receive_footage,
    reject_footage,
    reject_member,
)
from workers.ends import Retryable
from workers.media.archive import Member, open_archive
from workers.media.photo import PhotoFacts, read_photo
from workers.media.refusal import Refused
from workers.media.side import side_of
from workers.originals import original

log = logging.getLogger(__name__)

MAX_READINGS = 4
LONGEST_NAME = 255
Reading = Callable[[StageRun, Footage], None]


def probe(run: StageRun) -> None:
    """Footage → accepted footage with its facts and TrackPoint, or rejected footage with its reason.

    A file that ends its worker, or fails in a way that nobody foresaw, is read again with the next attempt, after the
    others; after four readings it is refused.
    """
    for archive in run.drive.footage.unprobed().filter(kind=Footage.Kind.ARCHIVE).order_by("attempts", "pk"):
        read_carefully(run, archive, open_up)
    for photo in run.drive.footage.unprobed().photos().order_by("attempts", "pk").iterator():
        read_carefully(run, photo, read)
    left = run.drive.footage.unprobed().count()
    if left:
        raise Retryable(f"{left} files could not be read.")


def read_carefully(run: StageRun, footage: Footage, reading: Reading) -> None:
    if footage.attempts >= MAX_READINGS:
        refuse(run, footage, Refused("unreadable", "Reading it failed again and again."))
        return
    begin_reading(footage)
    try:
        reading(run, footage)
    except Refused as refused:
        refuse(run, footage, refused)
    except (runs.LeaseLost, Retryable, Error):
        raise
    except Exception:
        log.exception("%s of %s could not be read", footage, run)


def refuse(run: StageRun, footage: Footage, refused: Refused) -> None:
    with runs.hold(run):
        reject_footage(footage, reason=refused.reason, detail=refused.detail)
        runs.count(run, came_in=1, rejected=1)


def open_up(run: StageRun, archive: Footage) -> None:
    """Every member becomes footage of its own; what an earlier attempt took out is not taken out again."""
    known = set(archive.members.values_list("name", flat=True))
    with original(archive) as stream:
        for member in open_archive(stream, max_total_bytes=settings.UPLOAD_MAX_BYTES):
            if member.name[-LONGEST_NAME:] not in known:
                take_out(run, archive, member)
    with runs.hold(run):
        accept_archive(archive)


def take_out(run: StageRun, archive: Footage, member: Member) -> None:
    try:
        with member.open() as unpacked, runs.hold(run):
            receive_footage(
                drive=run.drive,
                name=member.name,
                file=File(unpacked),
                side_hint=archive.side_hint,
                parent=archive,
            )
    except Refused as refused:
        with runs.hold(run):
            reject_member(
                archive,
                name=member.name,
                size_bytes=member.size_bytes,
                reason=refused.reason,
                detail=refused.detail,
            )
            runs.count(run, came_in=1, rejected=1)


def read(run: StageRun, footage: Footage) -> None:
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
