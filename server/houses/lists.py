"""The season's list of houses as a page of it is asked for: filtered, ordered, and read no further than needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import overload

from server.frames.queries import live_scorer
from server.houses.models import Neighbourhood, Season
from server.houses.queries import (
    ORDERS,
    Box,
    RankedHouse,
    Ranking,
    Wanted,
    current_season,
    ranked_houses,
)

IN_VIEW = 30
"""So many houses stand in the list beside the map."""

ORDERINGS = tuple(ORDERS)


@dataclass(frozen=True)
class Asked:
    """Which houses: of `season` (the current one), along `streets` (ids of pieces, all when empty), in `bbox` (west, south,
    east, north), of at least `min_points`, of one of the classes (any when empty), seen on `evening`, and with a score that is
    new or has changed `since` a moment."""

    season: Season | None = None
    neighbourhood: Neighbourhood | None = None
    bbox: Box | None = None
    min_points: float = 0
    ordering: str = "rank"
    evening: date | None = None
    festivity_class: frozenset[str] = frozenset()
    since: datetime | None = None
    streets: tuple[int, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether some houses of the season are left out wherever the map is moved to."""
        return self.without_place != Asked(season=self.season)

    @property
    def without_place(self) -> Asked:
        return replace(self, bbox=None, ordering="rank")

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            neighbourhood=self.neighbourhood,
            box=self.bbox,
            evening=self.evening,
            classes=tuple(sorted(self.festivity_class)),
            since=self.since,
            ordering=self.ordering,
            streets=self.streets,
            least_points=self.min_points,
        )


class RankedList(Sequence[RankedHouse]):
    """Houses in the order that is asked for, fetched a slice at a time."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def __len__(self) -> int:
        return fetch(self.asked, limit=0).total

    @overload
    def __getitem__(self, place: int) -> RankedHouse: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[RankedHouse, ...]: ...
    def __getitem__(self, place: int | slice) -> RankedHouse | tuple[RankedHouse, ...]:
        if isinstance(place, int):
            return fetch(self.asked, limit=1, offset=place, counting=False).houses[0]
        start, stop = place.start or 0, place.stop
        limit = None if stop is None else stop - start
        return fetch(self.asked, limit=limit, offset=start, counting=False).houses


def ranked_list(asked: Asked) -> Sequence[RankedHouse]:
    """The houses asked for, read page by page."""
    return RankedList(asked)


def fetch(asked: Asked, limit: int | None = None, offset: int = 0, *, counting: bool = True) -> Ranking:
    scorer = live_scorer()
    season = asked.season or current_season(scorer=scorer)
    if scorer is None or season is None:
        return Ranking(season=season)
    return ranked_houses(scorer, season, wanted=asked.wanted, limit=limit, offset=offset, counting=counting)


def lights_of(ranking: Ranking) -> list[tuple[str, float, float, float]]:
    """Of each house: public id, lon, lat (degrees, to a metre), points."""
    return [(h.public_id, round(h.lon, 5), round(h.lat, 5), h.points) for h in ranking.houses]
