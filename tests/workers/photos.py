"""Good and bad files of every kind, made here and now: photos with EXIF, odd pictures, zips and bombs."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pillow_heif
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from workers.media.photo import PhotoFacts, read_photo

NOW = datetime(2026, 1, 10, tzinfo=UTC)
ZONE = "America/Los_Angeles"
NO_NUMBER = IFDRational(0, 0)
PHOTO_TAGS: Mapping[int, object] = {
    ExifTags.Base.DateTimeOriginal: "2025:12:07 17:28:13",
    ExifTags.Base.OffsetTimeOriginal: "-08:00",
}
GPS_TAGS: Mapping[int, object] = {
    ExifTags.GPS.GPSLatitudeRef: "N",
    ExifTags.GPS.GPSLatitude: (32.0, 55.0, 13.0462),
    ExifTags.GPS.GPSLongitudeRef: "W",
    ExifTags.GPS.GPSLongitude: (117.0, 9.0, 1.5369),
    ExifTags.GPS.GPSTimeStamp: (1.0, 28.0, 13.0),
    ExifTags.GPS.GPSDateStamp: "2025:12:08",
}


def night(width: int = 160, height: int = 90, mode: str = "RGB") -> Image.Image:
    """A dark street with one bright lamp at the upper left, so that turning it shows."""
    pixels = np.full((height, width, 3), 12, dtype=np.uint8)
    pixels[: height // 4, : width // 4] = 250
    image = Image.fromarray(pixels)
    return image.quantize(8) if mode == "P" else image.convert(mode)


def exif(
    *,
    photo: Mapping[int, object] = PHOTO_TAGS,
    gps: Mapping[int, object] = GPS_TAGS,
    base: Mapping[int, object] | None = None,
) -> bytes:
    block = Image.Exif()
    block.update(base or {})
    block.get_ifd(ExifTags.IFD.Exif).update(photo)
    block.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    return block.tobytes()


def saved(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def photo(**tags: Mapping[int, object]) -> bytes:
    """A small JPEG with the given EXIF directories (`photo`, `gps`, `base`); the others say what a phone says."""
    return saved(night(), exif=exif(**tags))


def heic(image: Image.Image, **options: object) -> bytes:
    buffer = BytesIO()
    pillow_heif.from_pillow(image).save(buffer, quality=60, **options)
    return buffer.getvalue()


def animation(form: str, frames: int = 2) -> bytes:
    pictures = [Image.new("RGB", (96, 96), (80 * number, 0, 0)) for number in range(frames)]
    return saved(pictures[0], form, save_all=True, append_images=pictures[1:], duration=80)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be as large as you like, and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b""))
        + _chunk(b"IEND", b"")
    )


def jpeg_header(width: int, height: int) -> bytes:
    """A sound small JPEG whose header claims another size."""
    content = saved(night())
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def zipped(
    members: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, info: zipfile.ZipInfo | None = None
) -> bytes:
    """A zip of the members; `info` describes the last of them instead of its name."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(info if info and name == info.filename else name, content, method)
    return buffer.getvalue()


def overlapping_zip() -> bytes:
    """Two entries of the directory point at the same packed bytes."""
    content = zipped({"a.jpg": photo()})
    directory_at = content.index(b"PK\x01\x02")
    end_at = content.index(b"PK\x05\x06")
    entry, end = content[directory_at:end_at], content[end_at:]
    counts = struct.pack("<HHI", 2, 2, 2 * len(entry))
    return content[:directory_at] + entry * 2 + end[:8] + counts + end[16:]


def read(content: bytes, *, name: str = "IMG_1.jpg", zone: str = ZONE) -> PhotoFacts:
    return read_photo(BytesIO(content), name=name, now=NOW, zone=zone)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
