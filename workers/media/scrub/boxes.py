"""Boxes of ISO base media files (ISO/IEC 14496-12): HEIC photos and MP4 and MOV films."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MOST_BOXES = 20_000


@dataclass(frozen=True)
class Box:
    """`body_at` and `end` are offsets into the bytes that were walked."""

    kind: bytes
    body_at: int
    end: int


def boxes(content: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes side by side in content[start:end]; what is left over or makes no sense ends the walk."""
    end = len(content) if end is None else end
    for _ in range(MOST_BOXES):
        if start + 8 > end:
            return
        size, body_at = int.from_bytes(content[start : start + 4], "big"), start + 8
        if size == 1:
            size, body_at = int.from_bytes(content[start + 8 : start + 16], "big"), start + 16
        box_end = end if size == 0 else start + size
        if box_end > end or box_end < body_at:
            return
        yield Box(content[start + 4 : start + 8], body_at, box_end)
        start = box_end


def first(content: bytes, kind: bytes, start: int = 0, end: int | None = None) -> Box | None:
    return next((box for box in boxes(content, start, end) if box.kind == kind), None)
