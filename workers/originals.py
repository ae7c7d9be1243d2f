from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from server.drives.models import Footage


@contextmanager
def original(footage: Footage) -> Iterator[BinaryIO]:
    """The bytes of a file as its driver sent it, from whatever storage holds them."""
    with footage.file.open("rb") as stream:
        yield cast(BinaryIO, stream)
