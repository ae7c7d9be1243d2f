"""The first stage: archives are opened, every photo is read for its size, time, place and side, or refused with a reason."""

from __future__ import annotations

from django.conf import settings
from django.core.files.base import File
from django.utils import timezone

from server.drives import runs
from server.drives.models import Footage, StageRun
from server.drives.services import (
    accept_archive,
    accept_photo,
    receive_footage,
    reject_footage,
    reject_member,
)
from workers.media.archive import Member, open_archive
from workers.media.photo import PhotoFacts, read_photo
from workers.media.refusal import Refused
from workers.media.side import side_of
from workers.originals import original


def probe(run: StageRun) -> None:
    """Footage → accepted footage with its facts and TrackPoint, or rejected footage with its reason."""
    for archive in run.drive.footage.unprobed().filter(kind=Footage.Kind.ARCHIVE):
        open_up(run, archive)
    for footage in run.drive.footage.unprobed().photos().iterator():
        read(run, footage)


def open_up(run: StageRun, archive: Footage) -> None:
    """Every member becomes footage of its own; what an earlier attempt took out is not taken out again."""
    known = set(archive.members.values_list("name", flat=True))
    try:
        with original(archive) as stream:
            for member in open_archive(stream, max_total_bytes=settings.UPLOAD_MAX_BYTES):
                if member.name not in known:
                    take_out(run, archive, member)
    except Refused as refused:
        with runs.hold(run):
            reject_footage(archive, reason=refused.reason, detail=refused.detail)
            runs.count(run, came_in=1, rejected=1)
        return
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
    try:
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
    except Refused as refused:
        with runs.hold(run):
            reject_footage(footage, reason=refused.reason, detail=refused.detail)
            runs.count(run, came_in=1, rejected=1)
        return
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
