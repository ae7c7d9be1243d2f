"""What is read of houses. Everything here shows visible houses only, and never a suppressed sighting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef

from server.core.sql import fetch_rows
from server.core.zone import place_zone
from server.drives.models import Drive
from server.frames.models import Scorer
from server.frames.points import FestivityClass, house_parameters, points, scale_of
from server.frames.queries import live_scorer
from server.houses.models import House, HouseScore, Neighbourhood, Season, Sighting
from server.houses.seasons import place_date, season_moments

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class RankedHouse:
    """A house on the list of a season. `lon`, `lat` are its roadside point, `points` 0 to 100, `rank` 1 for the best.

    `best_frame` is the public id of the frame that shows it best; `street` and `neighbourhood` are names, or empty.
    Another evening says something between `points_low` and `points_high` four times in five. `fair_points` are what it would
    have, were it seen square on from 14 m, and do not rank. `counted` of its `frames` count.
    `standing` ranks: the points drawn towards 100 by `votes`, the counted ones of the category that goes with points.
    `novelty`: 0 for a display like others to 100, and `novelty_rank` among those that have one.
    `lit_front_m2` square metres of lit front were seen from `distance_m` metres, None where that was not measured.
    """

    house_id: int
    public_id: str
    lon: float
    lat: float
    rank: int
    rank_in_neighbourhood: int | None
    festivity: float
    points: float
    fair_points: float | None
    points_low: float | None
    points_high: float | None
    lit_front_m2: float | None
    distance_m: float | None
    festivity_class: FestivityClass
    votes: int
    frames: int
    counted: int
    novelty: int | None
    novelty_rank: int | None
    standing: float
    best_frame: str | None
    street: str
    street_id: int | None
    neighbourhood: str
    neighbourhood_slug: str
    synthetic: bool


@dataclass(frozen=True)
class Wanted:
    """Which houses of a season: of a neighbourhood, along one of some pieces of streets, in a box (west, south, east, north, with
    west at most east), seen lit on an evening, of one of the classes (any when empty), with a score that is new or has changed
    since a moment, of at least so many points; in which of the ORDERS. By novelty only those that have one."""

    neighbourhood: Neighbourhood | None = None
    box: Box | None = None
    evening: date | None = None
    classes: Sequence[str] = ()
    since: datetime | None = None
    ordering: str = "rank"
    streets: Sequence[int] = ()
    least_points: float = 0

    @property
    def inputs(self) -> dict[str, Any]:
        """As ranked_houses.sql and class_counts.sql take them."""
        west, south, east, north = self.box or (None, None, None, None)
        return {
            "neighbourhood": self.neighbourhood.pk if self.neighbourhood else None,
            "west": west,
            "south": south,
            "east": east,
            "north": north,
            "evening": self.evening,
            "classes": list(self.classes) or None,
            "since": self.since,
            "streets": list(self.streets) or None,
            "least_points": self.least_points or None,
            **{name: self.ordering == ordering for ordering, name in ORDERS.items()},
        }

    @property
    def everything(self) -> bool:
        """Whether it is the whole list, by rank."""
        said = {name for name, value in self.inputs.items() if value is not None and value is not False}
        return said == {"by_rank"}


ORDERS = {
    "rank": "by_rank",
    "-rank": "from_last",
    "votes": "by_fewest_votes",
    "-votes": "by_votes",
    "novelty": "by_novelty",
}
FEW = 250
"""So many ranks are found one by one; of more, the whole season is ranked at once."""


@dataclass(frozen=True)
class Evening:
    """A date of drives, with how many of the season's visible houses were seen from noon of it to the next noon."""

    on: date
    houses: int


EVERYTHING = Wanted()


@dataclass(frozen=True)
class Ranking:
    """One page of a season's list, and how many houses the whole list has."""

    houses: tuple[RankedHouse, ...] = ()
    total: int = 0
    season: Season | None = None


