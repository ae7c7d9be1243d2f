"""MP4 and MOV: serial numbers and names of owners in a film's header. Pictures, sound and tracks are not touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from workers.media.scrub.boxes import Box, boxes, first
from workers.media.scrub.patch import Patch, zeros
from workers.media.scrub.xmp import xmp_patches

LARGEST_HEADER_BYTES = 256 * 2**20
LONGEST_PREFACE_BYTES = 4096
_HEADERS = {b"moov", b"udta", b"meta", b"uuid"}
_CONTAINERS = {b"moov", b"trak", b"udta", b"mdia", b"minf"}
_TELLING = {
    b"CAME", b"MUID", b"GUMI", b"LENS",  # GoPro: camera, media and lens
    b"\xa9ART", b"\xa9aut", b"\xa9cpy", b"\xa9own", b"\xa9prd", b"\xa9dir", b"\xa9prf", b"\xa9wrt", b"\xa9xsn", b"\xa9ser",
    b"auth", b"perf", b"cprt", b"sern", b"SNum", b"XTRA", b"Xtra",
}  # fmt: skip
_TELLING_KEY = re.compile(
    rb"serial|owner|author|artist|copyright|creator|identifier|director|user", re.IGNORECASE
)
_TELLING_STREAM = (b"CASN", b"MUID", b"GUMI", b"LNSN")
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def movie_patches(content: bytes) -> list[Patch]:
    """Patches relative to the film's bytes."""
    return [patch for box in boxes(content) for patch in _box_patches(content, box)]


def film_patches(stream: IO[bytes]) -> list[Patch]:
    """Patches of a whole file, of which only the boxes beside the pictures are read. A header over 256 MiB is left alone."""
    patches, at = [], 0
    end = stream.seek(0, 2)
    while at + 8 <= end:
        stream.seek(at)
        head = stream.read(16)
        size = int.from_bytes(head[:4], "big")
        size = int.from_bytes(head[8:16], "big") if size == 1 else size or end - at
        if size < 8:
            break
        if head[4:8] in _HEADERS and size <= LARGEST_HEADER_BYTES:
            stream.seek(at)
            content = stream.read(size)
            patches += [p.moved(at) for p in movie_patches(content) if p.changes(content)]
        elif head[4:8] == b"mdat":
            stream.seek(at)
            content = stream.read(16 + LONGEST_PREFACE_BYTES)
            start = 16 if int.from_bytes(head[:4], "big") == 1 else 8
            patches += [p.moved(at) for p in _preface_patches(content, start) if p.changes(content)]
        at += size
    return patches


def _box_patches(content: bytes, box: Box) -> Iterator[Patch]:
    if box.kind in _CONTAINERS:
        for inner in boxes(content, box.body_at, box.end):
            yield from _box_patches(content, inner)
    elif box.kind == b"meta":
        yield from _meta_patches(content, box)
    elif box.kind == b"GPMF":
        yield from _stream_patches(content, box)
    elif box.kind == b"XMP_" or content[box.body_at - 4 : box.body_at + 16] == b"uuid" + _XMP_UUID:
        yield from (p.moved(box.body_at) for p in xmp_patches(content[box.body_at : box.end]))
    elif box.kind == b"mdat":
        yield from _preface_patches(content[: box.end], box.body_at)
    elif box.kind in _TELLING:
        yield zeros(box.body_at, box.end - box.body_at)


def _preface_patches(content: bytes, at: int) -> Iterator[Patch]:
    """What GoPro writes before the first picture: GPRO, its length (little-endian), serial numbers, and where it began."""
    if content[at : at + 4] != b"GPRO":
        return
    length = int.from_bytes(content[at + 4 : at + 8], "little")
    if 8 < length <= LONGEST_PREFACE_BYTES:
        yield zeros(at + 8, min(length, len(content) - at) - 8)


def _meta_patches(content: bytes, meta: Box) -> Iterator[Patch]:
    """QuickTime's own list of keys with their values, and iTunes' four-letter names."""
    plain = content[meta.body_at + 4 : meta.body_at + 8] in (b"hdlr", b"keys", b"ilst")
    start = meta.body_at if plain else meta.body_at + 4
    names = first(content, b"keys", start, meta.end)
    values = first(content, b"ilst", start, meta.end)
    if values is None:
        return
    keys = list(boxes(content, names.body_at + 8, names.end)) if names else []
    for value in boxes(content, values.body_at, values.end):
        number = int.from_bytes(value.kind, "big")
        key = keys[number - 1] if 1 <= number <= len(keys) else None
        told = content[key.body_at : key.end] if key else b""
        if value.kind in _TELLING or _TELLING_KEY.search(told):
            inside = first(content, b"data", value.body_at, value.end)
            if inside:
                yield zeros(inside.body_at + 8, max(inside.end - inside.body_at - 8, 0))


def _stream_patches(content: bytes, box: Box) -> Iterator[Patch]:
    """GoPro's key, length, value: nested where the type is 0, each value padded to four bytes."""
    waiting = [(box.body_at, box.end)]
    while waiting:
        at, end = waiting.pop()
        while at + 8 <= end:
            size = content[at + 5] * int.from_bytes(content[at + 6 : at + 8], "big")
            padded = min(-(-size // 4) * 4, end - at - 8)
            if content[at : at + 4] in _TELLING_STREAM:
                yield zeros(at + 8, padded)
            elif content[at + 4] == 0:
                waiting.append((at + 8, at + 8 + padded))
            at += 8 + padded
