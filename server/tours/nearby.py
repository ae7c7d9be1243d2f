"""Houses that are worth a stop beside a tour: the most points for the time that they add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from server.frames.queries import live_scorer
from server.houses.queries import Box, RankedHouse, Wanted, current_season, ranked_houses
from server.tours.asked import Asked
from server.tours.order import LonLat, straight_ways_m
from server.tours.queries import Tour
from server.tours.travel import ROAD_PER_STRAIGHT, STOP_S

AROUND_DEG = 0.004
LOOKED_AT, OFFERED = 120, 4
LONGEST_DETOUR_S = 600.0


@dataclass(frozen=True)
class Nearby:
    """A house, how many minutes it adds, and the query of the tour with it in between."""

    house: RankedHouse
    adds_min: int
    query: str


def nearby(tour: Tour, asked: Asked) -> list[Nearby]:
    scorer = live_scorer()
    season = current_season(scorer=scorer)
    if scorer is None or season is None or not tour.houses:
        return []
    wanted = Wanted(box=box_around(tour.ways.places))
    found = ranked_houses(scorer, season, wanted=wanted, limit=LOOKED_AT).houses
    others = [house for house in found if house.public_id not in asked.stops]
    offers = [(adds_s(tour, house), house) for house in others]
    near = [(STOP_S + way_s, at, house) for (way_s, at), house in offers if way_s <= LONGEST_DETOUR_S]
    near.sort(key=lambda offer: -offer[2].points / offer[0])
    return [
        Nearby(house, max(1, round(seconds / 60)), with_stop(asked, house.public_id, at))
        for seconds, at, house in near[:OFFERED]
    ]


def adds_s(tour: Tour, house: RankedHouse) -> tuple[float, int]:
    """Seconds on the way, by straight lines times 1.3, and the stop before which it costs least."""
    places = [*tour.ways.places, (house.lon, house.lat)]
    ways_m = ROAD_PER_STRAIGHT * straight_ways_m(places)
    course = tour.course or [(0, 0)]
    detours_m = [ways_m[one, -1] + ways_m[-1, other] - ways_m[one, other] for one, other in course]
    if not tour.asked.back:
        detours_m.append(ways_m[len(places) - 2, -1])
    leg = int(np.argmin(detours_m))
    stop = leg if tour.start else leg + 1
    return float(detours_m[leg]) / tour.asked.by.speed_m_s, min(stop, len(tour.houses))


def with_stop(asked: Asked, public_id: str, at: int) -> str:
    return asked.with_stops([*asked.stops[:at], public_id, *asked.stops[at:]]).query


def box_around(places: Sequence[LonLat]) -> Box:
    lons, lats = zip(*places, strict=True)
    return min(lons) - AROUND_DEG, min(lats) - AROUND_DEG, max(lons) + AROUND_DEG, max(lats) + AROUND_DEG
