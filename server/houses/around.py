"""What stands around a house: those before and behind it on the list, those near it on the ground, and its other seasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import hypot

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D

from server.drives.track import offset_between_m
from server.frames.models import Scorer
from server.houses.models import House, Season
from server.houses.places.story import HouseStory, house_story
from server.houses.queries import BestFrame, HousePage, RankedHouse, ranked_houses
from server.houses.why import Why, why

NEAR_M = 400.0
MOST_NEAR = 4
MOST_PER_EVENING = 6


@dataclass(frozen=True)
class Evening:
    """The frames of one night that show the house, the best first."""

    night: date
    frames: tuple[BestFrame, ...]


@dataclass(frozen=True)
class NearHouse:
    """A house on the list, `distance_m` away."""

    house: RankedHouse
    distance_m: float


@dataclass(frozen=True)
class SeasonOfHouse:
    """How the house stood in another season."""

    season: Season
    house: RankedHouse


@dataclass(frozen=True)
class Around:
    """`why`: its place on the list of the season. `story`: the season's evenings."""

    why: Why
    near: tuple[NearHouse, ...]
    evenings: tuple[Evening, ...]
    seasons: tuple[SeasonOfHouse, ...]
    story: HouseStory


def around(page: HousePage) -> Around:
    """What the live scorer says."""
    scorer, house = Scorer.objects.get(live=True), page.house
    return Around(
        why=why(page, scorer),
        near=near(page, scorer),
        evenings=evenings(page.best_frames),
        seasons=tuple(other_seasons(page, scorer)),
        story=house_story(house, page.season, scorer),
    )


def near(page: HousePage, scorer: Scorer) -> tuple[NearHouse, ...]:
    """The nearest houses of the list within 400 m."""
    here = page.house
    place = Point(here.lon, here.lat, srid=4326)
    listed = House.objects.visible().filter(scores__scorer=scorer, scores__season=page.season)
    within = listed.filter(position__dwithin=(place, D(m=NEAR_M))).exclude(pk=here.house_id)
    names = list(
        within.order_by(Distance("position", place), "pk").values_list("public_id", flat=True)[:MOST_NEAR]
    )
    found = ranked_houses(scorer, page.season, public_ids=names, counting=False).houses
    return tuple(sorted((NearHouse(one, metres(here, one)) for one in found), key=lambda one: one.distance_m))


def metres(one: RankedHouse, other: RankedHouse) -> float:
    return hypot(*offset_between_m((one.lon, one.lat), (other.lon, other.lat)))


def evenings(frames: Iterable[BestFrame]) -> tuple[Evening, ...]:
    """The latest night first; frames come the best first."""
    by_night = sorted(frames, key=lambda frame: frame.night, reverse=True)
    return tuple(
        Evening(night, tuple(shown)[:MOST_PER_EVENING])
        for night, shown in groupby(by_night, key=lambda frame: frame.night)
    )


def other_seasons(page: HousePage, scorer: Scorer) -> Iterable[SeasonOfHouse]:
    for season in page.seasons:
        if season != page.season:
            found = ranked_houses(scorer, season, public_ids=[page.house.public_id]).houses
            yield from (SeasonOfHouse(season, house) for house in found)