@dataclass(frozen=True)
class RankedNeighbourhood:
    """`points` is the mean over the neighbourhood's visible houses of the season."""

    rank: int
    name: str
    slug: str
    points: float
    houses: int


@dataclass(frozen=True)
class BestFrame:
    """A frame that shows the house. `festivity` and `points` are this house's part of it; `night` is the evening's date."""

    public_id: str
    captured_at: datetime
    night: date
    festivity: float
    points: float


@dataclass(frozen=True)
class HousePage:
    """What the page of a house says: its place on the list of `season`, all frames that show it, the best first, and
    every season that it has a score in, the latest first."""

    house: RankedHouse
    season: Season
    seasons: tuple[Season, ...]
    houses_in_season: int
    houses_in_neighbourhood: int
    displays_in_season: int
    best_frames: tuple[BestFrame, ...]
    nights: int


def season_of(moment: datetime) -> Season | None:
    """The season that a moment's night belongs to, if it has been made."""
    return season_on(place_date(moment))


def season_on(on: date) -> Season | None:
    return Season.objects.filter(starts_on__lte=on, ends_on__gte=on).first()


def current_season(on: date | None = None, scorer: Scorer | None = None) -> Season | None:
    """The latest season that has houses under `scorer` (the live one), else the latest of all; none that begins after `on`."""
    seasons = Season.objects.filter(starts_on__lte=on) if on else Season.objects.all()
    scorer = scorer or live_scorer()
    scored = (season for season in seasons if season.house_scores.filter(scorer=scorer).exists())
    return next(scored, seasons.first())


def houses_of_drive(drive: Drive) -> list[int]:
    """The ids of the houses that the drive's sightings show, suppressed ones too: their scores may have to go."""
    shown = Sighting.objects.filter(frame__drive=drive, house__isnull=False)
    return list(shown.order_by("house_id").values_list("house_id", flat=True).distinct())


def season_named(name: str) -> Season | None:
    return Season.objects.filter(name=name).first()


def ranked_houses(
    scorer: Scorer,
    season: Season,
    *,
    wanted: Wanted = EVERYTHING,
    public_ids: Sequence[str] | None = None,
    limit: int | None = None,
    offset: int = 0,
    counting: bool = True,
) -> Ranking:
    """Visible houses by standing. Ranks are those of the whole season, whatever is filtered by.

    `total` tells how many are wanted, whatever `limit` and `offset`; 0 without `counting`, which saves a third of the time.
    """
    named = list(public_ids) if public_ids is not None else None
    rows = fetch_rows(
        "houses/ranked_houses.sql",
        {
            "scorer": scorer.pk,
            "season": season.pk,
            **house_parameters(scorer.card),
            **wanted.inputs,
            "houses": named,
            "at_most": limit,
            "skip": offset,
            "counting": counting,
            "uncounted": not counting,
            **manner(wanted, len(named) if named is not None else limit, plain=named is None),
        },
    )
    found = tuple(ranked_house(row) for row in rows if row["house_id"] is not None)
    return Ranking(found, rows[0]["total"], season)


def manner(wanted: Wanted, at_most: int | None, *, plain: bool) -> dict[str, bool]:
    """How ranks are found of at most so many houses, as ranked_houses.sql takes it."""
    few = at_most is not None and at_most <= FEW
    plain = plain and few and wanted.everything
    return {"singly": few, "at_once": not few, "plain": plain, "stepwise": few and not plain}


def ranked_house(row: dict[str, Any]) -> RankedHouse:
    known = {field.name: row[field.name] for field in fields(RankedHouse)}
    return RankedHouse(**{**known, "festivity_class": FestivityClass(row["festivity_class"])})


def leaderboard(
    neighbourhood: Neighbourhood | None = None,
    limit: int | None = 50,
    offset: int = 0,
    season: Season | None = None,
    box: Box | None = None,
) -> Ranking:
    """The live scorer's list in `season` (the current one), whole or of one neighbourhood or box; empty when there is none."""
    scorer = live_scorer()
    season = season or current_season(scorer=scorer)
    if scorer is None or season is None:
        return Ranking(season=season)
    return ranked_houses(scorer, season, wanted=Wanted(neighbourhood, box), limit=limit, offset=offset)


