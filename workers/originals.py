from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from django.db.models.fields.files import FieldFile

from server.drives.models import Footage
from server.frames.models import Frame
from workers.ends import Retryable


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
