"""GPX 1.0 and 1.1, as a stream. No entities, no DOCTYPE, no network, and memory that does not grow with the file.

Expat keeps a token until it is complete, and every name that it has seen: both are bounded here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pyexpat import ExpatError, ParserCreate
from typing import Protocol

from workers.media.refusal import Refused, foreign
from workers.media.tracks.fix import ERROR_OF_HDOP_1_M, Reported, amount, number
from workers.media.tracks.lines import encoding_of
from workers.media.tracks.moments import moment

LONGEST_TOKEN_BYTES = 1024 * 1024
LONGEST_TEXT = 100
DEEPEST = 100
MOST_NAMES = 5_000
WANTED = frozenset({"time", "speed", "hdop", "fix", "accuracy", "hacc", "hacm"})


class Broken(Protocol):
    """Where the reader says what was wrong with the rest of a file."""

    broken: str


class Points:
    """Expat's callbacks. Complete points wait in `ready`."""

    def __init__(self) -> None:
        self.ready: list[Reported] = []
        self.depth = self.segment = 0
        self.place: tuple[float, float] | None = None
        self.said: dict[str, str] = {}
        self.text: list[str] | None = None

    def doctype(self, *_: object) -> None:
        raise Refused("entities", "It has a DOCTYPE.")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if self.depth == 0 and name != "gpx":
            raise Refused("unknown_kind", f"It is XML, but its root is {name[:40]!r} and not 'gpx'.")
        self.depth += 1
        if self.depth > DEEPEST:
            raise Refused("unreadable", f"Its elements lie more than {DEEPEST} deep.")
        if name == "trkpt":
            self.place = number(attributes.get("lon", "")), number(attributes.get("lat", ""))
            self.said = {}
        elif name == "trkseg":
            self.segment += 1
        self.text = [] if self.place and name.lower() in WANTED else None

    def characters(self, text: str) -> None:
        if self.text is not None and len(self.text) < LONGEST_TEXT:
            self.text.append(text[:LONGEST_TEXT])

    def end(self, tag: str) -> None:
        self.depth -= 1
        name = tag.rpartition(":")[2]
        if self.text is not None:
            self.said.setdefault(name.lower(), "".join(self.text).strip()[:LONGEST_TEXT])
            self.text = None
        if name == "trkpt" and self.place:
            self.ready.append(point_of(self.place, self.said, self.segment))
            self.place = None


def point_of(place: tuple[float, float], said: dict[str, str], segment: int) -> Reported:
    stated = next((amount(said[name]) for name in ("accuracy", "hacc", "hacm") if name in said), None)
    return Reported(
        at=moment(said.get("time", "")),
        lon=place[0],
        lat=place[1],
        speed_m_s=amount(said.get("speed", "")),
        accuracy_m=amount(said.get("hdop", ""), ERROR_OF_HDOP_1_M) if stated is None else stated,
        has_fix=said.get("fix", "").lower() != "none",
        segment=segment,
    )


def read_gpx(chunks: Iterator[bytes], tally: Broken) -> Iterator[Reported]:
    """The points of all tracks, in the order of the file. Waypoints and routes are plans, and are passed over.

    Where the XML breaks, what came before is kept and `tally.broken` says where. Raises `Refused`: entities, unknown_kind,
    unreadable.
    """
    points, parser = Points(), ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = points.doctype
    parser.StartElementHandler, parser.EndElementHandler = points.start, points.end
    parser.CharacterDataHandler = points.characters
    fed_bytes = 0
    for chunk in unpadded(chunks):
        try:
            with foreign("unreadable", not_its_fault=(ExpatError, MemoryError)):
                parser.Parse(chunk, not chunk)
        except ExpatError as error:
            yield from points.ready
            tally.broken = f"It breaks in line {error.lineno}; what came before was taken."
            return
        yield from points.ready
        points.ready.clear()
        fed_bytes += len(chunk)
        if fed_bytes - parser.CurrentByteIndex > LONGEST_TOKEN_BYTES:
            raise Refused("unreadable", "It has an element of more than a megabyte.")
        if len(parser.intern) > MOST_NAMES:
            raise Refused("unreadable", f"It has more than {MOST_NAMES} kinds of elements.")


def unpadded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The file up to the zeros that a receiver without power leaves behind, and then an empty piece, which is its end."""
    wide = None
    for chunk in chunks:
        wide = encoding_of(chunk) == "utf-16" if wide is None else wide
        if not wide and b"\x00" in chunk:
            yield from filter(None, [chunk.partition(b"\x00")[0]])
            break
        yield chunk
    yield b""
