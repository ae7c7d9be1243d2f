"""What the page of a tour shows beside its houses: the way to each next stop, and addresses with another order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from server.houses.queries import RankedHouse
from server.tours.asking import Asked
from server.tours.links import apple_links, google_links
from server.tours.queries import SPEED_M_S, Tour

MINUTE_S, HOUR_MINUTES = 60, 60


@dataclass(frozen=True)
class Stop:
    """A house of the tour. `up`, `down` and `without` are queries of the tour with it earlier, later, or not at all."""

    number: int
    house: RankedHouse
    to_next_m: float | None
    up: str | None
    down: str | None
    without: str

    @property
    def spot(self) -> str:
        """Its place as it is read from paper: "32.90000, -117.10000"."""
        return f"{self.house.lat:.5f}, {self.house.lon:.5f}"


@dataclass(frozen=True)
class Duration:
    hours: int
    minutes: int


def tour_context(tour: Tour, asked: Asked) -> dict[str, Any]:
    shown = asked.with_stops([house.public_id for house in tour.houses])
    places = [(house.lon, house.lat) for house in tour.houses]
    best = [house.public_id for house in tour.best.houses]
    return {
        "tour": tour,
        "asked": shown,
        "stops": stops_of(tour, shown),
        "from_start_m": tour.legs_m[0] if tour.start and tour.legs_m else None,
        "duration": duration_of(tour.driving_s),
        "speed_m_s": SPEED_M_S,
        "best": shown.with_stops(best).query if tour.saving_m else "",
        "without_start": replace(shown, start=None).query,
        "google": google_links(places),
        "apple": apple_links(places),
        "any_synthetic": any(house.synthetic for house in tour.houses),
    }


def stops_of(tour: Tour, asked: Asked) -> list[Stop]:
    legs_m = tour.legs_m[1:] if tour.start else tour.legs_m
    last = len(tour.houses) - 1
    return [
        Stop(
            number=index + 1,
            house=house,
            to_next_m=legs_m[index] if index < last else None,
            up=swapped(asked, index - 1).query if index > 0 else None,
            down=swapped(asked, index).query if index < last else None,
            without=asked.with_stops(without(asked.stops, index)).query,
        )
        for index, house in enumerate(tour.houses)
    ]


def swapped(asked: Asked, index: int) -> Asked:
    """With the stop at `index` and the one after it changed about."""
    stops = list(asked.stops)
    stops[index : index + 2] = stops[index : index + 2][::-1]
    return asked.with_stops(stops)


def without(stops: Sequence[str], index: int) -> list[str]:
    return [*stops[:index], *stops[index + 1 :]]


def duration_of(seconds: float) -> Duration:
    """To the minute, at least one; to five minutes above half an hour."""
    minutes = max(1, round(seconds / MINUTE_S))
    return Duration(*divmod(minutes if minutes <= 30 else 5 * round(minutes / 5), HOUR_MINUTES))
