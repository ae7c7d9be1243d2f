"""Where the car was and which way it went, from the fixes of a drive. Pure: no database."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

EARTH_RADIUS_M = 6_371_008.8
MIN_STEP_M = 2.0
WINDOW_M = 20.0
MAX_GAP = timedelta(seconds=60)
MAX_GAP_M = 300.0


@dataclass(frozen=True)
class Fix:
    """One GPS fix; degrees, WGS 84."""

    at: datetime
    lon: float
    lat: float


def offset_m(origin: Fix, other: Fix) -> tuple[float, float]:
    """Metres east and north from `origin` to `other`: equirectangular, good to 0.1 % within 10 km; crosses the antimeridian."""
    lon_step = (other.lon - origin.lon + 180) % 360 - 180
    mean_lat = math.radians((origin.lat + other.lat) / 2)
    east_m = math.radians(lon_step) * math.cos(mean_lat) * EARTH_RADIUS_M
    return east_m, math.radians(other.lat - origin.lat) * EARTH_RADIUS_M


def distance_m(one: Fix, other: Fix) -> float:
    return math.hypot(*offset_m(one, other))


def bearing_deg(one: Fix, other: Fix) -> float:
    """From one to the other, clockwise from north, in [0, 360)."""
    east_m, north_m = offset_m(one, other)
    return math.degrees(math.atan2(east_m, north_m)) % 360


def moved(lon: float, lat: float, *, bearing: float, by_m: float) -> tuple[float, float]:
    """The place `by_m` metres from lon, lat in the direction `bearing` (degrees clockwise from north)."""
    east_m, north_m = by_m * math.sin(math.radians(bearing)), by_m * math.cos(math.radians(bearing))
    new_lat = lat + math.degrees(north_m / EARTH_RADIUS_M)
    new_lon = lon + math.degrees(east_m / (EARTH_RADIUS_M * max(math.cos(math.radians(lat)), 1e-9)))
    return (new_lon + 180) % 360 - 180, new_lat


def position_at(track: Sequence[Fix], at: datetime) -> tuple[float, float] | None:
    """lon, lat at a time, between the fixes before and after it (`track` in order of time).

    None where the nearest fix is more than 60 s away, or where the two lie more than 300 m apart.
    """
    index = bisect_left(track, at, key=lambda fix: fix.at)
    around = track[max(index - 1, 0) : index + 1]
    near = [fix for fix in around if abs(fix.at - at) <= MAX_GAP]
    if len(near) == 2:
        return between(near[0], near[1], at)
    return (near[0].lon, near[0].lat) if near else None


def between(before: Fix, after: Fix, at: datetime) -> tuple[float, float] | None:
    if distance_m(before, after) > MAX_GAP_M:
        return None
    span_s = (after.at - before.at).total_seconds()
    part = (at - before.at).total_seconds() / span_s if span_s else 0.0
    lon_step = (after.lon - before.lon + 180) % 360 - 180
    return (before.lon + part * lon_step + 180) % 360 - 180, before.lat + part * (after.lat - before.lat)


def heading_at(track: Sequence[Fix], here: Fix) -> float | None:
    """Driving direction in degrees clockwise from north, or None where the car stood still all the time.

    The direction of the line through the fixes within 20 m before and after (least squares over their offsets, pointing
    the way of time), so that the noise of single fixes averages out. Where fewer than two lie 2 m apart in that window,
    the nearest fixes that do.
    """
    index = bisect_left(track, here.at, key=lambda fix: fix.at)
    window = within(track, index, here, WINDOW_M)
    if spread_m(window) < MIN_STEP_M:
        window = nearest_apart(track, index, here)
    return direction_of(window)


def within(track: Sequence[Fix], index: int, here: Fix, reach_m: float) -> list[Fix]:
    before, after = index, index
    while before > 0 and reachable(track[before - 1], here, reach_m):
        before -= 1
    while after < len(track) and reachable(track[after], here, reach_m):
        after += 1
    return list(track[before:after])


def reachable(fix: Fix, here: Fix, reach_m: float) -> bool:
    return abs(fix.at - here.at) <= MAX_GAP and distance_m(fix, here) <= reach_m


def nearest_apart(track: Sequence[Fix], index: int, here: Fix) -> list[Fix]:
    """The nearest fix before, here, and the nearest after, each at least 2 m and at most 300 m away."""
    before = next((fix for fix in reversed(track[:index]) if distance_m(fix, here) >= MIN_STEP_M), None)
    after = next((fix for fix in track[index:] if distance_m(fix, here) >= MIN_STEP_M), None)
    return [fix for fix in (before, here, after) if fix and distance_m(fix, here) <= MAX_GAP_M]


def spread_m(fixes: Sequence[Fix]) -> float:
    return max((distance_m(fixes[0], fix) for fix in fixes), default=0.0)


def direction_of(fixes: Sequence[Fix]) -> float | None:
    """Velocity of the least-squares line through offsets over time, as a heading; None without movement or duration."""
    if len(fixes) < 2 or spread_m(fixes) < MIN_STEP_M:
        return None
    seconds = [(fix.at - fixes[0].at).total_seconds() for fix in fixes]
    mean_s = sum(seconds) / len(seconds)
    offsets = [offset_m(fixes[0], fix) for fix in fixes]
    east = sum((s - mean_s) * east_m for s, (east_m, _) in zip(seconds, offsets, strict=True))
    north = sum((s - mean_s) * north_m for s, (_, north_m) in zip(seconds, offsets, strict=True))
    if math.hypot(east, north) < 1e-9:
        return None
    return math.degrees(math.atan2(east, north)) % 360
