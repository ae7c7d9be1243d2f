"""What is read for a tour: the houses of it that are on the map now, in the order asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from server.frames.queries import live_scorer
from server.houses.models import House
from server.houses.queries import RankedHouse, current_season, ranked_houses
from server.tours.asked import Asked
from server.tours.order import LonLat, best_order
from server.tours.travel import STOP_S
from server.tours.ways import Ways, ways_between

SHORTER_BY_M = 10.0


@dataclass(frozen=True)
class Tour:
    """`houses` in the order of the tour, from the start or else from the first of them; `left_out` are not on the map.

    `ways` are those between `places`. Distances are in metres.
    """

    asked: Asked
    houses: tuple[RankedHouse, ...]
    ways: Ways
    left_out: int = 0

    @property
    def start(self) -> LonLat | None:
        return self.asked.start

    @cached_property
    def course(self) -> list[tuple[int, int]]:
        """The legs as pairs of indices of `ways.places`, the way back last."""
        size = len(self.ways.places) if self.houses else 0
        legs = [(at, at + 1) for at in range(size - 1)]
        return [*legs, (size - 1, 0)] if self.asked.back and size > 1 else legs

    @cached_property
    def legs_m(self) -> list[float]:
        return [float(self.ways.metres[leg]) for leg in self.course]

    @property
    def length_m(self) -> float:
        return sum(self.legs_m)

    @property
    def straight_legs(self) -> int:
        """How many of the legs are straight lines times 1.3."""
        return sum(bool(self.ways.straight[leg]) for leg in self.course)

    @property
    def moving_s(self) -> float:
        return self.length_m / self.asked.by.speed_m_s

    @property
    def total_s(self) -> float:
        return self.moving_s + STOP_S * len(self.houses)

    @cached_property
    def best(self) -> Tour:
        """The same houses in a short order."""
        return self.reordered(best_order(self.ways.metres, back=self.asked.back))

    def reordered(self, order: Sequence[int]) -> Tour:
        """With its places in this order, the start first."""
        before = 1 if self.start else 0
        houses = tuple(self.houses[at - before] for at in order if at >= before)
        return replace(self, houses=houses, ways=self.ways.taken(order))

    @property
    def saving_m(self) -> float:
        """How much shorter the best order is; 0 where it is not worth a word."""
        saving = self.length_m - self.best.length_m
        return saving if saving >= SHORTER_BY_M else 0.0


def tour_of(asked: Asked) -> Tour:
    """The tour of the houses with these public ids, as the live scorer's list of the current season has them."""
    shown = shown_houses(asked.stops)
    houses = tuple(shown[name] for name in asked.stops if name in shown)
    once = tuple(dict.fromkeys(houses))
    stops = [(house.lon, house.lat) for house in once]
    places = [asked.start, *stops] if asked.start else stops
    return Tour(asked, once, ways_between(places, asked.by), left_out=len(asked.stops) - len(houses))


def shown_houses(public_ids: Sequence[str]) -> dict[str, RankedHouse]:
    """Those of the houses that are on the map of the current season, by the public id that was asked for."""
    scorer = live_scorer()
    season = current_season(scorer=scorer)
    if scorer is None or season is None or not public_ids:
        return {}
    today = present_ids(public_ids)
    houses = ranked_houses(scorer, season, public_ids=list(today.values())).houses
    shown = {house.public_id: house for house in houses}
    return {name: shown[present] for name, present in today.items() if present in shown}


def present_ids(public_ids: Sequence[str]) -> dict[str, str]:
    """Of each id that of the house today, where it was merged into another."""
    merged = House.objects.filter(public_id__in=public_ids).exclude(merged_into=None)
    return {name: name for name in public_ids} | {
        house.public_id: house.present.public_id for house in merged
    }
