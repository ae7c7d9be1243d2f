"""Files on their way: opened, appended to at the recorded offset, and with the last byte received as footage."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from server.accounts.models import User
from server.core.rolling import RollingSha256
from server.core.sql import fetch_rows
from server.drives.models import Drive, Footage, Reason, Stage, Upload
from server.drives.services import kind_by_name, private_path
from server.drives.uploads import parts, room

PATIENCE_S = 5
HASH_BYTES = 4 * 1024 * 1024
SETTINGS = "SELECT set_config('lock_timeout', %s, true), set_config('synchronous_commit', %s, true)"


class Refused(Exception):
    """The file cannot be taken; the message is a sentence for the driver."""


class DriveClosed(Refused):
    """The drive has been submitted."""


class TooLong(Refused):
    """The file, or a piece of it, is longer than it may be."""


class OffsetConflict(Refused):
    """The piece does not begin where the received bytes end."""


class Busy(Refused):
    """Another request is at work on this upload, and for longer than one waits."""


class Damaged(Refused):
    """The bytes that arrived are not those that were announced."""


@dataclass(frozen=True)
class Said:
    """What the client says of a file. `folder` is relative and clean, `sha256` hexadecimal or ""."""

    name: str
    folder: str = ""
    side: str = ""
    sha256: str = ""
    modified_at: datetime | None = None


@transaction.atomic
def open_upload(*, drive: Drive, said: Said, length: int) -> Upload:
    """Room for a file of `length` bytes in a drive that is still being uploaded.

    The same file of the same drive, known by its SHA-256, gets the upload that is open for it: an answer that was lost on its
    way leaves nothing behind. Raises DriveClosed, TooLong, room.QuotaUsed or room.DiskFull.
    """
    refuse_closed(drive.stage)
    if length > settings.UPLOAD_MAX_BYTES:
        raise TooLong(_("The file is larger than this site takes. Split it, or send single photos."))
    User.objects.select_for_update(no_key=True).get(pk=drive.driver_id)
    return begun_before(drive, said, length) or begin(drive, said, length)


def begun_before(drive: Drive, said: Said, length: int) -> Upload | None:
    if not said.sha256:
        return None
    same = {"name": said.name, "folder": said.folder, "sha256": said.sha256, "length": length}
    return drive.uploads.open().filter(**same).first()


def begin(drive: Drive, said: Said, length: int) -> Upload:
    room.refuse_beyond_quota(drive.driver_id, length)
    room.refuse_on_full_disk(room.outstanding_bytes() + length)
    return Upload.objects.create(
        drive=drive,
        name=said.name,
        folder=said.folder,
        side_hint=said.side,
        sha256=said.sha256,
        modified_at=said.modified_at,
        length=length,
        expires_at=expiry(),
    )


def refuse_closed(stage: str) -> None:
    if stage != Stage.UPLOAD:
        raise DriveClosed(_("This drive has been submitted. Start a new one for more files."))


@dataclass(frozen=True)
class Standing:
    """An upload with the stage of its drive, and the bytes that its driver has here in all."""

    upload: Upload
    drive_stage: str
    used_bytes: int


def standing_of(*, driver_id: int, public_id: str) -> Standing | None:
    """A driver's own upload, in one question, since every piece of a file asks it anew; None for another's."""
    for row in fetch_rows("drives/standing_of_upload.sql", {"driver": driver_id, "public_id": public_id}):
        columns = [field.attname for field in Upload._meta.concrete_fields]
        upload = Upload.from_db(DEFAULT_DB_ALIAS, columns, [row[column] for column in columns])
        return Standing(upload, drive_stage=row["drive_stage"], used_bytes=int(row["used_bytes"]))
    return None


def expiry() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOAD_KEEP_HOURS)


def append(*, upload: Upload, offset: int, piece: Piece) -> Upload:
    """Writes the blocks of `piece` at `offset`; gives the upload with the new offset.

    Raises OffsetConflict when another writer was here first, room.DiskFull, or Busy.
    """
    with locked(upload, lightly=True) as mine:
        if offset != mine.offset:
            raise wrong_offset()
        if offset + piece.size > mine.length:
            raise TooLong(_("There are more bytes than the file was said to have."))
        room.refuse_on_full_disk(piece.size)
        with room.full_disk_told():
            parts.write_piece(mine, offset, piece.blocks)
        mine.rolling = piece.state_in(mine)
        mine.offset, mine.expires_at = offset + piece.size, expiry()
        mine.save(update_fields=["offset", "expires_at", "rolling"])
        return mine


class Rolled:
    """The SHA-256 of an upload's bytes, rolled on block by block, ahead of what is written."""

    def __init__(self, upload: Upload) -> None:
        before = bytes(upload.rolling or b"")
        self.rolling = RollingSha256.taken_up(before) if upload.offset else RollingSha256.begin()

    def after(self, block: bytes) -> bytes | None:
        """Its state once `block` is in it. None where the state of the bytes before is not known."""
        if self.rolling is None:
            return None
        self.rolling.update(block)
        return self.rolling.kept()


@dataclass
class Piece:
    """Blocks that follow one another, and the state of the SHA-256 after the last of them."""

    before: bytes
    blocks: list[bytes] = field(default_factory=list)
    size: int = 0
    state: bytes | None = None

    def add(self, block: bytes, state: bytes | None = None) -> None:
        self.blocks.append(block)
        self.size += len(block)
        self.state = state

    def state_in(self, upload: Upload) -> bytes | None:
        """What the upload keeps of the hash; None where its bytes are not those that the piece was hashed after."""
        return self.state if self.before == bytes(upload.rolling or b"") else None


