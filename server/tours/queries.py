"""What is read for a tour: the houses of it that are on the map now, in the order asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from server.frames.queries import live_scorer
from server.houses.queries import RankedHouse, current_season, ranked_houses
from server.tours.order import LonLat, best_order, straight_m

ROAD_PER_STRAIGHT = 1.3
SPEED_M_S = 25 / 3.6
SHORTER_BY_M = 10.0


@dataclass(frozen=True)
class Tour:
    """`houses` in the order of the drive, from `start` or else from the first of them; `left_out` are not on the map.

    Every way is the straight line times 1.3, in metres.
    """

    houses: tuple[RankedHouse, ...]
    start: LonLat | None = None
    left_out: int = 0

    @property
    def places(self) -> list[LonLat]:
        """Where the tour goes, the start first."""
        stops = [(house.lon, house.lat) for house in self.houses]
        return [self.start, *stops] if self.start else stops

    @cached_property
    def legs_m(self) -> list[float]:
        """One shorter than `places`: the way from each to the next."""
        return [ROAD_PER_STRAIGHT * straight_m(one, other) for one, other in pairwise(self.places)]

    @property
    def length_m(self) -> float:
        return sum(self.legs_m)

    @property
    def driving_s(self) -> float:
        return self.length_m / SPEED_M_S

    @cached_property
    def best(self) -> Tour:
        """The same houses in a short order."""
        before = 1 if self.start else 0
        order = best_order(self.places)[before:]
        return Tour(tuple(self.houses[index - before] for index in order), self.start, self.left_out)

    @property
    def saving_m(self) -> float:
        """How much shorter the best order is; 0 where it is not worth a word."""
        saving = self.length_m - self.best.length_m
        return saving if saving >= SHORTER_BY_M else 0.0


def tour_of(stops: Sequence[str], start: LonLat | None = None) -> Tour:
    """The tour of the houses with these public ids, as the live scorer's list of the current season has them."""
    scorer = live_scorer()
    season = current_season(scorer=scorer)
    if scorer is None or season is None or not stops:
        return Tour((), start, left_out=len(stops))
    shown = {house.public_id: house for house in ranked_houses(scorer, season, public_ids=stops).houses}
    houses = tuple(shown[name] for name in stops if name in shown)
    return Tour(houses, start, left_out=len(stops) - len(houses))
