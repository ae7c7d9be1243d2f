"""Reads the boards: every rank comes out of SQL, in a total order, over visible houses only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Generic, overload

from django.core.cache import cache

from server.boards.question import Against, Question
from server.boards.rows import (
    AnyRow,
    DriverRow,
    Found,
    ImprovedRow,
    NeighbourhoodRow,
    NovelRow,
    StreetRow,
    StretchRow,
    found_of,
)
from server.core.sql import fetch_rows
from server.houses.lists import Asked
from server.houses.places.story import CHANGE, FEWEST_HOUSES, GAP_M, season_before
from server.houses.queries import RankedHouse, Ranking, ranked_houses
from server.maps.queries import KEPT_S, key_of

STRETCH_M = 100.0
AHEAD = 100
FARTHEST = 1_000_000
"""No board is read from further down than this."""

Read = Callable[[Question, int | None, int], Found[AnyRow]]


class BoardRows(Sequence[AnyRow], Generic[AnyRow]):
    """The lines that a question gets, fetched a slice at a time. The first hundred are read with the number of all."""

    def __init__(self, read: Read[AnyRow], question: Question, kept: bool = False) -> None:
        self.read, self.question, self.kept = read, question, kept

    @cached_property
    def first(self) -> Found[AnyRow]:
        """Kept while no score and no house changes, where that is asked for."""
        if not self.kept:
            return self.read(self.question, AHEAD, 0)
        key = key_of("board", self.read.__name__, self.question.query)
        found: Found[AnyRow] | None = cache.get(key)
        if found is None:
            found = self.read(self.question, AHEAD, 0)
            cache.set(key, found, KEPT_S)
        return found

    def __len__(self) -> int:
        return self.first.total

    @overload
    def __getitem__(self, place: int) -> AnyRow: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[AnyRow, ...]: ...
    def __getitem__(self, place: int | slice) -> AnyRow | tuple[AnyRow, ...]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start = min(place.start or 0, FARTHEST)
        if place.stop is not None and place.stop <= AHEAD:
            return self.first.rows[start : place.stop]
        limit = None if place.stop is None else max(0, place.stop - start)
        return self.read(self.question, limit, start).rows


def read_board(
    kind: type[AnyRow], name: str, question: Question, limit: int | None, offset: int, **more: Any
) -> Found[AnyRow]:
    keys = question.keys
    if keys is None:
        return Found()
    return found_of(
        kind, fetch_rows(f"boards/{name}.sql", {**keys, **more, "at_most": limit, "skip": offset})
    )


def streets(question: Question, limit: int | None, offset: int) -> Found[StreetRow]:
    more = {"fewest": FEWEST_HOUSES, "gap_m": GAP_M}
    return read_board(StreetRow, "streets", question, limit, offset, **more)


def stretches(question: Question, limit: int | None, offset: int) -> Found[StretchRow]:
    more = {"fewest": FEWEST_HOUSES, "gap_m": GAP_M, "stretch_m": STRETCH_M}
    return read_board(StretchRow, "stretches", question, limit, offset, **more)


def neighbourhoods(question: Question, limit: int | None, offset: int) -> Found[NeighbourhoodRow]:
    return read_board(NeighbourhoodRow, "neighbourhoods", question, limit, offset)


def improved(question: Question, limit: int | None, offset: int) -> Found[ImprovedRow]:
    scorer, season = question.ground
    if scorer is None or season is None:
        return Found()
    if question.against is Against.DRIVE:
        dates = {"starts_on": season.starts_on, "ends_on": season.ends_on}
        return read_board(ImprovedRow, "improved_drive", question, limit, offset, change=CHANGE, **dates)
    before = season_before(season, scorer)
    then = {
        "before": before.pk if before else None,
        "before_from": before.starts_on if before else None,
        "before_to": before.ends_on if before else None,
    }
    return read_board(ImprovedRow, "improved_season", question, limit, offset, change=CHANGE, **then)


def drivers(question: Question, limit: int | None, offset: int) -> Found[DriverRow]:
    return read_board(DriverRow, "drivers", question, limit, offset)


def novel(question: Question, limit: int | None, offset: int) -> Found[NovelRow]:
    ranking = ranked(question, limit, offset, by_novelty=True)
    return Found(tuple(map(novel_row, ranking.houses)), ranking.total)


def novel_row(house: RankedHouse) -> NovelRow:
    return NovelRow(
        rank=house.novelty_rank or 0,
        synthetic=house.synthetic,
        lon=house.lon,
        lat=house.lat,
        best_frame=house.best_frame,
        public_id=house.public_id,
        street=house.street,
        neighbourhood=house.neighbourhood,
        novelty=house.novelty or 0,
        points=house.points,
        place=house.rank,
    )


def ranked(
    question: Question, limit: int | None, offset: int, *, by_novelty: bool = False, counting: bool = True
) -> Ranking:
    """Houses by the ranks that every page shows. `total` is 0 without `counting`."""
    scorer, season = question.ground
    if scorer is None or season is None:
        return Ranking(season=season)
    ordering = "novelty" if by_novelty else "rank"
    asked = Asked(
        neighbourhood=question.neighbourhood, bbox=question.bbox, evening=question.evening, ordering=ordering
    )
    named = named_houses(question)
    return ranked_houses(
        scorer,
        season,
        wanted=asked.wanted,
        public_ids=named,
        limit=limit,
        offset=offset,
        counting=counting,
    )


def named_houses(question: Question) -> list[str] | None:
    """The public ids of the houses that the words mean; none where nothing is looked for."""
    keys = question.keys
    if keys is None or keys["pattern"] is None:
        return None
    return [row["public_id"] for row in fetch_rows("boards/houses_named.sql", keys)]


class RankedHouses(Sequence[RankedHouse]):
    """The houses that a question gets by rank, fetched a slice at a time."""

    def __init__(self, question: Question) -> None:
        self.question = question

    def __len__(self) -> int:
        return ranked(self.question, 0, 0).total

    @overload
    def __getitem__(self, place: int) -> RankedHouse: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[RankedHouse, ...]: ...
    def __getitem__(self, place: int | slice) -> RankedHouse | tuple[RankedHouse, ...]:
        if isinstance(place, int):
            return ranked(self.question, 1, place, counting=False).houses[0]
        start = min(place.start or 0, FARTHEST)
        limit = None if place.stop is None else max(0, place.stop - start)
        return ranked(self.question, limit, start, counting=False).houses
