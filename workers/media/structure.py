"""The skeleton of a photo, walked before any decoder sees it: does it end, and would it waste our time?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from workers.media.kinds import Kind
from workers.media.refusal import Refused

MOST_SCANS = 100
MOST_SEGMENTS = 5_000
MOST_CHUNKS = 50_000
MOST_BOXES = 1_000
LONGEST_GAP_BYTES = 64

_ENDS, _SCANS, _TABLES = 0xD9, 0xDA, 0xDB
_ALONE = {0x01, 0xD8}
_FIRST_WINDOW_BYTES, _LARGEST_WINDOW_BYTES = 2**12, 2**20
_IS_CODE = np.array([0 < code < 0xFF and not 0xD0 <= code <= 0xD7 for code in range(256)])


def check_jpeg(content: bytes) -> int:
    """Follows the markers (ITU T.81, annex B) up to the end of the first image, and says where that is.

    Raises `Refused`: truncated without an end marker; unreadable without tables before its scan, or with more scans, segments
    or filling than any camera writes, each of which would keep a decoder busy for hours.
    """
    letters = np.frombuffer(content, dtype=np.uint8)
    at, scans, has_tables = 0, 0, False
    for _ in range(MOST_SEGMENTS):
        found = _next_code(letters, at)
        if found is None:
            raise Refused("truncated", "The JPEG has no end marker.")
        if scans == 0 and found + 1 - at > LONGEST_GAP_BYTES:
            raise Refused("unreadable", "The JPEG's header is full of padding.")
        code = content[found]
        if code == _ENDS:
            return found + 1
        has_tables |= code == _TABLES
        scans += code == _SCANS
        if scans > MOST_SCANS or (scans and not has_tables):
            raise Refused("unreadable", f"The JPEG has no tables, or more than {MOST_SCANS} scans.")
        length_bytes = 0 if code in _ALONE else int.from_bytes(content[found + 1 : found + 3], "big")
        at = found + 1 + length_bytes
    raise Refused("unreadable", f"The JPEG has more than {MOST_SEGMENTS} segments.")


def _next_code(letters: NDArray[np.uint8], at: int) -> int | None:
    """Where the next marker's code stands, at `at` + 1 or later; restarts and stuffed bytes are no markers.

    Looked for in windows that grow: a header's segments are short, a scan is megabytes.
    """
    window_bytes = _FIRST_WINDOW_BYTES
    while at + 1 < len(letters):
        window = letters[at : at + window_bytes + 1]
        escapes = np.flatnonzero(window[:-1] == 0xFF)
        markers = escapes[_IS_CODE[window[escapes + 1]]]
        if markers.size:
            return at + int(markers[0]) + 1
        at += window_bytes
        window_bytes = min(window_bytes * 4, _LARGEST_WINDOW_BYTES)
    return None


def check_png(content: bytes) -> int:
    """Follows the chunks of a PNG to its IEND, and says where that ends.

    Raises `Refused`: truncated without one, unreadable with absurdly many.
    """
    at = 8
    for _ in range(MOST_CHUNKS):
        if at + 12 > len(content):
            raise Refused("truncated", "The PNG has no IEND chunk.")
        if content[at + 4 : at + 8] == b"IEND":
            return at + 12
        at += 12 + int.from_bytes(content[at : at + 4], "big")
    raise Refused("unreadable", f"The PNG has more than {MOST_CHUNKS} chunks.")


def check_heic(content: bytes) -> int:
    """Follows the outer boxes of a HEIC (ISO/IEC 14496-12) to its end. Raises `Refused`: truncated if the last one is cut off."""
    at = 0
    for _ in range(MOST_BOXES):
        if at >= len(content):
            return at
        size = int.from_bytes(content[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16], "big")
        elif size == 0:
            return len(content)
        if size < 8 or at + size > len(content):
            raise Refused("truncated", "The last box of the HEIC is cut off.")
        at += size
    raise Refused("unreadable", f"The HEIC has more than {MOST_BOXES} boxes.")


CHECKS: Mapping[Kind, Callable[[bytes], int]] = {
    Kind.JPEG: check_jpeg,
    Kind.PNG: check_png,
    Kind.HEIC: check_heic,
}
