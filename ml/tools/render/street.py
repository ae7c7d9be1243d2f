"""Streets as lines in local metres, and a route that walks along them."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.types import MlError

DEFAULT_STREETS = Path(__file__).parent / "places" / "streets.geojson"
METRES_PER_DEGREE = 111_320.0
QUIET_KINDS = ("residential", "living_street", "unclassified")
SHARPEST_TURN_DEG = 115.0
Line = NDArray[np.float64]


class StreetsError(MlError):
    """The streets file cannot be read, or no drive of the wanted length fits on it."""


@dataclass(frozen=True)
class Plane:
    """Flat metres (east, north) around an origin; good to centimetres over a few kilometres."""

    lon: float
    lat: float

    @property
    def metres_per_lon(self) -> float:
        return METRES_PER_DEGREE * float(np.cos(np.radians(self.lat)))

    def to_metres(self, lon_lat: Line) -> Line:
        """(n, 2) lon, lat in degrees to (n, 2) east, north in metres."""
        return (lon_lat - (self.lon, self.lat)) * (self.metres_per_lon, METRES_PER_DEGREE)

    def to_lon_lat(self, metres: Line) -> Line:
        """(n, 2) east, north in metres to (n, 2) lon, lat in degrees."""
        return metres / (self.metres_per_lon, METRES_PER_DEGREE) + (self.lon, self.lat)


@dataclass(frozen=True)
class Street:
    """One piece of a street between two crossings: points (n, 2) east, north in metres."""

    name: str
    kind: str
    points: Line

    @property
    def length_m(self) -> float:
        return float(np.linalg.norm(np.diff(self.points, axis=0), axis=1).sum())


@dataclass(frozen=True)
class Leg:
    """A street driven along in the order of `points`."""

    name: str
    points: Line


def read_streets(path: Path | None = None) -> tuple[Plane, list[Street]]:
    """Read a GeoJSON FeatureCollection of LineStrings with `name` and `kind`; split at crossings."""
    path = path or DEFAULT_STREETS
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        lines = [
            (feature["properties"], np.array(feature["geometry"]["coordinates"], dtype=float)[:, :2])
            for feature in features
            if feature["geometry"]["type"] == "LineString"
        ]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise StreetsError(f"{path} is not a GeoJSON file of street lines ({error}).") from error
    if not lines:
        raise StreetsError(f"{path} holds no street lines.")
    centre = np.concatenate([line for _, line in lines]).mean(axis=0)
    plane = Plane(float(centre[0]), float(centre[1]))
    streets = [
        Street(
            str(about.get("name") or "Unnamed street"), str(about.get("kind") or ""), plane.to_metres(line)
        )
        for about, line in lines
    ]
    return plane, [piece for street in streets for piece in split_at(street, crossings(streets))]


def corner_key(point: Line) -> tuple[int, int]:
    """Points within about 20 cm of each other count as one corner."""
    return round(float(point[0]) * 5), round(float(point[1]) * 5)


def crossings(streets: list[Street]) -> set[tuple[int, int]]:
    """Corners that at least two streets share, and the ends of all streets."""
    seen: dict[tuple[int, int], int] = {}
    for street in streets:
        keys = [corner_key(point) for point in street.points]
        for key in set(keys):
            seen[key] = seen.get(key, 0) + 1
        for key in (keys[0], keys[-1]):
            seen[key] = seen.get(key, 0) + 1
    return {key for key, count in seen.items() if count >= 2}


def split_at(street: Street, corners: set[tuple[int, int]]) -> list[Street]:
    """Pieces of a street from crossing to crossing."""
    inner = [n for n in range(1, len(street.points) - 1) if corner_key(street.points[n]) in corners]
    bounds = [0, *inner, len(street.points) - 1]
    return [
        Street(street.name, street.kind, street.points[start : stop + 1])
        for start, stop in itertools.pairwise(bounds)
        if stop > start
    ]


def find_route(
    streets: list[Street], wanted_m: float, rng: np.random.Generator, start: Line | None = None
) -> list[Leg]:
    """Connected legs of at least `wanted_m` metres in all, no street piece twice, no turn on the spot.

    Quiet streets are preferred. Raises StreetsError when there is no such walk.
    """
    quiet = [street for street in streets if street.kind in QUIET_KINDS]
    for pool in (quiet, streets):
        ways = ways_from(pool)
        corners = sorted(ways)
        if start is not None:
            corners.sort(key=lambda key: float(np.hypot(key[0] / 5 - start[0], key[1] / 5 - start[1])))
        else:
            rng.shuffle(corners)
        for corner in corners[:60]:
            legs = walk(ways, (int(corner[0]), int(corner[1])), wanted_m, rng)
            if legs:
                return legs
    raise StreetsError(f"No connected drive of {wanted_m:.0f} m fits on these streets; ask for fewer houses.")


def ways_from(streets: list[Street]) -> dict[tuple[int, int], list[tuple[int, Leg]]]:
    """For every corner the legs that lead away from it, each with the number of its street piece."""
    ways: dict[tuple[int, int], list[tuple[int, Leg]]] = {}
    for number, street in enumerate(streets):
        for points in (street.points, street.points[::-1]):
            ways.setdefault(corner_key(points[0]), []).append((number, Leg(street.name, points)))
    return ways


def walk(
    ways: dict[tuple[int, int], list[tuple[int, Leg]]],
    corner: tuple[int, int],
    wanted_m: float,
    rng: np.random.Generator,
) -> list[Leg]:
    """One walk from a corner, straight on where possible; empty when it ends too early."""
    legs: list[Leg] = []
    used: set[int] = set()
    walked_m = 0.0
    while walked_m < wanted_m:
        open_ways = [
            (number, leg)
            for number, leg in ways.get(corner, [])
            if number not in used and (not legs or turn_deg(legs[-1], leg) < SHARPEST_TURN_DEG)
        ]
        if not open_ways:
            return []
        weights = np.array([way_weight(legs, leg) for _, leg in open_ways])
        number, leg = open_ways[int(rng.choice(len(open_ways), p=weights / weights.sum()))]
        used.add(number)
        legs.append(leg)
        walked_m += float(np.linalg.norm(np.diff(leg.points, axis=0), axis=1).sum())
        corner = corner_key(leg.points[-1])
    return legs


def way_weight(legs: list[Leg], leg: Leg) -> float:
    """A driver rather stays on the same street, but turns now and then."""
    if not legs:
        return 1.0
    return 3.0 if legs[-1].name == leg.name else 1.0


def turn_deg(before: Leg, after: Leg) -> float:
    """How far the driver turns from one leg to the next, 0..180."""
    out, into = before.points[-1] - before.points[-2], after.points[1] - after.points[0]
    cosine = float(out @ into) / max(float(np.linalg.norm(out) * np.linalg.norm(into)), 1e-9)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def heading_deg(step: Line) -> float:
    """Compass heading 0..360 of a step (east, north)."""
    return float(np.degrees(np.arctan2(step[0], step[1])) % 360)


def distance_to_line_m(point: Line, line: Line) -> float:
    """Shortest distance from a point to a polyline."""
    start, step = line[:-1], np.diff(line, axis=0)
    share = ((point - start) * step).sum(axis=1) / np.maximum((step**2).sum(axis=1), 1e-9)
    nearest = start + step * np.clip(share, 0, 1)[:, None]
    return float(np.sqrt(((point - nearest) ** 2).sum(axis=1)).min())
