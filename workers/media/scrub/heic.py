"""HEIC (ISO/IEC 23008-12): the bytes of its Exif and XMP items, wherever the file keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from workers.media.scrub.boxes import Box, boxes, first
from workers.media.scrub.movie import movie_patches
from workers.media.scrub.patch import Patch, zeros
from workers.media.scrub.tiff import tiff_patches
from workers.media.scrub.xmp import xmp_patches

MOST_ITEMS = 10_000
_XMP_TYPE = b"application/rdf+xml"


def heic_patches(content: bytes, ends_at: int) -> list[Patch]:
    """EXIF and XMP items by their tags; an item in several pieces is zeroed; of a motion photo the film too."""
    patches = []
    meta = first(content, b"meta")
    if meta:
        kinds = dict(_kinds(content, meta))
        for number, pieces in _places(content, meta):
            if number in kinds:
                patches += _item_patches(content, kinds[number], pieces)
    for film in boxes(content, 0, ends_at):
        if film.kind == b"mpvd":
            patches += [p.moved(film.body_at) for p in movie_patches(content[film.body_at : film.end])]
    return patches


def _item_patches(content: bytes, kind: bytes, pieces: list[tuple[int, int]]) -> list[Patch]:
    if len(pieces) != 1:
        return [zeros(at, size) for at, size in pieces]
    at, size = pieces[0]
    body = content[at : at + size]
    if kind != b"Exif":
        return [patch.moved(at) for patch in xmp_patches(body)]
    start = 4 + int.from_bytes(body[:4], "big")
    if start >= len(body):
        return [zeros(at, len(body))]
    return [patch.moved(at + start) for patch in tiff_patches(body[start:])]


def _kinds(content: bytes, meta: Box) -> Iterator[tuple[int, bytes]]:
    """Numbers of the items that hold EXIF or XMP."""
    info = first(content, b"iinf", meta.body_at + 4, meta.end)
    if info is None:
        return
    start = info.body_at + (6 if content[info.body_at] == 0 else 8)
    for entry in boxes(content, start, info.end):
        wide = content[entry.body_at] >= 3
        at = entry.body_at + 4
        number = int.from_bytes(content[at : at + (4 if wide else 2)], "big")
        kind_at = at + (6 if wide else 4)
        kind = content[kind_at : kind_at + 4]
        if kind == b"Exif" or (kind == b"mime" and _XMP_TYPE in content[kind_at : entry.end]):
            yield number, kind


def _places(content: bytes, meta: Box) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Each item's number with the offsets and sizes of its pieces in the file."""
    box = first(content, b"iloc", meta.body_at + 4, meta.end)
    inside = first(content, b"idat", meta.body_at + 4, meta.end)
    if box is None:
        return
    version, sizes = content[box.body_at], content[box.body_at + 4 : box.body_at + 6]
    offset_bytes, length_bytes, base_bytes = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4
    index_bytes = sizes[1] & 15 if version in (1, 2) else 0
    reader = _Reader(content, box.body_at + 6, box.end)
    number_bytes = 4 if version == 2 else 2
    for _ in range(min(reader.number(number_bytes), MOST_ITEMS)):
        number = reader.number(number_bytes)
        method = reader.number(2) & 15 if version in (1, 2) else 0
        reader.number(2)
        base = reader.number(base_bytes)
        if method == 1 and inside:
            base += inside.body_at
        pieces = []
        for _ in range(min(reader.number(2), MOST_ITEMS)):
            reader.number(index_bytes)
            offset, length = reader.number(offset_bytes), reader.number(length_bytes)
            pieces.append((base + offset, min(length, max(len(content) - base - offset, 0))))
        yield number, pieces


class _Reader:
    """Big-endian numbers, one after the other; past the end they are 0."""

    def __init__(self, content: bytes, at: int, end: int) -> None:
        self._content, self._at, self._end = content, at, end

    def number(self, size: int) -> int:
        start, self._at = self._at, min(self._at + size, self._end)
        return int.from_bytes(self._content[start : self._at], "big")
