"""Sound files to begin with: real ones from FESTIVITY_REAL_DATA where that is set, and a few made here."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import ExifTags, Image

PIECE_BYTES = 6_000

GPX = b"""<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="fuzz" xmlns="http://www.topografix.com/GPX/1/1" xmlns:e="urn:e"><trk><name>A &amp; B</name><trkseg>
<trkpt lat="60.17" lon="24.94"><ele>4.1</ele><time>2026-12-05T17:00:00Z</time><hdop>0.9</hdop><fix>3d</fix>
<extensions><e:speed>8.2</e:speed><e:accuracy>3.5</e:accuracy></extensions></trkpt>
<trkpt lat="60.1701" lon="24.9401"><time>2026-12-05T19:00:01.250+02:00</time><fix>none</fix></trkpt>
</trkseg><trkseg></trkseg></trk></gpx>"""
NMEA = b"""$GPRMC,134731.361,A,5540.3252,N,01231.2946,E,1.42,93.80,041112,,,A*51\r
$GPGGA,134732.000,5540.3244,N,01231.2941,E,1,10,0.8,31.7,M,41.5,M,,0000*6A\r
[2012-11-04 13:47:32] $GPRMC,134732.000,A,5540.3244,N,01231.2941,E,1.75,90.16,041112,,,A*5E\r
$GNGNS,235959.50,5540.3231,N,01231.2938,E,AAN,10,0.8,24.9,41.5,,\r
$GPRMC,000000.00,V,,,,,,,051112,,,N*7B\r
"""
TABLE = b"""time;Latitude (deg);Longitude (deg);speed_kmh;hdop
2026-12-05 17:00:00;60,17;24,94;30,5;0,8
1796490001000;60,1701;24,9401;31;"1,2"
05.12.2026 17:00:02;60,1702;24,9402;;
"""
TABLE_WITH_COMMAS = (
    b"date,time,lat,lng\n2026-12-05,17:00:00,60.17,24.94\n2026-12-05,17:00:01+02:00,60.1701,24.9401\n"
)
METADATA = b"filename %s,drive %s,side %s" % tuple(
    map(b64encode, ("../köln.jpg".encode(), b"3kTMd7Xs2QpLw9fz", b"left"))
)
HEADERS = (
    METADATA,
    METADATA + b",modified " + b64encode(b"2026-12-05T17:00:00Z") + b",folder " + b64encode(b"DCIM/100GOPRO"),
    b"1048576",
    b"sha256 " + b64encode(bytes(32)),
)


def seeds_of(parser: str) -> list[bytes]:
    """At least one sound file for each parser."""
    made = {"gpx": [GPX], "nmea": [NMEA], "csv": [TABLE, TABLE_WITH_COMMAS], "tus": [*HEADERS]}
    return [*made.get(parser, []), *(photos() if parser == "exif" else []), *real(parser)] or [gpmf_entry()]


def real(parser: str) -> Iterator[bytes]:
    """Real files of a parser's kind, long texts as their first pages."""
    folder = os.environ.get("FESTIVITY_REAL_DATA")
    patterns = {
        "gpmf": ("gopro_gpmf/*.raw",),
        "gpx": ("tracks/*.gpx", "video_and_gpx/*.gpx"),
        "nmea": ("tracks/nmea*",),
        "csv": ("tracks/*.csv",),
        "exif": ("street_sequence_gps/*.jpg", "lund_street/*.jpg"),
    }
    for pattern in patterns.get(parser, ()) if folder else ():
        for path in sorted(Path(folder or "").glob(pattern))[:6]:
            content = timed(path.read_bytes()) if parser == "csv" else path.read_bytes()
            yield small_photo(content) if parser == "exif" else content[: 10 * PIECE_BYTES]
            if parser not in ("exif", "gpmf"):
                yield content[:PIECE_BYTES]


def timed(table: bytes) -> bytes:
    """A table of places with a column of times before them."""
    head, *rows = table.splitlines()
    moments = (
        b"2026-12-05T%02d:%02d:%02dZ" % (17 + n // 3600, n // 60 % 60, n % 60) for n in range(len(rows))
    )
    return b"\n".join([b"time," + head, *(at + b"," + row for at, row in zip(moments, rows, strict=True))])


def small_photo(content: bytes) -> bytes:
    """A real photo's EXIF around a small picture: what is damaged is the metadata, and a case takes a millisecond."""
    with Image.open(BytesIO(content)) as photo:
        return saved(photo.info.get("exif", b""))


def photos() -> list[bytes]:
    block = Image.Exif()
    block[ExifTags.Base.Orientation] = 6
    block[ExifTags.Base.Make] = "Fuzz"
    block.get_ifd(ExifTags.IFD.Exif).update(
        {ExifTags.Base.DateTimeOriginal: "2026:12:05 19:00:00", ExifTags.Base.OffsetTimeOriginal: "+02:00"}
    )
    gps: dict[int, object] = {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: (60.0, 10.0, 12.0),
        ExifTags.GPS.GPSLongitudeRef: "E",
        ExifTags.GPS.GPSLongitude: (24.0, 56.0, 24.0),
        ExifTags.GPS.GPSTimeStamp: (17.0, 0.0, 0.0),
        ExifTags.GPS.GPSDateStamp: "2026:12:05",
    }
    block.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    return [saved(block.tobytes()), saved(block.tobytes(), "PNG")]


def saved(exif: bytes, form: str = "JPEG") -> bytes:
    buffer = BytesIO()
    picture = Image.linear_gradient("L").resize((96, 72)).convert("RGB")
    picture.save(buffer, form, **({"exif": exif} if exif else {}))
    return buffer.getvalue()


def gpmf_entry() -> bytes:
    """A DEVC with one stream of one GPS5 sample, as GoPro nests them (key, type, size, repeat)."""
    scale = (
        b"SCAL"
        + b"l\x04\x00\x05"
        + b"".join(n.to_bytes(4, "big") for n in (10_000_000, 10_000_000, 1000, 1000, 100))
    )
    sample = (
        b"GPS5"
        + b"l\x14\x00\x01"
        + b"".join(n.to_bytes(4, "big", signed=True) for n in (601_700_000, 249_400_000, 4000, 8200, 820))
    )
    stream = b"STRM" + b"\x00\x01" + len(scale + sample).to_bytes(2, "big") + scale + sample
    return b"DEVC" + b"\x00\x01" + len(stream).to_bytes(2, "big") + stream
