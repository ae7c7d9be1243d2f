"""What the page of a tour shows beside its houses: ways, times, and addresses with another order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from server.houses.queries import RankedHouse
from server.tours.asked import MOST_STOPS, Asked
from server.tours.hours import Timetable, lights_on, timetable, usual_start
from server.tours.links import GOOGLE_WAYPOINTS_IN_PHONES, apple_links, google_links
from server.tours.nearby import nearby
from server.tours.queries import Tour
from server.tours.sketch import sketch_of
from server.tours.streets import credits_around
from server.tours.travel import STOP_S, By

MINUTE_S, HOUR_MINUTES = 60, 60
LINE_DIGITS = 5


@dataclass(frozen=True)
class Stop:
    """A house of the tour. `up`, `down` and `without` are queries of the tour with it earlier, later, or not at all."""

    number: int
    house: RankedHouse
    arrives: time
    dark: bool
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
    times = times_of(tour)
    lines = lines_of(tour)
    return {
        "tour": tour,
        "asked": shown,
        "stops": stops_of(tour, shown, times),
        "times": times,
        "lines": lines,
        "sketch": sketch_of(tour, lines),
        "from_start_m": tour.legs_m[0] if tour.start and tour.legs_m else None,
        "back_m": tour.legs_m[-1] if asked.back and tour.legs_m else None,
        "duration": duration_of(tour.total_s),
        "moving": duration_of(tour.moving_s),
        "stop_min": round(STOP_S / MINUTE_S),
        "speed_m_s": asked.by.speed_m_s,
        "credits": credits_around(tour.ways.places) if lines and tour.straight_legs < len(lines) else [],
        "any_synthetic": any(house.synthetic for house in tour.houses),
        "nearby": nearby(tour, shown) if len(tour.houses) < MOST_STOPS else [],
        **budget_of(tour),
        **queries_of(tour, shown),
        **links_of(tour),
    }


def times_of(tour: Tour) -> Timetable:
    lights = lights_on()
    legs_s = [leg_m / tour.asked.by.speed_m_s for leg_m in tour.legs_m]
    leaves = tour.asked.leave or usual_start(lights)
    return timetable(legs_s, len(tour.houses), leaves, lights)


def lines_of(tour: Tour) -> list[list[list[float]]]:
    """Of each leg the places along it, as [lat, lon]."""
    return [
        [[round(lat, LINE_DIGITS), round(lon, LINE_DIGITS)] for lon, lat in tour.ways.line(*leg)]
        for leg in tour.course
    ]


def budget_of(tour: Tour) -> dict[str, Any]:
    """Minutes that are left of those asked for, or that it takes too long; neither where none were."""
    if tour.asked.budget_s is None or not tour.houses:
        return {"left": None, "over": None}
    left_min = int((tour.asked.budget_s - tour.total_s) // MINUTE_S)
    return {"left": left_min, "over": None} if left_min >= 0 else {"left": None, "over": -left_min}


def queries_of(tour: Tour, shown: Asked) -> dict[str, str]:
    """Addresses of the tour with something else about it."""
    best = [house.public_id for house in tour.best.houses] if tour.saving_m else []
    other = By.FOOT if shown.by is By.CAR else By.CAR
    return {
        "best": shown.with_stops(best).query if best else "",
        "turned_round": shown.with_stops(shown.stops[::-1]).query if len(shown.stops) > 1 else "",
        "away_from_start": replace(shown, start=None).query,
        "to_share": shown.without_start.query,
        "other_by": replace(shown, by=other).query,
        "other_back": replace(shown, back=not shown.back).query,
    }


def links_of(tour: Tour) -> dict[str, Any]:
    """Maps applications begin at the device's own position; only a way back to the first stop is a place that they are told."""
    places = [(house.lon, house.lat) for house in tour.houses]
    if tour.asked.back and not tour.start and len(places) > 1:
        places.append(places[0])
    by = tour.asked.by
    short = google_links(places, by, GOOGLE_WAYPOINTS_IN_PHONES)
    google = google_links(places, by)
    return {
        "google": google,
        "google_short": short if len(short) > len(google) else [],
        "apple": apple_links(places, by),
    }


def stops_of(tour: Tour, asked: Asked, times: Timetable) -> list[Stop]:
    legs_m = tour.legs_m[1:] if tour.start else tour.legs_m
    last = len(tour.houses) - 1
    return [
        Stop(
            number=index + 1,
            house=house,
            arrives=times.arrives[index],
            dark=times.dark[index],
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
    """To the minute, at least one; to five minutes above an hour and a half."""
    minutes = max(1, round(seconds / MINUTE_S))
    return Duration(*divmod(minutes if minutes <= 90 else 5 * round(minutes / 5), HOUR_MINUTES))
