"""What EXIF says of a photo: its orientation, its fields by directory, its position. Damaged EXIF counts as none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real

from PIL import ExifTags, Image

from workers.media.refusal import Refused, foreign

NULL_ISLAND_DEG = 0.001
GPS = ExifTags.GPS

Fields = Mapping[int, object]


@dataclass(frozen=True)
class Exif:
    """`photo` is the Exif sub-IFD, where the time of capture lives; `gps` is the GPS sub-IFD. Keys are tag numbers."""

    photo: Fields = field(default_factory=dict)
    gps: Fields = field(default_factory=dict)


LONGEST_DEVICE = 80


def device_of(image: Image.Image) -> str:
    """Make and model, as `Apple iPhone 15` or `samsung SM-G991B`; empty where nothing is said. Never a serial number."""
    try:
        with foreign("unreadable"):
            exif = image.getexif()
            make, model = (
                "".join(letter for letter in text(exif.get(tag)) if letter.isprintable()).strip()
                for tag in (ExifTags.Base.Make, ExifTags.Base.Model)
            )
    except Refused:
        return ""
    named = model if model.lower().startswith(make.lower()) else f"{make} {model}"
    return " ".join(named.split())[:LONGEST_DEVICE]


def direction_deg(gps: Fields) -> float | None:
    """Where the camera looked, clockwise from true north in [0, 360); None where no compass told, or a magnetic one."""
    found = numbers(gps.get(GPS.GPSImgDirection))
    if len(found) != 1 or not 0 <= found[0] <= 360 or text(gps.get(GPS.GPSImgDirectionRef)).upper() == "M":
        return None
    return found[0] % 360


def read_exif(image: Image.Image) -> Exif:
    try:
        with foreign("unreadable"):
            exif = image.getexif()
            return Exif(dict(exif.get_ifd(ExifTags.IFD.Exif)), dict(exif.get_ifd(ExifTags.IFD.GPSInfo)))
    except Refused:
        return Exif()


def orientation(image: Image.Image) -> int:
    """1 to 8, as EXIF counts them. HEIC pictures are upright when decoded and say 1."""
    try:
        with foreign("unreadable"):
            turn = image.getexif().get(ExifTags.Base.Orientation, 1)
            return turn if isinstance(turn, int) and 1 <= turn <= 8 else 1
    except Refused:
        return 1


def position(gps: Fields) -> tuple[float, float] | None:
    """(lon, lat) in degrees, or None if the photo claims none. Raises `Refused`: bad_position, null_island."""
    if GPS.GPSLatitude not in gps and GPS.GPSLongitude not in gps:
        return None
    lat = _coordinate(gps, GPS.GPSLatitude, GPS.GPSLatitudeRef, "NS", 90)
    lon = _coordinate(gps, GPS.GPSLongitude, GPS.GPSLongitudeRef, "EW", 180)
    if abs(lat) < NULL_ISLAND_DEG and abs(lon) < NULL_ISLAND_DEG:
        raise Refused("null_island", f"GPSLatitude is {lat:.5f} and GPSLongitude is {lon:.5f}.")
    return lon, lat


def numbers(field_value: object) -> tuple[float, ...]:
    """The numbers of a field, NaN for every part that is none (also for a zero denominator)."""
    parts = field_value if isinstance(field_value, tuple) else (field_value,)
    return tuple(float(part) if isinstance(part, Real) else math.nan for part in parts)


def text(field_value: object) -> str:
    """The text of a field without its padding; empty if it holds none."""
    if isinstance(field_value, bytes):
        field_value = field_value.decode("latin-1")
    return field_value.strip("\x00 ") if isinstance(field_value, str) else ""


def _coordinate(gps: Fields, tag: GPS, ref_tag: GPS, refs: str, limit_deg: int) -> float:
    ref = text(gps.get(ref_tag)).upper()[:1]
    if not ref or ref not in refs:
        raise Refused("bad_position", f"{ref_tag.name} is neither {refs[0]} nor {refs[1]}.")
    parts = numbers(gps.get(tag))
    if not 1 <= len(parts) <= 3 or not all(math.isfinite(part) and part >= 0 for part in parts):
        raise Refused("bad_position", f"{tag.name} is not a number.")
    if any(part > 60 for part in parts[1:]):
        raise Refused("bad_position", f"{tag.name} has more than 60 minutes or seconds.")
    degrees = math.fsum(part / 60**power for power, part in enumerate(parts))
    if degrees > limit_deg:
        raise Refused("bad_position", f"{tag.name} is {degrees:.5g} degrees; {limit_deg} is the limit.")
    return degrees if ref in "NE" else -degrees
