"""The story of a place or a house in numbers: how many lights, since when, and what changed. Visible houses only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import pairwise

from django.db.models import Min

from server.core.sql import fetch_rows
from server.frames.models import Scorer
from server.frames.points import FestivityClass, house_limits, house_parameters, points, scale_of
from server.frames.queries import live_scorer
from server.houses.models import House, HouseEvening, Neighbourhood, Season, Street
from server.houses.places.addresses import Share, share_of
from server.houses.queries import RankedHouse, current_season

CHANGE = 2.0
"""Two evenings say up to twice as much of the same lights, in 96 of 100 houses (docs/benchmarks.md)."""
CLASSES = (FestivityClass.MOST, FestivityClass.MANY, FestivityClass.SOME)
GAP_M = 150.0
FEWEST_HOUSES = 2
BEST_STREETS = 8


@dataclass(frozen=True)
class Change:
    """Of `compared` houses, seen then and now: new lights, lights gone dark, and those that are brighter or dimmer."""

    compared: int
    appeared: int
    dark: int
    brighter: int
    dimmer: int

    @property
    def steady(self) -> int:
        return self.compared - self.appeared - self.dark - self.brighter - self.dimmer


@dataclass(frozen=True)
class ClassCount:
    """So many houses of a class."""

    name: FestivityClass
    houses: int


@dataclass(frozen=True)
class Story:
    """A place in one season. `points`: the mean of its houses; `first_on`: the first evening that saw one of them lit; `last_on`:
    the last evening that somebody came past; `drives` and `seasons`: what changed since the evening and the season before;
    `share`: how much of it is decorated, where that can be told."""

    season: Season
    houses: int
    some: int
    many: int
    most: int
    points: float | None
    first_on: date | None
    last_on: date | None
    drives: Change
    seasons: Change
    season_before: Season | None
    share: Share | None

    @property
    def classes(self) -> tuple[ClassCount, ...]:
        counts = (self.most, self.many, self.some)
        return tuple(ClassCount(name, count) for name, count in zip(CLASSES, counts, strict=True))


@dataclass(frozen=True)
class Area:
    """A neighbourhood, the pieces of one street, or the whole city where neither is given."""

    neighbourhood: Neighbourhood | None = None
    streets: tuple[int, ...] = ()

    @property
    def inputs(self) -> dict[str, object]:
        return {
            "neighbourhood": self.neighbourhood.pk if self.neighbourhood else None,
            "streets": list(self.streets) or None,
        }


@dataclass(frozen=True)
class RankedStreet:
    """`street`: the id of one of its pieces; `points`: the mean of its houses."""

    rank: int
    street: int
    name: str
    points: float
    houses: int


def story(area: Area, season: Season | None = None) -> Story | None:
    """Under the live scorer in `season` (the current one); None while there is neither."""
    scorer = live_scorer()
    season = season or current_season(scorer=scorer)
    if scorer is None or season is None:
        return None
    before = season_before(season, scorer)
    asked = {
        "scorer": scorer.pk,
        "season": season.pk,
        "starts_on": season.starts_on,
        "ends_on": season.ends_on,
        "before": before.pk if before else None,
        "before_from": before.starts_on if before else None,
        "before_to": before.ends_on if before else None,
        "change": CHANGE,
    }
    row = fetch_rows("houses/story.sql", {**asked, **house_parameters(scorer.card), **area.inputs})[0]
    said = {name: row[name] for name in ("houses", "some", "many", "most", "points", "first_on", "last_on")}
    names = [field.name for field in fields(Change)]
    return Story(
        season=season,
        season_before=before,
        share=share_of(area.inputs, season, scorer),
        drives=Change(*(row[name] for name in names)),
        seasons=Change(*(row[f"then_{name}"] for name in names)),
        **said,
    )


def season_before(season: Season, scorer: Scorer) -> Season | None:
    """The last season before it that has houses."""
    earlier = Season.objects.filter(starts_on__lt=season.starts_on, house_scores__scorer=scorer)
    return earlier.distinct().first()


def street_of(street: Street) -> tuple[int, ...]:
    """The ids of all its pieces, in order; none for one without a name."""
    rows = fetch_rows("houses/street_pieces.sql", {"street": street.pk, "gap_m": GAP_M})
    return tuple(row["id"] for row in rows)


def ranked_streets(season: Season, neighbourhood: Neighbourhood | None = None) -> list[RankedStreet]:
    """The eight best streets with two houses or more, under the live scorer."""
    scorer = live_scorer()
    if scorer is None:
        return []
    asked = {
        "scorer": scorer.pk,
        "season": season.pk,
        "scale": scale_of(scorer.card),
        "neighbourhood": neighbourhood.pk if neighbourhood else None,
        "fewest": FEWEST_HOUSES,
        "at_most": BEST_STREETS,
    }
    return [RankedStreet(**row) for row in fetch_rows("houses/ranked_streets.sql", asked)]


@dataclass(frozen=True)
class Seen:
    """One evening's word on a house: `points` 0 where somebody came past and saw no light of it."""

    on: date
    points: float
    lit: bool


@dataclass(frozen=True)
class HouseStory:
    """A house over a season, the latest evening first. `turn`: what the last evening changed, "new", "dark", "brighter",
    "dimmer" or "" for nothing; `before`: the evening that it is compared with."""

    seen: tuple[Seen, ...]
    first_lit_on: date | None
    turn: str

    @property
    def last(self) -> Seen | None:
        return self.seen[0] if self.seen else None

    @property
    def before(self) -> Seen | None:
        return self.seen[1] if len(self.seen) > 1 else None


def house_story(house: RankedHouse, season: Season, scorer: Scorer) -> HouseStory:
    shown = House.objects.visible().filter(pk=house.house_id)
    evenings = HouseEvening.objects.filter(
        house__in=shown, scorer=scorer, on__range=(season.starts_on, season.ends_on)
    )
    some = house_limits(scorer.card)["some"]
    rows = list(evenings.order_by("-on").values_list("on", "festivity"))
    return HouseStory(
        seen=tuple(Seen(on, points(festivity, scorer.card), festivity >= some) for on, festivity in rows),
        first_lit_on=evenings.filter(festivity__gte=some).aggregate(first=Min("on"))["first"],
        turn=turn([festivity for _, festivity in rows], some),
    )


def turn(festivities: Sequence[float], some: float) -> str:
    """What the first of these changed against the second."""
    for now, before in list(pairwise(festivities))[:1]:
        if max(now, before) < some:
            return ""
        if before < some or now < some:
            return "new" if before < some else "dark"
        if now >= before * CHANGE or now * CHANGE <= before:
            return "brighter" if now > before else "dimmer"
    return ""
