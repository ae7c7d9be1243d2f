from __future__ import annotations

from collections.abc import Iterator

from workers.media.scrub.movie import movie_patches
from workers.media.scrub.patch import Patch, zeros
from workers.media.scrub.tiff import tiff_patches
from workers.media.scrub.xmp import xmp_patches

MOST_SEGMENTS = 5_000
_EXIF, _XMP, _MORE_XMP = (
    b"Exif\x00\x00",
    b"http://ns.adobe.com/xap/1.0/\x00",
    b"http://ns.adobe.com/xmp/extension/\x00",
)
_APP0, _APP1, _APP2, _APP14, _COMMENT, _SCAN = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE, 0xDA
_KEPT = {_APP0, _APP2, _APP14}
"""JFIF, colour profile and list of pictures, Adobe's colours: what decoders need."""


def jpeg_patches(content: bytes, ends_at: int) -> list[Patch]:
    """EXIF and XMP by their tags; segments of makers, IPTC and comments as a whole; of a motion photo the film too."""
    patches = list(_header_patches(content))
    film = content.find(b"ftyp", ends_at) - 4
    stop, end = film if film >= ends_at else len(content), ends_at
    while (start := content.find(b"\xff\xd8\xff", end, stop)) != -1 and len(patches) < MOST_SEGMENTS:
        end = start + 3
        patches += [patch.moved(start) for patch in _header_patches(content[start : start + 2**20])]
    return patches + [patch.moved(stop) for patch in movie_patches(content[stop:])]


def _header_patches(content: bytes) -> Iterator[Patch]:
    """Of one image, up to its first scan."""
    at = 2
    for _ in range(MOST_SEGMENTS):
        while content[at : at + 2] == b"\xff\xff":
            at += 1
        if at + 4 > len(content) or content[at] != 0xFF or content[at + 1] == _SCAN:
            return
        size = int.from_bytes(content[at + 2 : at + 4], "big")
        payload = content[at + 4 : at + 2 + size]
        yield from (patch.moved(at + 4) for patch in _segment_patches(content[at + 1], payload))
        at += 2 + max(size, 2)


def _segment_patches(code: int, payload: bytes) -> Iterator[Patch]:
    if code == _APP1 and payload.startswith(_EXIF):
        yield from (patch.moved(len(_EXIF)) for patch in tiff_patches(payload[len(_EXIF) :]))
    elif code == _APP1 and payload.startswith((_XMP, _MORE_XMP)):
        yield from xmp_patches(payload)
    elif code == _COMMENT or (_APP0 <= code <= 0xEF and code not in _KEPT):
        yield zeros(0, len(payload))
