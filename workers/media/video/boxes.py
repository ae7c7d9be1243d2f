"""The boxes of MP4 and MOV files (ISO/IEC 14496-12), read where they lie, without reading what is in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

MOST_BOXES = 1_000
LONGEST_READ = 64 * 2**10


@dataclass(frozen=True)
class Box:
    """One box: its four letters, and where its content begins and ends in the file. `whole` is False where it is cut off."""

    kind: bytes
    begin: int
    end: int
    whole: bool = True


def size_of(stream: IO[bytes]) -> int:
    return stream.seek(0, 2)


def boxes(stream: IO[bytes], begin: int, end: int) -> Iterator[Box]:
    """The boxes side by side between two places of the file; at most 1,000, and none after one that makes no sense."""
    at = begin
    for _ in range(MOST_BOXES):
        if at + 8 > end:
            return
        stream.seek(at)
        head = stream.read(16)
        size, content = int.from_bytes(head[:4], "big"), at + 8
        if size == 1:
            size, content = int.from_bytes(head[8:16], "big"), at + 16
        elif size == 0:
            size = end - at
        if len(head) < 8 or size < content - at:
            return
        yield Box(head[4:8], content, min(at + size, end), whole=at + size <= end)
        at += size


def child(stream: IO[bytes], box: Box, *path: bytes) -> Box | None:
    """The first box at the end of a path of kinds below `box`."""
    found: Box | None = box
    for kind in path:
        if found is None:
            return None
        begin = found.begin + (4 if found.kind == b"meta" and not _is_quicktime_meta(stream, found) else 0)
        found = next((box for box in boxes(stream, begin, found.end) if box.kind == kind), None)
    return found


def _is_quicktime_meta(stream: IO[bytes], box: Box) -> bool:
    """QuickTime's meta boxes have no version before their first box."""
    stream.seek(box.begin + 4)
    return stream.read(4) == b"hdlr"


def content_of(stream: IO[bytes], box: Box | None, *, at: int = 0, most: int = LONGEST_READ) -> bytes:
    """Up to `most` bytes of the content, from its byte `at` on."""
    if box is None or box.begin + at >= box.end:
        return b""
    stream.seek(box.begin + at)
    return stream.read(min(most, box.end - box.begin - at))
