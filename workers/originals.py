from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, cast

from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from server.drives import runs
from server.drives.footage.originals import drop, due_of
from server.drives.models import Drive, Footage, StageRun
from server.frames.models import Frame
from workers.ends import Retryable
from workers.media.scrub import Patch, scrubbed
from workers.media.scrub.movie import film_patches


@contextmanager
def original(footage: Footage) -> Iterator[BinaryIO]:
    """The bytes of a file as its driver sent it, from whatever storage holds them. A storage that fails is Retryable."""
    with opened(footage.file, footage) as stream:
        yield stream


@contextmanager
def still(frame: Frame) -> Iterator[BinaryIO]:
    """What is scored of a frame; the original photo for frames that were made before stills were kept."""
    with opened(frame.still or frame.footage.file, frame) as stream:
        yield stream


@contextmanager
def opened(file: FieldFile, whose: Footage | Frame) -> Iterator[BinaryIO]:
    try:
        with file.open("rb") as stream:
            yield cast(BinaryIO, stream)
    except OSError as error:
        raise Retryable(f"The storage of {whose} does not answer: {error}") from error


def write_over(footage: Footage, patches: Sequence[Patch]) -> None:
    """Writes patches over an original: in place where the storage has files, else as a new one in the place of the old one.

    Cut off in the middle it can be done again.
    """
    if not patches:
        return
    try:
        if on_disk(footage.file):
            write_in_place(footage.file, patches)
        else:
            write_anew(footage, patches)
    except OSError as error:
        raise Retryable(f"The storage of {footage} does not answer: {error}") from error


def on_disk(file: FieldFile) -> bool:
    try:
        return bool(file.path)
    except NotImplementedError:
        return False


def write_in_place(file: FieldFile, patches: Sequence[Patch]) -> None:
    with open(file.path, "r+b") as stream:
        for patch in patches:
            stream.seek(patch.at)
            stream.write(patch.letters)


def write_anew(footage: Footage, patches: Sequence[Patch]) -> None:
    storage, old = footage.file.storage, str(footage.file.name)
    with storage.open(old, "rb") as stream:
        content = scrubbed(stream.read(), patches)
    footage.file.name = storage.save(old, ContentFile(content))
    Footage.objects.filter(pk=footage.pk).update(file=footage.file.name)
    storage.delete(old)


def scrub_film(footage: Footage) -> None:
    """Takes serial numbers and names out of a film's header. On a storage without files that would copy gigabytes: not there."""
    if on_disk(footage.file):
        with original(footage) as stream:
            patches = film_patches(stream)
        write_over(footage, patches)


def put_away(run: StageRun) -> None:
    """Every frame is scored: originals are deleted, or kept without serial numbers. Doing it again changes nothing."""
    with runs.hold(run):
        drive = Drive.objects.get(pk=run.drive_id)
    drop_carefully(due_of(drive))
    for film in drive.footage.videos().exclude(file=""):
        scrub_film(film)


def drop_carefully(footage: Iterable[Footage]) -> None:
    try:
        drop(footage)
    except OSError as error:
        raise Retryable(f"The storage of originals does not answer: {error}") from error
