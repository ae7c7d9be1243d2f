"""A board as a file: the lines of its page and the same numbers, one row each (RFC 4180, UTF-8)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from typing import Any

from django.http import StreamingHttpResponse

from server.boards.rows import PlaceRow, Row
from server.houses.queries import RankedHouse

HOUSE_COLUMNS = (
    "rank", "public_id", "street", "neighbourhood", "points", "standing", "points_low", "points_high", "festivity_class", "votes",
    "frames", "counted", "novelty", "lon", "lat", "synthetic",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
AT_ONCE = 10_000


class Echo:
    """Gives back what is written, so that a file goes out line by line."""

    def write(self, text: str) -> str:
        return text


def columns_of(kind: type[Row]) -> list[str]:
    """Its own fields between the rank and its place; a shape is for maps, not for a table."""
    shared = [field.name for field in fields(PlaceRow)]
    own = [field.name for field in fields(kind) if field.name not in (*shared, "line")]
    place = ["lon", "lat"] if issubclass(kind, PlaceRow) else []
    return ["rank", *own, *place, "synthetic"]


def lines_of(columns: Sequence[str], rows: Sequence[Row] | Sequence[RankedHouse]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(columns)
    for row in walk(rows):
        said = asdict(row)
        yield writer.writerow([safe(said[name]) for name in columns])


def walk(rows: Sequence[Any]) -> Iterator[Any]:
    """All of a list that is fetched by slices."""
    first = 0
    while page := rows[first : first + AT_ONCE]:
        yield from page
        first += len(page)
        if len(page) < AT_ONCE:
            return


def safe(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula begins with an apostrophe."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return round(value, 6) if isinstance(value, float) else value


def as_file(name: str, columns: Sequence[str], rows: Sequence[Any]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(encoded(lines_of(columns, rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def encoded(lines: Iterable[str]) -> Iterator[bytes]:
    return (line.encode() for line in lines)
