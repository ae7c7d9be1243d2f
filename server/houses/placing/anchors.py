"""How far off a single ray's front is: to the footprint that it meets, else the address point beside it, else the line of
houses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely

from server.core.sql import fetch_rows
from server.drives.track import moved
from server.houses.models import AddressPoint, Building, FrontBy

NEAREST_M, FARTHEST_M = 4.0, 45.0
BESIDE_M = 8.0
SPREAD_M = {FrontBy.FOOTPRINT: 2.0, FrontBy.ADDRESS: 4.0}
LINE_SPREAD_M = 4.5
MODEL_SPREAD = 0.15


@dataclass(frozen=True)
class Ray:
    """From a camera (lon, lat) in a direction, in degrees clockwise from north."""

    lon: float
    lat: float
    bearing_deg: float

    def at(self, away_m: float) -> tuple[float, float]:
        """lon, lat so many metres along it."""
        return moved(self.lon, self.lat, bearing=self.bearing_deg, by_m=away_m)


@dataclass(frozen=True)
class Away:
    """Metres along a ray to the front, one standard deviation of them, and what told."""

    away_m: float
    spread_m: float
    by: FrontBy


def anchored(rays: Sequence[Ray]) -> dict[int, Away]:
    """By their indices, the rays that meet a footprint or pass an address point; a footprint goes before an address."""
    found: dict[int, Away] = {}
    for by, told in ((FrontBy.ADDRESS, by_addresses(rays)), (FrontBy.FOOTPRINT, by_footprints(rays))):
        found |= {number: Away(away_m, SPREAD_M[by], by) for number, away_m in told.items()}
    return found


def by_footprints(rays: Sequence[Ray]) -> dict[int, float]:
    lines = lines_of(rays) if Building.objects.exists() else {}
    if not lines:
        return {}
    asked = {"numbers": list(lines), "lines": list(lines.values()), "nearest_m": NEAREST_M}
    return metres(fetch_rows("houses/ray_footprints.sql", asked))


def by_addresses(rays: Sequence[Ray]) -> dict[int, float]:
    lines = lines_of(rays) if AddressPoint.objects.exists() else {}
    if not lines:
        return {}
    asked = {
        "numbers": list(lines),
        "lines": list(lines.values()),
        "bearings": [rays[number].bearing_deg for number in lines],
        "beside_m": BESIDE_M,
        "nearest_m": NEAREST_M,
        "farthest_m": FARTHEST_M,
    }
    return metres(fetch_rows("houses/ray_addresses.sql", asked))


def metres(rows: Sequence[Mapping[str, float]]) -> dict[int, float]:
    return {int(row["number"]): float(row["away_m"]) for row in rows}


def lines_of(rays: Sequence[Ray]) -> dict[int, bytes]:
    """WKB lines of the rays by their indices, without those that cross the antimeridian."""
    ends = {number: ray.at(FARTHEST_M) for number, ray in enumerate(rays)}
    return {
        number: shapely.LineString([(rays[number].lon, rays[number].lat), end]).wkb
        for number, end in ends.items()
        if abs(end[0] - rays[number].lon) < 180
    }
