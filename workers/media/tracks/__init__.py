"""Track files: GPX, NMEA logs and tables, told apart by their content and read as a stream.

Whatever their size, at most `MOST_KEPT` fixes are in memory at once. Nothing here trusts a name.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO

from workers.media.kinds import sniff
from workers.media.refusal import Refused, foreign
from workers.media.tracks.fix import RawFix, Reported
from workers.media.tracks.gpx import read_gpx
from workers.media.tracks.lines import is_text
from workers.media.tracks.nmea import SENTENCE, read_nmea
from workers.media.tracks.table import read_table

__all__ = ["MOST_KEPT", "MOST_READ", "RawFix", "Track", "read_track"]

HEAD_BYTES = 4096
MOST_KEPT = 200_000
MOST_READ = 2_000_000
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLOCK_MAY_BE_AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Track:
    """`fixes` in order of time, at most one per second. `detail`: what had to be left out of the file, as a sentence."""

    kind: str
    fixes: tuple[RawFix, ...]
    detail: str = ""

    @property
    def duration_ms(self) -> int:
        return round((self.fixes[-1].at - self.fixes[0].at) / timedelta(milliseconds=1))


@dataclass
class Tally:
    """What was read of a file so far."""

    points: int = 0
    nowhere: int = 0
    untimed: int = 0
    broken: str = ""


def read_track(stream: IO[bytes], *, now: datetime) -> Track:
    """Reads a whole track file; bytes that are not UTF-8 or UTF-16 text are no track.

    A file that breaks off or breaks in the middle keeps what came before. Raises `Refused`: empty, unknown_kind,
    mislabelled (it is a picture, a video or a zip), unreadable, truncated, entities (any DOCTYPE), no_fixes,
    no_track_times, future_track, too_many_fixes (before all of it was read).
    """
    head = stream.read(HEAD_BYTES)
    tally = Tally()
    kind, reported = reader_of(head, replayed(head, stream), tally)
    fixes = in_order(kept(reported, tally))
    if not fixes:
        raise nothing_in(tally)
    if fixes[0].at > now + CLOCK_MAY_BE_AHEAD:
        raise Refused("future_track", f"It begins on {fixes[0].at:%Y-%m-%d %H:%M} UTC.")
    return Track(kind, fixes, left_out(tally))


def reader_of(head: bytes, chunks: Iterator[bytes], tally: Tally) -> tuple[str, Iterator[Reported]]:
    if not head.strip(b"\x00 \t\r\n"):
        raise Refused("empty" if not head else "unreadable", "" if not head else "It begins with nothing.")
    kind = sniff(head)
    if kind:
        raise Refused("mislabelled", f"The name promises a track, but it is a {kind} file.")
    if not is_text(head):
        raise Refused("unknown_kind", "Its content is no text, as that of GPX, NMEA and CSV is.")
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    if start.startswith(b"<"):
        return "GPX", read_gpx(chunks, tally)
    if SENTENCE.search(head.replace(b"\x00", b"").decode("latin-1")):
        return "NMEA", read_nmea(chunks)
    return "CSV", read_table(chunks)


def replayed(head: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    """The whole stream again, from its head on, in pieces."""
    yield head
    with foreign("unreadable", not_its_fault=(MemoryError, OSError)):
        while chunk := stream.read(io.DEFAULT_BUFFER_SIZE * 8):
            yield chunk


def kept(reported: Iterable[Reported], tally: Tally) -> list[RawFix]:
    """Fixes with a time and a place on earth, the first of each second, or the first with a fix."""
    fixes: list[RawFix] = []
    last: tuple[int, int] | None = None
    for point in reported:
        tally.points += 1
        if tally.points > MOST_READ:
            raise Refused("too_many_fixes", f"It has more than {MOST_READ} points.")
        if not point.on_earth():
            tally.nowhere += 1
            continue
        if point.at is None or point.at < EARLIEST:
            tally.untimed += 1
            continue
        second = (int(point.at.timestamp()), point.segment)
        if second != last:
            fixes.append(RawFix(point.at, *point[1:]))
        elif point.has_fix and not fixes[-1].has_fix:
            fixes[-1] = RawFix(point.at, *point[1:])
        last = second
        if len(fixes) > MOST_KEPT:
            raise Refused("too_many_fixes", f"It has more than {MOST_KEPT} points, of one a second.")
    return fixes


def in_order(fixes: list[RawFix]) -> tuple[RawFix, ...]:
    """Sorted by time, one fix per moment: some programs write a track twice into one file."""
    fixes.sort(key=lambda fix: fix.at)
    return tuple(
        fix for before, fix in zip([None, *fixes], fixes, strict=False) if not before or before.at != fix.at
    )


def left_out(tally: Tally) -> str:
    lacking = ((tally.untimed, "without a time"), (tally.nowhere, "that are no place on earth"))
    sentences = [f"It has {count} points {words}, which were left out." for count, words in lacking if count]
    return " ".join([*sentences, *filter(None, [tally.broken])])


def nothing_in(tally: Tally) -> Refused:
    if tally.untimed:
        return Refused("no_track_times", f"None of its {tally.untimed} points has a time that can be read.")
    if tally.broken:
        return Refused("unreadable", tally.broken)
    if tally.nowhere:
        return Refused("no_fixes", f"None of its {tally.nowhere} points is a place on earth.")
    return Refused("no_fixes")
