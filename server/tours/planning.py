"""A tour of so many minutes from a place: which houses, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, radians

from django.utils.translation import gettext as _

from server.core.sql import fetch_rows
from server.frames.points import scale_of
from server.frames.queries import live_scorer
from server.houses.queries import current_season
from server.tours.asked import MOST_STOPS, Asked
from server.tours.order import LonLat
from server.tours.orienteering import best_tour, question_of
from server.tours.queries import Tour, tour_of
from server.tours.streets import METRES_PER_DEGREE
from server.tours.travel import STOP_S
from server.tours.ways import ways_between

CANDIDATES = 300
NEAREST = 24


class NothingNear(Exception):
    """No tour can be made; the message is a sentence for whoever asked."""


@dataclass(frozen=True)
class Candidate:
    public_id: str
    lon: float
    lat: float
    points: float


def planned(asked: Asked) -> Tour:
    """The most festive tour that starts at `asked.start` and takes at most `asked.minutes`. Raises NothingNear."""
    if asked.start is None or asked.budget_s is None:
        raise NothingNear(_("Say where the tour starts and how long it may take."))
    candidates = candidates_around(asked)
    stops = chosen(asked, asked.start, asked.budget_s, candidates) if candidates else []
    tour = within_budget(tour_of(asked.with_stops(stops)), {one.public_id: one.points for one in candidates})
    if not tour.houses:
        raise NothingNear(
            _(
                "No decorated house is known that can be visited in this time. Take more time, or start elsewhere."
            )
        )
    return tour


def candidates_around(asked: Asked) -> list[Candidate]:
    """At most 300 houses that can be reached in the time, by a straight line and with one stop."""
    scorer = live_scorer()
    season = current_season(scorer=scorer)
    if scorer is None or season is None or asked.start is None or asked.budget_s is None:
        return []
    reach_m = (asked.budget_s - STOP_S) * asked.by.speed_m_s / (2 if asked.back else 1)
    keys = {"scorer": scorer.pk, "season": season.pk, "scale": scale_of(scorer.card), "at_most": CANDIDATES}
    rows = fetch_rows("tours/candidates.sql", {**keys, **circle(asked.start, reach_m)})
    return [Candidate(**row) for row in rows]


def circle(middle: LonLat, radius_m: float) -> dict[str, float]:
    """As candidates.sql takes what lies within so many metres of a place."""
    lon, lat = middle
    lat_m = METRES_PER_DEGREE
    lon_m = lat_m * max(cos(radians(lat)), 0.01)
    wide, tall = radius_m / lon_m, radius_m / lat_m
    box = {"west": lon - wide, "south": lat - tall, "east": lon + wide, "north": lat + tall}
    return {"lon": lon, "lat": lat, "reach_m": radius_m, "lon_m": lon_m, "lat_m": lat_m, **box}


def chosen(asked: Asked, start: LonLat, budget_s: float, candidates: Sequence[Candidate]) -> list[str]:
    """Public ids in their order."""
    places = [start, *((one.lon, one.lat) for one in candidates)]
    ways_s = ways_between(places, asked.by, nearest=NEAREST).metres / asked.by.speed_m_s
    points = [one.points for one in candidates]
    question = question_of(ways_s, points, stop_s=STOP_S, budget_s=budget_s, back=asked.back, most=MOST_STOPS)
    return [candidates[at - 1].public_id for at in best_tour(question)]


def within_budget(tour: Tour, points: dict[str, float]) -> Tour:
    """Without the stops of least points that its exact ways leave no time for."""
    tour = tour.best if tour.saving_m else tour
    while tour.houses and tour.total_s > (tour.asked.budget_s or 0):
        poorest = min(tour.houses, key=lambda house: points.get(house.public_id, 0.0))
        left = [house.public_id for house in tour.houses if house is not poorest]
        tour = tour_of(tour.asked.with_stops(left))
    stops = tuple(house.public_id for house in tour.houses)
    return replace(tour, asked=tour.asked.with_stops(stops))
