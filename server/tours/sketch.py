"""The tour as a small drawing for paper: its line and its numbers, without a map under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from server.tours.queries import Tour

WIDTH, TALLEST, EDGE = 640.0, 420.0, 16.0
METRES_PER_DEGREE = 111_195.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    number: int


@dataclass(frozen=True)
class Sketch:
    """`path` are the points of an SVG polyline, `height` what it needs at WIDTH; `bar_px` is as long as `bar_m` on the ground."""

    height: float
    path: str
    dots: tuple[Dot, ...]
    start: Dot | None
    bar_px: float
    bar_m: float
    width: float = WIDTH


def sketch_of(tour: Tour, lines: Sequence[Sequence[Sequence[float]]]) -> Sketch | None:
    """`lines`: of each leg its places as [lat, lon]. None for a tour that goes nowhere."""
    places = [(lon, lat) for line in lines for lat, lon in line]
    if len(set(places)) < 2:
        return None
    narrow = cos(radians(places[0][1]))
    west, north = min(lon for lon, _ in places), max(lat for _, lat in places)
    wide = max((max(lon for lon, _ in places) - west) * narrow, 1e-9)
    tall = max(north - min(lat for _, lat in places), 1e-9)
    scale = min((WIDTH - 2 * EDGE) / wide, (TALLEST - 2 * EDGE) / tall)
    margin = (WIDTH - wide * scale) / 2

    def spot(lon: float, lat: float) -> Point:
        return round(margin + (lon - west) * narrow * scale, 1), round(EDGE + (north - lat) * scale, 1)

    dots = tuple(Dot(*spot(house.lon, house.lat), at) for at, house in enumerate(tour.houses, start=1))
    start = Dot(*spot(*tour.start), 0) if tour.start else None
    path = " ".join("{},{}".format(*spot(*place)) for place in places)
    bar_m = bar_length_m(120 / scale * METRES_PER_DEGREE)
    height = round(tall * scale + 2 * EDGE, 1)
    return Sketch(height, path, dots, start, round(bar_m / METRES_PER_DEGREE * scale, 1), bar_m)


def bar_length_m(longest_m: float) -> float:
    """The longest of 1, 2, 5, 10 … metres that is not longer."""
    rounds = [step * 10**power for power in range(7) for step in (1, 2, 5)]
    return float(max((length for length in rounds if length <= longest_m), default=1))
