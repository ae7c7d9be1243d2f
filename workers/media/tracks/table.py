"""Tables: comma, semicolon, tab or bar, with named columns for time, latitude and longitude in many spellings."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from workers.media.refusal import Refused
from workers.media.tracks.fix import ERROR_OF_HDOP_1_M, Reported, amount, number
from workers.media.tracks.lines import lines
from workers.media.tracks.moments import moment

DELIMITERS = ",;\t|"
HEADER_WITHIN = 60
MOST_COLUMNS = 500
_BEFORE, _AFTER = r"(?:gps|location|position|point|wgs84)?", r"(?:deg|degrees|degree|dd|wgs84|decimal)?"
_LAT = re.compile(f"{_BEFORE}(?:lat|latitude|y){_AFTER}")
_LON = re.compile(f"{_BEFORE}(?:lon|lng|long|longitude|x){_AFTER}")
_TIMES = (
    re.compile(r"(?:gps|date|recorded|captured|iso)?(?:utc)(?:time|date|datetime|timestamp|iso)?(?:8601)?"),
    re.compile(
        r"(?:gps|unix|iso|date|epoch)?(?:timestamp|datetime)(?:utc|ms|s|ns|us|iso|z)?|(?:unix|epoch)(?:time)?(?:ms|s)?"
    ),
    re.compile(
        r"(?:gps|fix|sample|point|date)?time(?:utc|iso|s|ms|z|gmt)?|(?:recorded|captured|created|logged)?at"
    ),
    re.compile(r"date|cts|local(?:date)?time|timelocal"),
)
_DATE = re.compile(r"(?:gps|utc|local)?date(?:utc|gmt)?")
_CLOCK = re.compile(r"(?:gps|utc|local)?time(?:utc|gmt|ofday)?")
_SPEEDS = {
    **dict.fromkeys(("speedms", "speedmps", "speedmetres", "gpsspeedms", "gps2dspeedms"), 1.0),
    **dict.fromkeys(("speedkmh", "speedkph", "gpsspeedkmh", "kmh", "kph"), 1 / 3.6),
    **dict.fromkeys(("speedmph", "mph", "gpsspeedmph"), 0.44704),
    **dict.fromkeys(("speedknots", "speedkn", "speedkt", "knots"), 1852 / 3600),
}
_ACCURACIES = {
    **dict.fromkeys(("accuracy", "accuracym", "hacc", "haccm", "horizontalaccuracy", "gpsaccuracy"), 1.0),
    **dict.fromkeys(("hdop", "gpshdop"), ERROR_OF_HDOP_1_M),
}


@dataclass(frozen=True)
class Columns:
    """Which column says what, by number; `clock` where the time of the day has a column of its own."""

    delimiter: str
    lat: int
    lon: int
    at: int | None
    clock: int | None
    speed: tuple[int, float] | None
    accuracy: tuple[int, float] | None


def read_table(chunks: Iterator[bytes]) -> Iterator[Reported]:
    """One point per row. Raises `Refused`: unknown_kind where no row names a latitude and a longitude, no_track_times
    where none names a time."""
    rows = lines(chunks)
    columns = next(filter(None, map(columns_of, islice(rows, HEADER_WITHIN))), None)
    if columns is None:
        detail = "It has no GPX, no NMEA sentences, and no columns named latitude and longitude."
        raise Refused("unknown_kind", detail)
    if columns.at is None:
        raise Refused("no_track_times", "None of its columns is named time, timestamp, date or utc.")
    for row in rows:
        yield point_of(cells(row, columns.delimiter), columns)


def cells(line: str, delimiter: str) -> list[str]:
    """The cells of one line; a quoted cell does not reach beyond it."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def columns_of(line: str) -> Columns | None:
    """The columns that a line names, if it is the header."""
    for delimiter in DELIMITERS:
        names = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in cells(line, delimiter)[:MOST_COLUMNS]]
        lat, lon = place_of(names, _LAT), place_of(names, _LON)
        if lat is None or lon is None:
            continue
        at, clock = time_of(names)
        return Columns(delimiter, lat, lon, at, clock, scaled(names, _SPEEDS), scaled(names, _ACCURACIES))
    return None


def time_of(names: list[str]) -> tuple[int | None, int | None]:
    """The column of the time, and that of the clock where the day stands in one of its own."""
    day, clock = place_of(names, _DATE), place_of(names, _CLOCK)
    if day is not None and clock is not None and day != clock:
        return day, clock
    return next(
        (place for place in (place_of(names, known) for known in _TIMES) if place is not None), None
    ), None


def place_of(names: list[str], known: re.Pattern[str]) -> int | None:
    return next((place for place, name in enumerate(names) if known.fullmatch(name)), None)


def scaled(names: list[str], known: dict[str, float]) -> tuple[int, float] | None:
    return next(((place, known[name]) for place, name in enumerate(names) if name in known), None)


def point_of(row: list[str], columns: Columns) -> Reported:
    comma = columns.delimiter != ","

    def cell(place: int | None) -> str:
        return row[place].strip() if place is not None and place < len(row) else ""

    def measured(place: int) -> str:
        return cell(place).replace(",", ".") if comma else cell(place)

    return Reported(
        at=at_of(cell(columns.at), cell(columns.clock)),
        lon=number(measured(columns.lon) or "nan"),
        lat=number(measured(columns.lat) or "nan"),
        speed_m_s=amount(measured(columns.speed[0]), columns.speed[1]) if columns.speed else None,
        accuracy_m=amount(measured(columns.accuracy[0]), columns.accuracy[1]) if columns.accuracy else None,
    )


def at_of(day: str, clock: str) -> datetime | None:
    """From one cell or two. A clock that names its own day is enough."""
    return (moment(f"{day} {clock}") or moment(clock)) if clock else moment(day)
