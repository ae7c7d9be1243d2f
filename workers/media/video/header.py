"""The header of an MP4 or MOV, read before any decoder sees the file: is it complete, how long is it, what does it hold?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from workers.media.refusal import Refused
from workers.media.video.boxes import Box, boxes, child, content_of, size_of

LONGEST_S = 12 * 3600.0
MOST_TRACKS = 32
MOST_SAMPLES = 12 * 3600 * 120
SPHERICAL_V1 = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")
TELEMETRY_FORMAT = b"gpmd"


@dataclass(frozen=True)
class Track:
    """`kind` is the handler's (vide, soun, meta), `format` that of its samples (avc1, hvc1, gpmd)."""

    kind: bytes
    format: bytes
    ticks_per_s: int
    duration_s: float
    samples: int
    table: Box
    description: Box


@dataclass(frozen=True)
class Movie:
    """`fragmented`: the samples are listed beside the media, not in the header. `panorama`: equirectangular."""

    duration_s: float
    tracks: tuple[Track, ...]
    fragmented: bool
    panorama: bool
    telemetry: bytes

    @property
    def videos(self) -> list[Track]:
        return [track for track in self.tracks if track.kind == b"vide"]


def read_movie(stream: IO[bytes]) -> Movie:
    """The header of an MP4 or MOV. Raises `Refused`: no_index without one, truncated where it is cut off itself, too_long,
    unreadable where it promises more samples than it can describe."""
    header = _header(stream)
    tracks: list[Track] = []
    panorama = False
    for box in boxes(stream, header.begin, header.end):
        if box.kind == b"trak" and len(tracks) < MOST_TRACKS:
            if track := _track(stream, box):
                tracks.append(track)
            panorama = panorama or _is_panorama(stream, box)
    movie = Movie(
        duration_s=_duration_s(stream, child(stream, header, b"mvhd"))[0],
        tracks=tuple(tracks),
        fragmented=child(stream, header, b"mvex") is not None,
        panorama=panorama,
        telemetry=content_of(stream, child(stream, header, b"udta", b"GPMF")),
    )
    check_duration(max([movie.duration_s, *(track.duration_s for track in movie.videos)]))
    return movie


def check_duration(duration_s: float) -> None:
    if duration_s > LONGEST_S:
        raise Refused(
            "too_long", f"It lasts {duration_s / 3600:.0f} hours; at most {LONGEST_S / 3600:.0f} are read."
        )


def _header(stream: IO[bytes]) -> Box:
    kinds: list[bytes] = []
    for box in boxes(stream, 0, size_of(stream)):
        kinds.append(box.kind)
        if box.kind == b"moov":
            if not box.whole:
                raise Refused("truncated", "The file ends within its index.")
            return box
    if b"mdat" in kinds:
        raise Refused("no_index", "There are pictures in the file, but no list of where they are.")
    raise Refused(
        "truncated" if b"ftyp" in kinds else "unreadable", "There is neither an index nor a picture."
    )


def _track(stream: IO[bytes], trak: Box) -> Track | None:
    media = child(stream, trak, b"mdia")
    table = child(stream, media, b"minf", b"stbl") if media else None
    description = child(stream, table, b"stsd") if table else None
    if media is None or table is None or description is None:
        return None
    duration_s, ticks_per_s = _duration_s(stream, child(stream, media, b"mdhd"))
    kind = content_of(stream, child(stream, media, b"hdlr"), at=8, most=4)
    return Track(
        kind=kind,
        format=content_of(stream, description, at=12, most=4),
        ticks_per_s=ticks_per_s,
        duration_s=duration_s,
        samples=_samples(stream, table, kind),
        table=table,
        description=description,
    )


def _duration_s(stream: IO[bytes], box: Box | None) -> tuple[float, int]:
    """Seconds and ticks per second of an mvhd or mdhd; 0 where it says nothing, as all ones do."""
    content = content_of(stream, box, most=36)
    wide = content[:1] == b"\x01"
    at, length = (20, 8) if wide else (12, 4)
    ticks_per_s = int.from_bytes(content[at : at + 4], "big")
    ticks = int.from_bytes(content[at + 4 : at + 4 + length], "big")
    if not ticks_per_s or ticks == (1 << 8 * length) - 1:
        return 0.0, ticks_per_s
    return ticks / ticks_per_s, ticks_per_s


def _samples(stream: IO[bytes], table: Box, kind: bytes) -> int:
    """How many samples the track has. Raises `Refused` where the sizes of so many cannot be in their box."""
    sizes = child(stream, table, b"stsz")
    content = content_of(stream, sizes, most=12)
    each, count = int.from_bytes(content[4:8], "big"), int.from_bytes(content[8:12], "big")
    if sizes is None or (kind == b"soun" and each):
        return 0
    too_many = count > MOST_SAMPLES if each else 4 * count > sizes.end - sizes.begin
    if too_many or count > MOST_SAMPLES:
        raise Refused("unreadable", f"Its index promises {count} pictures and does not say where they are.")
    return count


def _is_panorama(stream: IO[bytes], trak: Box) -> bool:
    """Spherical video, version 1 (XML in a uuid box) or 2 (sv3d beside the codec's own box), and equirectangular."""
    for box in boxes(stream, trak.begin, trak.end):
        if box.kind == b"uuid" and content_of(stream, box, most=16) == SPHERICAL_V1:
            return b"equirectangular" in content_of(stream, box, at=16)
    description = child(stream, trak, b"mdia", b"minf", b"stbl", b"stsd")
    content = content_of(stream, description)
    return b"sv3d" in content and b"equi" in content
