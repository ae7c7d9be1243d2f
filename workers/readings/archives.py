from __future__ import annotations

from django.conf import settings
from django.core.files.base import File

from server.drives import runs
from server.drives.models import Footage, StageRun
from server.drives.services import accept_archive, receive_footage, reject_member
from workers.media.archive import Member, open_archive
from workers.media.refusal import Refused
from workers.originals import original

LONGEST_NAME = 255


def read_archive(run: StageRun, archive: Footage) -> None:
    """Every member becomes footage of its own; what an earlier attempt took out is not taken out again."""
    known = set(archive.members.values_list("name", flat=True))
    with original(archive) as stream:
        for member in open_archive(stream, max_total_bytes=settings.ARCHIVE_MAX_BYTES):
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
