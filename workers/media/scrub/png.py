from __future__ import annotations

import zlib
from collections.abc import Iterator

from workers.media.scrub.patch import Patch
from workers.media.scrub.tiff import tiff_patches
from workers.media.scrub.xmp import xmp_patches

MOST_CHUNKS = 50_000
_TEXTS = {b"tEXt", b"zTXt", b"iTXt"}
_XMP = b"XML:com.adobe.xmp\x00\x00"
_NOTHING = b"noNe"
"""An ancillary private chunk: readers pass it over."""


def png_patches(content: bytes, ends_at: int) -> list[Patch]:
    """EXIF and plain XMP by their tags; every other text becomes a chunk of zeros that readers pass over. Checksums are set."""
    return list(_patches(content[:ends_at]))


def _patches(content: bytes) -> Iterator[Patch]:
    at = 8
    for _ in range(MOST_CHUNKS):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if len(kind) < 4 or kind == b"IEND":
            return
        body = content[at + 8 : at + 8 + size]
        new_kind, new_body = _cleaned(kind, body)
        if (new_kind, new_body) != (kind, body):
            checksum = zlib.crc32(new_kind + new_body).to_bytes(4, "big")
            yield Patch(at + 4, new_kind + new_body + checksum)
        at += 12 + size


def _cleaned(kind: bytes, body: bytes) -> tuple[bytes, bytes]:
    if kind == b"eXIf":
        return kind, _written(body, tiff_patches(body))
    if kind == b"iTXt" and body.startswith(_XMP):
        return kind, _written(body, list(xmp_patches(body)))
    return (_NOTHING, bytes(len(body))) if kind in _TEXTS else (kind, body)


def _written(body: bytes, patches: list[Patch]) -> bytes:
    whole = bytearray(body)
    for patch in patches:
        whole[patch.at : patch.at + len(patch.letters)] = patch.letters
    return bytes(whole)
