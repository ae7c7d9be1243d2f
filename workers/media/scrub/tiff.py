"""EXIF, as the TIFF block that it is (CIPA DC-008, TIFF 6.0): values of telling tags are written over with zeros."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workers.media.scrub.patch import Patch, zeros

MOST_ENTRIES = 2000
MOST_DIRECTORIES = 20
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_EXIF_IFD, _GPS_IFD, _INTEROP_IFD = 0x8769, 0x8825, 0xA005
TELLING = frozenset(
    {
        0x013B,  # Artist
        0x013C,  # HostComputer
        0x02BC,  # XMP inside TIFF
        0x8298,  # Copyright
        0x83BB,  # IPTC
        0x8649,  # Photoshop
        0x927C,  # MakerNote
        0x9C9D,  # XPAuthor
        0xA420,  # ImageUniqueID
        0xA430,  # CameraOwnerName
        0xA431,  # BodySerialNumber
        0xA435,  # LensSerialNumber
        0xA437,  # Photographer
        0xA438,  # ImageEditor
        0xC62F,  # CameraSerialNumber
        0xC68B,  # OriginalRawFileName
        0xC7A1,  # CameraLabel
    }
)


@dataclass(frozen=True)
class _Entry:
    tag: int
    value_at: int
    size: int
    pointer: int


def tiff_patches(block: bytes) -> list[Patch]:
    """Patches relative to the block, which begins with II or MM. A block that makes no sense is zeroed as a whole."""
    order: Literal["little", "big"] = "little" if block[:2] == b"II" else "big"
    if block[:2] not in (b"II", b"MM") or len(block) < 8:
        return [zeros(0, len(block))]
    patches, waiting, seen = [], [int.from_bytes(block[4:8], order)], set[int]()
    while waiting and len(seen) < MOST_DIRECTORIES:
        at = waiting.pop()
        if at in seen or not 8 <= at < len(block) - 1:
            continue
        seen.add(at)
        entries, following = _directory(block, at, order)
        waiting += [following, *(e.pointer for e in entries if e.tag in (_EXIF_IFD, _GPS_IFD, _INTEROP_IFD))]
        patches += [patch for e in entries if e.tag in TELLING for patch in _over(e, len(block))]
    return patches


def _directory(block: bytes, at: int, order: Literal["little", "big"]) -> tuple[list[_Entry], int]:
    count = min(int.from_bytes(block[at : at + 2], order), MOST_ENTRIES)
    entries = list(_entries(block, at + 2, count, order))
    end = at + 2 + 12 * count
    return entries, int.from_bytes(block[end : end + 4], order)


def _entries(block: bytes, at: int, count: int, order: Literal["little", "big"]) -> Iterator[_Entry]:
    for start in range(at, min(at + 12 * count, len(block) - 11), 12):
        tag, form = (int.from_bytes(block[start + n : start + n + 2], order) for n in (0, 2))
        size = _SIZES.get(form, 1) * int.from_bytes(block[start + 4 : start + 8], order)
        pointer = int.from_bytes(block[start + 8 : start + 12], order)
        yield _Entry(tag, start + 8 if size <= 4 else pointer, size, pointer)


def _over(entry: _Entry, length: int) -> list[Patch]:
    size = min(entry.size, length - entry.value_at)
    return [zeros(entry.value_at, size)] if size > 0 else []
