"""The skeleton of a photo, walked before any decoder sees it: does it end, and would it waste our time?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from workers.media.kinds import Kind
from workers.media.refusal import Refused

MOST_SCANS = 100
MOST_SEGMENTS = 5_000
MOST_CHUNKS = 50_000
MOST_BOXES = 1_000
LONGEST_GAP_BYTES = 64

_MARKER = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_ALONE = {0x01, 0xD8}


def check_jpeg(content: bytes) -> None:
    """Follows the markers (ITU T.81, annex B) up to the end of the first image.

    Raises `Refused`: truncated without an end marker; unreadable with more scans, segments or filling than any camera
    writes, each of which would keep a decoder busy for hours.
    """
    at, scans = 0, 0
    for _ in range(MOST_SEGMENTS):
        marker = _MARKER.search(content, at)
        if marker is None:
            raise Refused("truncated", "The JPEG has no end marker.")
        if scans == 0 and marker.end() - at > LONGEST_GAP_BYTES:
            raise Refused("unreadable", "The JPEG's header is full of padding.")
        code = content[marker.end() - 1]
        if code == _END_OF_IMAGE:
            return
        scans += code == _START_OF_SCAN
        if scans > MOST_SCANS:
            raise Refused("unreadable", f"The JPEG has more than {MOST_SCANS} scans.")
        length_bytes = (
            0 if code in _ALONE else int.from_bytes(content[marker.end() : marker.end() + 2], "big")
        )
        at = marker.end() + length_bytes
    raise Refused("unreadable", f"The JPEG has more than {MOST_SEGMENTS} segments.")


def check_png(content: bytes) -> None:
    """Follows the chunks of a PNG to its IEND. Raises `Refused`: truncated without one, unreadable with absurdly many."""
    at = 8
    for _ in range(MOST_CHUNKS):
        if at + 12 > len(content):
            raise Refused("truncated", "The PNG has no IEND chunk.")
        if content[at + 4 : at + 8] == b"IEND":
            return
        at += 12 + int.from_bytes(content[at : at + 4], "big")
    raise Refused("unreadable", f"The PNG has more than {MOST_CHUNKS} chunks.")


def check_heic(content: bytes) -> None:
    """Follows the outer boxes of a HEIC (ISO/IEC 14496-12). Raises `Refused`: truncated if the last one is cut off."""
    at = 0
    for _ in range(MOST_BOXES):
        if at >= len(content):
            return
        size = int.from_bytes(content[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16], "big")
        elif size == 0:
            return
        if size < 8 or at + size > len(content):
            raise Refused("truncated", "The last box of the HEIC is cut off.")
        at += size
    raise Refused("unreadable", f"The HEIC has more than {MOST_BOXES} boxes.")


CHECKS: Mapping[Kind, Callable[[bytes], None]] = {
    Kind.JPEG: check_jpeg,
    Kind.PNG: check_png,
    Kind.HEIC: check_heic,
}