def class_counts(wanted: Wanted, season: Season | None = None) -> dict[str, int]:
    """How many houses of each class the live scorer's list in `season` (the current one) has among the wanted ones,
    whichever classes are wanted."""
    scorer = live_scorer()
    season = season or current_season(scorer=scorer)
    if scorer is None or season is None:
        return {"some": 0, "many": 0, "most": 0}
    keys = {"scorer": scorer.pk, "season": season.pk, **house_parameters(scorer.card)}
    return fetch_rows("houses/class_counts.sql", {**keys, **wanted.inputs})[0]


def evenings(season: Season | None) -> tuple[Evening, ...]:
    """The evenings of the season on which its houses were seen, the earliest first."""
    scorer = live_scorer()
    if scorer is None or season is None:
        return ()
    starts_at, ends_at = season_moments(season)
    asked = {"scorer": scorer.pk, "season": season.pk, "zone": str(place_zone())}
    rows = fetch_rows("houses/evenings.sql", {**asked, "starts_at": starts_at, "ends_at": ends_at})
    return tuple(Evening(**row) for row in rows)


def seasons_shown() -> list[Season]:
    """The seasons with houses under the live scorer, the latest first."""
    scored = HouseScore.objects.filter(season=OuterRef("pk"), scorer=live_scorer())
    return list(Season.objects.filter(Exists(scored)))


def ranked_neighbourhoods(season: Season | None = None) -> list[RankedNeighbourhood]:
    """Neighbourhoods with visible houses by their mean points, under the live scorer in `season` (the current one)."""
    scorer = live_scorer()
    season = season or current_season(scorer=scorer)
    if scorer is None or season is None:
        return []
    asked = {"scorer": scorer.pk, "season": season.pk, "scale": scale_of(scorer.card)}
    return [RankedNeighbourhood(**row) for row in fetch_rows("houses/ranked_neighbourhoods.sql", asked)]


def present_id(public_id: str) -> str:
    """The public id of what the house is today, where it was merged into another; else the same."""
    house = House.objects.filter(public_id=public_id).exclude(merged_into=None).first()
    return house.present.public_id if house else public_id


def house_page(public_id: str, season: Season | None = None) -> HousePage | None:
    """The facts of a visible house in `season` (the latest that it has a score in), or None for hidden and unknown ones."""
    scorer = live_scorer()
    house = House.objects.visible().filter(public_id=public_id).first()
    if scorer is None or house is None:
        return None
    seasons = tuple(Season.objects.filter(house_scores__house=house, house_scores__scorer=scorer))
    season = season or next(iter(seasons), None)
    if season not in seasons:
        return None
    frames = best_frames(house, scorer, season)
    return HousePage(
        house=ranked_houses(scorer, season, public_ids=[public_id], counting=False).houses[0],
        season=season,
        seasons=seasons,
        houses_in_season=count_houses(scorer, season),
        houses_in_neighbourhood=count_houses(scorer, season, neighbourhood_id=house.neighbourhood_id or 0),
        displays_in_season=count_houses(scorer, season, novelty__isnull=False),
        best_frames=frames,
        nights=len({frame.night for frame in frames}),
    )


def count_houses(scorer: Scorer, season: Season, **conditions: object) -> int:
    scores = HouseScore.objects.filter(scorer=scorer, season=season, listed=True)
    return scores.filter(**conditions).count()


def best_frames(house: House, scorer: Scorer, season: Season) -> tuple[BestFrame, ...]:
    starts_at, ends_at = season_moments(season)
    asked = {"house": house.pk, "scorer": scorer.pk, "starts_at": starts_at, "ends_at": ends_at}
    rows = fetch_rows("houses/best_frames.sql", {**asked, "zone": str(place_zone())})
    return tuple(BestFrame(**row, points=points(row["festivity"], scorer.card)) for row in rows)
