"""The season's list of houses as a page of it is asked for: filtered, ordered, and read no further than needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import overload

from server.frames.queries import live_scorer
from server.houses.models import Neighbourhood, Season
from server.houses.queries import Box, RankedHouse, Ranking, Wanted, current_season, ranked_houses

IN_VIEW = 30
"""So many houses stand in the list beside the map."""

ORDERINGS: dict[str, Callable[[RankedHouse], tuple[int, ...]]] = {
    "rank": lambda house: (house.rank,),
    "-rank": lambda house: (-house.rank,),
    "votes": lambda house: (house.votes, house.rank),
    "-votes": lambda house: (-house.votes, house.rank),
    "novelty": lambda house: (house.novelty_rank or 0,),
}


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
        classes = tuple(sorted(self.festivity_class))
        by_novelty = self.ordering == "novelty"
        return Wanted(
            self.neighbourhood, self.bbox, self.evening, classes, self.since, by_novelty, self.streets
        )


class RankedList(Sequence[RankedHouse]):
    """Houses by rank, fetched a slice at a time."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def __len__(self) -> int:
        return fetch(self.asked, limit=1).total

    @overload
    def __getitem__(self, place: int) -> RankedHouse: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[RankedHouse, ...]: ...
    def __getitem__(self, place: int | slice) -> RankedHouse | tuple[RankedHouse, ...]:
        if isinstance(place, int):
            return fetch(self.asked, limit=1, offset=place).houses[0]
        start, stop = place.start or 0, place.stop
        return fetch(self.asked, limit=None if stop is None else stop - start, offset=start).houses


def ranked_list(asked: Asked) -> Sequence[RankedHouse]:
    """The houses asked for. By rank or novelty they are read page by page; any other order or limit reads the whole list."""
    if asked.ordering in ("rank", "novelty") and asked.min_points <= 0:
        return RankedList(asked)
    bright = [house for house in fetch(asked).houses if house.points >= asked.min_points]
    return sorted(bright, key=ORDERINGS[asked.ordering])


def fetch(asked: Asked, limit: int | None = None, offset: int = 0) -> Ranking:
    scorer = live_scorer()
    season = asked.season or current_season(scorer=scorer)
    if scorer is None or season is None:
        return Ranking(season=season)
    return ranked_houses(scorer, season, wanted=asked.wanted, limit=limit, offset=offset)


def lights_of(ranking: Ranking) -> list[tuple[str, float, float, float]]:
    """Of each house: public id, lon, lat (degrees, to a metre), points."""
    return [(h.public_id, round(h.lon, 5), round(h.lat, 5), h.points) for h in ranking.houses]
