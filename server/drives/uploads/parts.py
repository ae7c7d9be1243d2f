"""The bytes of files on their way: one local file each, beside the originals where those lie on a local disk."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from server.drives.models import Upload

FORGOTTEN_AFTER_S = 3600


class Part(File):  # type: ignore[type-arg]  # no generic at run time
    """The received bytes. A storage on the same disk moves the file instead of copying it."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def parts_folder() -> Path:
    """FESTIVITY_PARTS; unless set, on the disk of the originals, so that a full file is moved there without copying it."""
    if settings.UPLOAD_PARTS:
        return Path(settings.UPLOAD_PARTS)
    try:
        return Path(default_storage.path("uploads"))
    except NotImplementedError:
        return Path(settings.MEDIA_ROOT) / "uploads"


def part_path(upload: Upload) -> Path:
    return parts_folder() / upload.public_id


def stored_bytes(upload: Upload) -> int:
    try:
        return part_path(upload).stat().st_size
    except FileNotFoundError:
        return 0


def open_part(upload: Upload) -> BinaryIO:
    """The part's file for reading and writing, made when it is the first piece."""
    path = part_path(upload)
    try:
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return open_part(upload)


def write_piece(upload: Upload, offset: int, piece: Sequence[bytes]) -> None:
    """Puts the blocks of `piece` at `offset` and forgets whatever an earlier writer left behind it."""
    with open_part(upload) as part:
        part.truncate(offset)
        part.seek(offset)
        for block in piece:
            write_all(part, block)


def write_all(part: BinaryIO, block: bytes) -> None:
    left = memoryview(block)
    while left:
        left = left[part.write(left) :]


def on_disk(upload: Upload) -> None:
    """Waits until all bytes of the part are on the disk: the row that says so will be there after a power cut."""
    with open_part(upload) as part:
        os.fsync(part.fileno())


def name_on_disk(path: Path) -> None:
    """Waits until a file that was moved to `path` will be found there after a power cut."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def drop_part(upload: Upload) -> None:
    part_path(upload).unlink(missing_ok=True)


def free_bytes() -> int:
    """What is free on the disk of the parts, for whoever may not use the last of it."""
    folder = parts_folder()
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def drop_forgotten() -> int:
    """Deletes parts that belong to no upload (any more), once they are an hour old; the number of them."""
    folder, before = parts_folder(), time.time() - FORGOTTEN_AFTER_S
    old = [path for path in folder.iterdir() if changed_at(path) < before] if folder.exists() else []
    names = [path.name for path in old]
    known = set(Upload.objects.filter(public_id__in=names).values_list("public_id", flat=True))
    forgotten = [path for path in old if path.name not in known]
    for path in forgotten:
        path.unlink(missing_ok=True)
    return len(forgotten)


def changed_at(path: Path) -> float:
    """When a file was written to last, in seconds since 1970; never for one that is gone or a folder."""
    try:
        return path.stat().st_mtime if path.is_file() else float("inf")
    except FileNotFoundError:
        return float("inf")
