"""NMEA 0183 logs (RMC, GGA, GNS), with whatever a logger or a dashcam writes between and before the sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import xor

from workers.media.tracks.fix import ERROR_OF_HDOP_1_M, Reported, amount, number
from workers.media.tracks.lines import lines

SENTENCE = re.compile(r"\$([A-Z]{2})(RMC|GGA|GNS),([^*$]{0,200})(?:\*([0-9A-Fa-f]{2}))?")
KNOT_M_S = 1852 / 3600
ROLLOVER = timedelta(weeks=1024)
ROLLED_OVER_BEFORE = date(2010, 1, 1)
_CLOCK = re.compile(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d)(?:\.(\d{1,6})\d*)?")
_DAY = re.compile(r"(\d\d)(\d\d)(\d\d)")
_DEGREES = re.compile(r"(\d{1,3}?)(\d\d\.?\d*)")


@dataclass
class Epoch:
    """What all sentences of one moment say."""

    clock: time
    day: date | None = None
    lon: float = float("nan")
    lat: float = float("nan")
    speed_m_s: float | None = None
    accuracy_m: float | None = None
    doubts: bool = False


@dataclass
class Log:
    """The reader's memory: the moment that is being read, the last day and clock, whether this log has checksums."""

    epoch: Epoch | None = None
    day: date | None = None
    clock: time = field(default_factory=time)
    checked: bool = False


def read_nmea(chunks: Iterator[bytes]) -> Iterator[Reported]:
    """One point per moment that any sentence tells. Sentences with a wrong checksum do not count; those without one do,
    unless others of the log have them. GGA and GNS tell no day: they have that of the RMC before, and midnight is seen."""
    log = Log()
    for line in lines(chunks):
        for _talker, kind, body, checksum in SENTENCE.findall(line) if "$" in line else ():
            if is_sound(log, f"{_talker}{kind},{body}", checksum):
                yield from take(log, kind, body.split(","))
    yield from flush(log)


def is_sound(log: Log, text: str, checksum: str) -> bool:
    if not checksum:
        return not log.checked
    sound = reduce(xor, text.encode("latin-1", "replace")) == int(checksum, 16)
    log.checked = log.checked or sound
    return sound


def take(log: Log, kind: str, fields: list[str]) -> Iterator[Reported]:
    """Adds a sentence to its moment; the moment before is complete when another one begins."""
    clock = clock_of(fields[0])
    if clock is None:
        return
    if log.epoch is None or log.epoch.clock != clock:
        yield from flush(log)
        log.epoch = Epoch(clock)
    (take_rmc if kind == "RMC" else take_fix)(log.epoch, fields + [""] * 9)


def take_rmc(epoch: Epoch, fields: list[str]) -> None:
    epoch.doubts = epoch.doubts or fields[1] != "A" or fields[11:12] == ["N"]
    epoch.speed_m_s = amount(fields[6], KNOT_M_S)
    epoch.day = day_of(fields[8])
    place(epoch, fields[2:6])


def take_fix(epoch: Epoch, fields: list[str]) -> None:
    """GGA and GNS have the same first fields: quality "0", or a mode of nothing but N, is no fix."""
    epoch.doubts = epoch.doubts or not fields[5].strip("0N")
    epoch.accuracy_m = amount(fields[7], ERROR_OF_HDOP_1_M)
    place(epoch, fields[1:5])


def place(epoch: Epoch, fields: list[str]) -> None:
    lat, lon = degrees(fields[0], fields[1], "NS"), degrees(fields[2], fields[3], "EW")
    if lat == lat and lon == lon:
        epoch.lon, epoch.lat = lon, lat


def degrees(text: str, half: str, halves: str) -> float:
    """`5540.3220`, `N` → 55.672; NaN for anything else."""
    match = _DEGREES.fullmatch(text)
    minutes = number(match[2]) if match else 60.0
    if match is None or minutes >= 60 or len(half) != 1 or half not in halves:
        return float("nan")
    return (int(match[1]) + minutes / 60) * (1 if half == halves[0] else -1)


def flush(log: Log) -> Iterator[Reported]:
    """The moment that is complete, if it tells a place."""
    epoch, log.epoch = log.epoch, None
    if epoch is None:
        return
    at = when(log, epoch)
    if epoch.lon == epoch.lon:
        yield Reported(at, epoch.lon, epoch.lat, epoch.speed_m_s, epoch.accuracy_m, not epoch.doubts)


def when(log: Log, epoch: Epoch) -> datetime | None:
    if epoch.day:
        log.day = epoch.day
    elif log.day and epoch.clock.hour < log.clock.hour - 12:
        log.day += timedelta(days=1)
    log.clock = epoch.clock
    return datetime.combine(log.day, epoch.clock, UTC) if log.day else None


def clock_of(text: str) -> time | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction = match.groups()
    return time(int(hour), int(minute), int(second), int((fraction or "0").ljust(6, "0")))


def day_of(text: str) -> date | None:
    """ddmmyy. Old receivers count their weeks modulo 1,024: what lies before 2010 is 1,024 weeks later, if that is past."""
    match = _DAY.fullmatch(text)
    try:
        day = date(2000 + int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None
    if day and day < ROLLED_OVER_BEFORE and day + ROLLOVER <= datetime.now(UTC).date():
        return day + ROLLOVER
    return day
