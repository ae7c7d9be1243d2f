"""What a drive came past: the streets that it led along, and its houses by class."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from server.core.sql import fetch_rows
from server.drives.models import Drive
from server.drives.queries import track_of
from server.drives.tracks.trajectory import Trajectory, trajectory
from server.frames.points import FestivityClass, class_within, house_limits
from server.frames.queries import live_scorer
from server.houses.models import House, HouseScore

STREET_REACH_M = 15.0
CROSSING_M = 40.0
SEEN_BEFORE_M = 30.0
"""How far around a fix of an earlier drive its street counts as driven: fixes lie up to 60 m apart at 60 km/h and every 3 s."""
PIECE_M = 20.0


@dataclass(frozen=True)
class StreetDriven:
    """`length_m` of the street was driven along; `new_m` of it no drive had come along before."""

    name: str
    length_m: float
    new_m: float


@dataclass(frozen=True)
class Driven:
    """A drive in numbers. `classes`: how many of its houses are in each class, the most festive first."""

    trajectory: Trajectory
    streets: tuple[StreetDriven, ...]
    classes: tuple[tuple[FestivityClass, int], ...]

    @property
    def new_m(self) -> float:
        """Of named streets, what no drive of any driver had come along before this one was brought."""
        return sum(street.new_m for street in self.streets)

    @property
    def new_streets(self) -> tuple[StreetDriven, ...]:
        return tuple(street for street in self.streets if street.new_m >= CROSSING_M)


def driven(drive: Drive) -> Driven:
    way = trajectory(track_of(drive))
    return Driven(way, streets_along(way, drive), houses_by_class(drive))


def streets_along(way: Trajectory, drive: Drive, since: datetime | None = None) -> tuple[StreetDriven, ...]:
    """Named streets that the way led along for more than a crossing, the longest first. What drives came along before `since` is
    forgotten."""
    if not way.pieces:
        return ()
    lines = [[(fix.lon, fix.lat) for fix in piece] for piece in way.pieces]
    line = json.dumps({"type": "MultiLineString", "coordinates": lines})
    rows = fetch_rows(
        "houses/streets_driven.sql",
        {
            "way": line,
            "drive": drive.pk,
            "reach_m": STREET_REACH_M,
            "least_m": CROSSING_M,
            "seen_m": SEEN_BEFORE_M,
            "step_m": PIECE_M,
            "since": since,
        },
    )
    return tuple(StreetDriven(**row) for row in rows)


def houses_by_class(drive: Drive) -> tuple[tuple[FestivityClass, int], ...]:
    """The visible houses of the drive by their best season under the live scorer; those without a score have no lights."""
    scorer = live_scorer()
    if scorer is None:
        return ()
    seen = House.objects.visible().filter(
        sightings__frame__drive=drive, sightings__scorer=scorer, sightings__suppressed=False
    )
    house_ids = set(seen.values_list("pk", flat=True))
    best: dict[int, float] = {}
    scores = HouseScore.objects.filter(scorer=scorer, house__in=house_ids)
    for house_id, festivity in scores.values_list("house_id", "festivity"):
        best[house_id] = max(festivity, best.get(house_id, 0.0))
    limits = house_limits(scorer.card)
    counts = Counter(class_within(best.get(house_id, 0.0), limits) for house_id in house_ids)
    return tuple((name, counts[name]) for name in reversed(FestivityClass))
