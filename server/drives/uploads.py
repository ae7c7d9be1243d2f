"""Files on their way: opened, appended to at the recorded offset, and with the last byte received as footage."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from server.drives.models import Drive, Footage, Stage, Upload
from server.drives.services import receive_footage


class Refused(Exception):
    """The file cannot be taken; the message is a sentence for the driver."""


class DriveClosed(Refused):
    """The drive has been submitted."""


class TooLong(Refused):
    """The file, or a piece of it, is longer than it may be."""


class OffsetConflict(Refused):
    """The piece does not begin where the received bytes end."""


class Part(File):  # type: ignore[type-arg]  # no generic at run time
    """The received bytes. A storage on the same disk moves the file instead of copying it."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def open_upload(*, drive: Drive, name: str, length: int, side_hint: str = "") -> Upload:
    """Room for a file of `length` bytes in a drive that is still being uploaded. Raises DriveClosed or TooLong."""
    refuse_closed(drive)
    if length > settings.UPLOAD_MAX_BYTES:
        raise TooLong(_("The file is larger than this site takes. Split it, or send single photos."))
    return Upload.objects.create(
        drive=drive, name=name, length=length, side_hint=side_hint, expires_at=expiry()
    )


def refuse_closed(drive: Drive) -> None:
    if drive.stage != Stage.UPLOAD:
        raise DriveClosed(_("This drive has been submitted. Start a new one for more files."))


def expiry() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOAD_KEEP_HOURS)


def part_path(upload: Upload) -> Path:
    return Path(default_storage.path(f"uploads/{upload.public_id}"))


@transaction.atomic
def append(*, upload: Upload, offset: int, piece: bytes) -> int:
    """Writes `piece` at `offset` and gives the new offset. Raises OffsetConflict when another writer was here first."""
    commit_lightly()
    locked = lock(upload)
    if offset != locked.offset:
        raise OffsetConflict(
            _("The file continues at another byte. Ask for the offset and go on from there.")
        )
    if offset + len(piece) > locked.length:
        raise TooLong(_("There are more bytes than the file was said to have."))
    with open_part(locked) as part:
        part.truncate(offset)
        part.seek(offset)
        part.write(piece)
    locked.offset, locked.expires_at = offset + len(piece), expiry()
    locked.save(update_fields=["offset", "expires_at"])
    return locked.offset


def commit_lightly() -> None:
    """The transaction does not wait for the disk: after a crash of the database the offset is a little behind the bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


def lock(upload: Upload) -> Upload:
    """The upload's row, locked. An upload whose bytes were lost with the disk's cache goes back to those that are there."""
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.footage_id is None and locked.offset > stored_bytes(locked):
        locked.offset = stored_bytes(locked)
        locked.save(update_fields=["offset"])
    return locked


def stored_bytes(upload: Upload) -> int:
    path = part_path(upload)
    return path.stat().st_size if path.exists() else 0


def open_part(upload: Upload) -> BinaryIO:
    """The part's file for reading and writing, made when it is the first piece."""
    path = part_path(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")


@transaction.atomic
def settle(*, upload: Upload) -> Upload:
    """The upload as it stands. A full one becomes footage here, once, whoever asks first. Raises DriveClosed."""
    locked = lock(upload)
    if locked.footage_id is None and locked.offset == locked.length:
        drive = Drive.objects.select_for_update(no_key=True).get(pk=locked.drive_id)
        refuse_closed(drive)
        locked.footage = receive_part(locked, drive)
        locked.save(update_fields=["footage"])
    return locked


def receive_part(upload: Upload, drive: Drive) -> Footage:
    with open_part(upload) as opened:
        part = Part(opened, name=str(part_path(upload)))
        footage = receive_footage(drive=drive, name=upload.name, file=part, side_hint=upload.side_hint)
    part_path(upload).unlink(missing_ok=True)
    return footage


@transaction.atomic
def drop_upload(*, upload: Upload) -> None:
    Upload.objects.select_for_update().filter(pk=upload.pk).delete()
    part_path(upload).unlink(missing_ok=True)


def drop_expired(at_most: int = 100) -> int:
    """Deletes uploads that nobody continued, with their bytes; the number of them."""
    expired = list(Upload.objects.expired()[:at_most])
    for upload in expired:
        drop_upload(upload=upload)
    return len(expired)
