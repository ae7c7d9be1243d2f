"""How bright a drive should have looked, second by second, by the houses that the map knows already."""

from __future__ import annotations

import math

import numpy as np
from django.contrib.gis.geos import Polygon

from server.drives.cameras.course import Course, Floats, plane_m
from server.frames.models import Scorer
from server.houses.models import House, HouseScore

SEEN_FROM_M = 15.0
KNOWN_WITHIN_M = 80.0
MARGIN_DEG = 0.001
LEAST_HOUSES = 5
MOST_HOUSES = 3_000
CHUNK_S = 2_000


def lights_along(course: Course, scorer: Scorer) -> tuple[Floats, Floats] | None:
    """For each second of a course the festivity within about 15 m, and 1 where a known house is within 80 m, else 0.

    None where the map knows fewer than five houses on the way.
    """
    rows = houses_around(course, scorer)
    if len(rows) < LEAST_HOUSES:
        return None
    east_m, north_m = plane_m(rows[:, :2], course.origin)
    values, known = np.zeros(course.seconds), np.zeros(course.seconds)
    for start in range(0, course.seconds, CHUNK_S):
        here = slice(start, start + CHUNK_S)
        apart_m = np.hypot(
            course.east_m[here, None] - east_m[None, :], course.north_m[here, None] - north_m[None, :]
        )
        values[here] = (np.exp(-((apart_m / SEEN_FROM_M) ** 2)) * rows[:, 2]).sum(axis=1)
        known[here] = apart_m.min(axis=1) <= KNOWN_WITHIN_M
    return np.sqrt(values), known


def houses_around(course: Course, scorer: Scorer) -> Floats:
    """lon, lat and the best festivity of the visible houses around a course: (n, 3)."""
    scores = HouseScore.objects.filter(
        scorer=scorer, house__in=House.objects.visible(), house__position__intersects=box_of(course)
    )
    best: dict[tuple[float, float], float] = {}
    for position, festivity in scores.values_list("house__position", "festivity")[:MOST_HOUSES]:
        place = (position.x, position.y)
        best[place] = max(festivity, best.get(place, 0.0))
    return np.array([[*place, festivity] for place, festivity in best.items()]).reshape(-1, 3)


def box_of(course: Course) -> Polygon:
    lon, lat = course.origin
    per_deg_m = 111_195.0
    across = per_deg_m * max(math.cos(math.radians(lat)), 0.01)
    west, east = (lon + float(metres) / across for metres in (course.east_m.min(), course.east_m.max()))
    south, north = (
        lat + float(metres) / per_deg_m for metres in (course.north_m.min(), course.north_m.max())
    )
    return Polygon.from_bbox((west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG))
