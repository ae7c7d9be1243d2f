"""EXIF as a phone writes it: position, UTC time of the GPS, local time with its offset."""

from __future__ import annotations

from datetime import UTC, datetime

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational

MAKE = "Festivity Map"
MODEL = "synthetic camera"
SECOND_PARTS = 10_000


def degrees_of(angle: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and seconds of a positive angle; seconds to a ten-thousandth, about 3 mm."""
    parts = round(abs(angle) * 3600 * SECOND_PARTS)
    minutes, seconds = divmod(parts, 60 * SECOND_PARTS)
    degrees, minutes = divmod(minutes, 60)
    return IFDRational(degrees, 1), IFDRational(minutes, 1), IFDRational(seconds, SECOND_PARTS)


def make_exif(lon: float, lat: float, local_time: datetime) -> Image.Exif:
    """EXIF of a photo taken at a place (degrees) and an aware local time."""
    offset = local_time.strftime("%z")
    stamp = local_time.strftime("%Y:%m:%d %H:%M:%S")
    exif = Image.Exif()
    exif[Base.Make] = MAKE
    exif[Base.Model] = MODEL
    exif[Base.ImageDescription] = "Synthetic picture, drawn by ml.tools.render"
    exif[Base.DateTime] = stamp
    exif.get_ifd(IFD.Exif).update(
        {
            Base.DateTimeOriginal: stamp,
            Base.OffsetTimeOriginal: f"{offset[:3]}:{offset[3:]}",
            Base.SubsecTimeOriginal: f"{local_time.microsecond // 1000:03d}",
        }
    )
    exif.get_ifd(IFD.GPSInfo).update(gps_of(lon, lat, local_time.astimezone(UTC)))
    return exif


def gps_of(lon: float, lat: float, at: datetime) -> dict[int, object]:
    """The GPS part of EXIF."""
    second = IFDRational(at.second * 1000 + at.microsecond // 1000, 1000)
    return {
        GPS.GPSVersionID: b"\x02\x03\x00\x00",
        GPS.GPSLatitudeRef: "N" if lat >= 0 else "S",
        GPS.GPSLatitude: degrees_of(lat),
        GPS.GPSLongitudeRef: "E" if lon >= 0 else "W",
        GPS.GPSLongitude: degrees_of(lon),
        GPS.GPSTimeStamp: (IFDRational(at.hour, 1), IFDRational(at.minute, 1), second),
        GPS.GPSDateStamp: at.strftime("%Y:%m:%d"),
    }