def wrong_offset() -> OffsetConflict:
    return OffsetConflict(_("The file continues at another byte. Ask for the offset and go on from there."))


@contextmanager
def locked(upload: Upload, *, lightly: bool = False) -> Iterator[Upload]:
    """A transaction that holds the upload's row. Raises Busy when another holds it for long: a full file is being put away.

    One that commits `lightly` does not wait for the disk: after a crash of the database the offset is a little behind the
    bytes. An upload whose bytes were lost with the disk's cache goes back to those that are there.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SETTINGS, [f"{PATIENCE_S}s", "off" if lightly else "on"])
        try:
            mine = Upload.objects.select_for_update().get(pk=upload.pk)
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise Busy(_("The file is just being put away. Ask again in a moment.")) from error
            raise
        if mine.footage_id is None and not mine.stored_as:
            go_back_to_stored(mine)
        yield mine


def go_back_to_stored(upload: Upload) -> None:
    stored = parts.stored_bytes(upload)
    if stored < upload.offset:
        upload.offset, upload.rolling = stored, None
        upload.save(update_fields=["offset", "rolling"])


def settle(*, upload: Upload) -> Upload:
    """The upload as it stands. A full one becomes footage here, once, whoever asks first.

    First the file gets its SHA-256 and the name that it will be stored under, then it is put there: whoever is killed in
    between leaves a row that says where to look. Raises DriveClosed, Busy, or Damaged when it is not the file that was
    announced; then nothing of it is kept.
    """
    with locked(upload) as mine:
        if mine.footage_id is not None or mine.offset < mine.length:
            return mine
        refuse_closed(mine.drive.stage)
        sound = is_as_announced(mine)
        if sound and not mine.stored_as:
            parts.on_disk(mine)
            mine.stored_as = private_path(mine.drive, mine.name)
            mine.save(update_fields=["sha256", "stored_as"])
    if not sound:
        drop_upload(upload=mine)
        raise Damaged(_("The file changed on its way: its SHA-256 is another. Send it again."))
    settled = put_away(mine)
    parts.drop_part(settled)
    return settled


def is_as_announced(upload: Upload) -> bool:
    """Whether the SHA-256 of the received bytes is the announced one; the upload has the true one from here on."""
    announced, upload.sha256 = upload.sha256, upload.sha256 if upload.stored_as else sha256_of(upload)
    return announced in ("", upload.sha256)


def sha256_of(upload: Upload) -> str:
    """Rolled along while the pieces arrived; read once more from the disk where that was interrupted."""
    rolling = RollingSha256.taken_up(bytes(upload.rolling or b""))
    if rolling is not None:
        return rolling.hexdigest()
    with parts.open_part(upload) as part:
        digest = hashlib.sha256()
        while block := part.read(HASH_BYTES):
            digest.update(block)
    return digest.hexdigest()


def put_away(upload: Upload) -> Upload:
    """Moves or sends the full part to the storage and makes its footage. The row is held meanwhile, the drive only at the end."""
    with locked(upload) as mine:
        if mine.footage_id is not None:
            return mine
        known = is_in_drive(mine)
        stored_as = "" if known else stored(mine)
        drive = Drive.objects.select_for_update(no_key=True).get(pk=mine.drive_id)
        refuse_closed(drive.stage)
        if stored_as and is_in_drive(mine):
            default_storage.delete(stored_as)
            stored_as = ""
        mine.footage = footage_of(mine, drive, stored_as)
        mine.save(update_fields=["footage"])
        return mine


def is_in_drive(upload: Upload) -> bool:
    same = Footage.objects.filter(drive=upload.drive_id, sha256=upload.sha256)
    return same.exclude(reason=Reason.DUPLICATE).exists()


def stored(upload: Upload) -> str:
    """The name in the storage. What an attempt before this one has put there whole is not put there again."""
    name = upload.stored_as
    if default_storage.exists(name):
        if default_storage.size(name) == upload.length:
            return name
        default_storage.delete(name)
    with parts.open_part(upload) as opened:
        saved = default_storage.save(name, parts.Part(opened, name=str(parts.part_path(upload))))
    with suppress(NotImplementedError):
        parts.name_on_disk(Path(default_storage.path(saved)))
    return saved


def footage_of(upload: Upload, drive: Drive, stored_as: str) -> Footage:
    """The upload as footage; without a place in the storage it is one that the drive has already."""
    footage = Footage(
        drive=drive,
        name=upload.name,
        folder=upload.folder,
        side_hint=upload.side_hint,
        modified_at=upload.modified_at,
        size_bytes=upload.length,
        sha256=upload.sha256,
        kind=kind_by_name(upload.name),
        file=stored_as,
    )
    if not stored_as:
        footage.state, footage.reason = Footage.State.REJECTED, Reason.DUPLICATE
    footage.save()
    return footage


def settle_full(drive: Drive) -> None:
    """Makes footage of the drive's uploads that are full, but were left before anyone asked for them."""
    for upload in drive.uploads.open():
        if upload.offset == upload.length:
            settle(upload=upload)


@transaction.atomic
def drop_upload(*, upload: Upload) -> None:
    Upload.objects.select_for_update().filter(pk=upload.pk).delete()
    parts.drop_part(upload)


def drop_expired(at_most: int = 100) -> int:
    """Deletes uploads that nobody continued, with their bytes, and bytes that belong to no upload; the number of uploads."""
    expired = list(Upload.objects.expired()[:at_most])
    for upload in expired:
        with suppress(Upload.DoesNotExist):
            drop_upload(upload=upload)
    parts.drop_forgotten()
    return len(expired)
