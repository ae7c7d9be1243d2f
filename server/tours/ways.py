"""How far it is between places: along the streets that were imported, else the straight line times 1.3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.tours.order import LonLat, straight_ways_m
from server.tours.shortest import Laid, laid
from server.tours.streets import Streets, streets_on, tiles_around
from server.tours.travel import ROAD_PER_STRAIGHT, By


@dataclass(frozen=True)
class Ways:
    """`metres` (N, N) between each two of `places`; `straight` (N, N) says where no street leads and the line was taken."""

    places: Sequence[LonLat]
    metres: NDArray[np.float64]
    straight: NDArray[np.bool_]
    streets: Streets | None = None
    laid: Laid | None = None

    def line(self, one: int, other: int) -> list[LonLat]:
        """The way from one place to another, both included, along the streets where it goes along them."""
        between: list[LonLat] = []
        if self.streets and self.laid and not self.straight[one, other]:
            between = [self.streets.place(spot) for spot in self.laid.line(one, other)]
        return without_repeats([self.places[one], *between, self.places[other]])

    def taken(self, order: Sequence[int]) -> Ways:
        """The same for some of the places, in this order. Their lines are not known."""
        chosen = np.ix_(order, order)
        return Ways([self.places[at] for at in order], self.metres[chosen], self.straight[chosen])


def ways_between(places: Sequence[LonLat], by: By, nearest: int | None = None) -> Ways:
    """With `nearest`, ways between many places are found sooner, and some of them a little too long: see Laid.ways_m."""
    straight_m = ROAD_PER_STRAIGHT * straight_ways_m(places)
    tiles = tiles_around(places, by) if len(places) > 1 else ()
    if not tiles:
        return Ways(places, straight_m, np.ones(straight_m.shape, dtype=bool))
    streets = streets_on(tiles, by)
    on_streets = laid(streets.network, [streets.spot(place) for place in places])
    metres = on_streets.ways_m(nearest)
    straight = ~np.isfinite(metres)
    return Ways(places, np.where(straight, straight_m, metres), straight, streets, on_streets)


def without_repeats(line: Sequence[LonLat]) -> list[LonLat]:
    return [spot for at, spot in enumerate(line) if at == 0 or spot != line[at - 1]]
