"""Serial numbers and names of owners, taken out of a file in place: every other byte, and the length, stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from workers.media.kinds import HEAD_BYTES, Kind, sniff
from workers.media.refusal import Refused, foreign
from workers.media.scrub.heic import heic_patches
from workers.media.scrub.jpeg import jpeg_patches
from workers.media.scrub.patch import Patch
from workers.media.scrub.png import png_patches

_PATCHES: Mapping[Kind, Callable[[bytes, int], list[Patch]]] = {
    Kind.JPEG: jpeg_patches,
    Kind.HEIC: heic_patches,
    Kind.PNG: png_patches,
}


def photo_patches(content: bytes, ends_at: int) -> list[Patch]:
    """What to write over a JPEG, HEIC or PNG: makers' notes, serial numbers, unique ids, names of owners and authors, in EXIF,
    XMP, IPTC, comments and segments of makers. Time, place, orientation and the photo sphere fields stay.

    `ends_at`: where the picture itself ends, as `facts_of` tells. Once written over, there is nothing left to write over.
    Raises `Refused` where the file cannot be followed.
    """
    kind = sniff(content[:HEAD_BYTES])
    if kind is None or kind not in _PATCHES:
        raise Refused("unreadable", "Nothing is known of where such a file keeps serial numbers.")
    with foreign("unreadable"):
        return [patch for patch in _PATCHES[kind](content, ends_at) if patch.changes(content)]


def scrubbed(content: bytes, patches: Sequence[Patch]) -> bytes:
    """The content with the patches written over it."""
    whole = bytearray(content)
    for patch in patches:
        whole[patch.at : patch.at + len(patch.letters)] = patch.letters
    return bytes(whole)


__all__ = ["Patch", "photo_patches", "scrubbed"]
