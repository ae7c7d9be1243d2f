"""Which kind a file is, by its content, and what its name has to say about it.

The rule, in order:
1. a raw photo, by its content, or by its name where its content is no picture that is read: `raw`;
2. no bytes: `empty`; only the first few bytes of a kind we read: `truncated`; nothing but zeros: `unreadable`;
3. a moving picture (GIF, WebP, PNG, HEIC): `animated`, whatever its name;
4. a still JPEG, PNG or HEIC is read, whatever its name: `IMG_1.png` that is a JPEG harms nobody;
5. any other content: `mislabelled` if the name promises a photo, `unknown_kind` if it does not.
A file whose name ends in .zip goes to `workers.media.archive` instead, which says `mislabelled` if it finds one of the
other kinds below, and `zip_broken` if it finds nothing that it knows.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath

from workers.media.refusal import Refused

HEAD_BYTES = 64


class Kind(StrEnum):
    JPEG = "JPEG"
    PNG = "PNG"
    HEIC = "HEIC"
    ZIP = "zip"
    GIF = "GIF"
    WEBP = "WebP"
    TIFF = "TIFF"
    BMP = "BMP"
    AVIF = "AVIF"
    VIDEO = "video"
    RAW = "raw"


PHOTO_KINDS = frozenset({Kind.JPEG, Kind.PNG, Kind.HEIC})
_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"PK\x07\x08", Kind.ZIP),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"BM", Kind.BMP),
    (b"FUJIFILMCCD-RAW", Kind.RAW),
    (b"IIU\x00", Kind.RAW),
    (b"IIRO", Kind.RAW),
    (b"IIRS", Kind.RAW),
    (b"MMOR", Kind.RAW),
    (b"FOVb", Kind.RAW),
    (b"\x00MRM", Kind.RAW),
)
_CANON_RAW, _CANON_RAW_AT = b"CR", 8
RAW_SUFFIXES = frozenset(
    {
        ".3fr", ".ari", ".arw", ".cap", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".fff", ".gpr", ".iiq", ".k25",
        ".kdc", ".mef", ".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf",
        ".srw", ".x3f",
    }
)  # fmt: skip
_UNSTITCHED_SUFFIXES = frozenset({".insp", ".36p"})
_PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".heic", ".heif", ".hif"})
_HEIC_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"mif1", b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"}
)
_MOVING_BRANDS = frozenset({b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


def sniff(head: bytes) -> Kind | None:
    """The kind that the first `HEAD_BYTES` bytes of a file give away, or None."""
    if head[4:8] == b"ftyp":
        return _iso_media_kind(head)
    if head[:4] == b"II*\x00" and head[_CANON_RAW_AT:].startswith(_CANON_RAW):
        return Kind.RAW
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    return next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)


def is_moving(head: bytes) -> bool:
    """Whether the head alone says that a WebP or a HEIC moves."""
    if sniff(head) is Kind.WEBP:
        return head[12:16] == b"VP8X" and bool(head[20:21]) and bool(head[20] & 0x02)
    return sniff(head) is Kind.HEIC and head[8:12] in _MOVING_BRANDS


def photo_kind(head: bytes, name: str) -> Kind:
    """The kind of a photo that we read. Raises `Refused` by the rule of this file."""
    kind, suffix = sniff(head), PurePosixPath(name).suffix
    if suffix.lower() in _UNSTITCHED_SUFFIXES:
        raise Refused("raw", "Its two halves are not stitched yet. Export an equirectangular JPEG of it.")
    if kind in PHOTO_KINDS:
        return kind
    if kind is Kind.RAW or (head and suffix.lower() in RAW_SUFFIXES):
        raise Refused("raw")
    _refuse_damaged(head)
    found = f"it is a {kind} file" if kind else "its content is of no known kind"
    if suffix.lower() in _PHOTO_SUFFIXES:
        raise Refused("mislabelled", f"The name ends in {suffix}, but {found}.")
    raise Refused("unknown_kind", f"The name promises no photo, and {found}.")


def _refuse_damaged(head: bytes) -> None:
    if not head:
        raise Refused("empty")
    if any(signature.startswith(head) for signature, kind in _SIGNATURES if kind in PHOTO_KINDS):
        raise Refused("truncated", f"The file has only {len(head)} bytes.")
    if not head.strip(b"\x00"):
        raise Refused("unreadable", "The file begins with nothing but zeros.")


def _iso_media_kind(head: bytes) -> Kind:
    brands = {
        head[start : start + 4]
        for start in (8, *range(16, min(len(head), int.from_bytes(head[:4], "big")), 4))
    }
    if b"crx " in brands:
        return Kind.RAW
    if brands & _AVIF_BRANDS:
        return Kind.AVIF
    return Kind.HEIC if brands & _HEIC_BRANDS else Kind.VIDEO
