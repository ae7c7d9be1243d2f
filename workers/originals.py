from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from server.drives.models import Footage
from workers.ends import Retryable


@contextmanager
def original(footage: Footage) -> Iterator[BinaryIO]:
    """The bytes of a file as its driver sent it, from whatever storage holds them. A storage that fails is Retryable."""
    try:
        with footage.file.open("rb") as stream:
            yield cast(BinaryIO, stream)
    except OSError as error:
        raise Retryable(f"The storage of {footage} does not answer: {error}") from error
