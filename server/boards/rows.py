"""What one line of each board says, as its page, its file and the API give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Generic, TypeVar


@dataclass(frozen=True)
class Row:
    """`rank` counts from 1 over the whole board, whatever is looked for. `synthetic`: drawn by a program, not a real place."""

    rank: int
    synthetic: bool


@dataclass(frozen=True)
class PlaceRow(Row):
    """`lon`, `lat` in degrees; `best_frame` is the public id of the frame that shows its best house, if there is one."""

    lon: float
    lat: float
    best_frame: str | None


@dataclass(frozen=True)
class StreetRow(PlaceRow):
    """`street` is the id of its first piece, `points` the mean of its houses; `neighbourhood` that of most of them."""

    street: int
    name: str
    neighbourhood: str
    points: float
    houses: int


@dataclass(frozen=True)
class StretchRow(PlaceRow):
    """`shine` is the sum of the points of its houses; `line` a GeoJSON LineString of `length_m` metres."""

    street: int
    name: str
    neighbourhood: str
    shine: float
    houses: int
    length_m: int
    line: str


@dataclass(frozen=True)
class NeighbourhoodRow(PlaceRow):
    """`points` is the mean of its houses; `some`, `many`, `most` count them by class."""

    name: str
    slug: str
    points: float
    houses: int
    some: int
    many: int
    most: int


@dataclass(frozen=True)
class ImprovedRow(PlaceRow):
    """`gain` points more than then. `now_on`, `then_on`: the evenings that are compared, none for seasons."""

    public_id: str
    street: str
    neighbourhood: str
    points_now: float
    points_then: float
    gain: float
    was_dark: bool
    now_on: date | None
    then_on: date | None


@dataclass(frozen=True)
class NovelRow(PlaceRow):
    """`novelty` 0 to 100: how unlike the displays most like it. `place`: its rank among all houses by points."""

    public_id: str
    street: str
    neighbourhood: str
    novelty: int
    points: float
    place: int


@dataclass(frozen=True)
class DriverRow(Row):
    """`name` is what the driver chose; `new_km` of streets no drive brought before had come along this season."""

    name: str
    new_km: float
    drives: int


AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True)
class Found(Generic[AnyRow]):
    """Some lines of a board, and how many there are of what was looked for."""

    rows: tuple[AnyRow, ...] = ()
    total: int = 0


def found_of(kind: type[AnyRow], rows: Sequence[dict[str, Any]]) -> Found[AnyRow]:
    names = [field.name for field in fields(kind)]
    total = rows[0]["total"] if rows else 0
    return Found(tuple(kind(**{name: row[name] for name in names}) for row in rows), total)
