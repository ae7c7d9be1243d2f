"""Where the car was and which way it went, from the fixes of a drive. Pure: no database."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LonLat = tuple[float, float]
EARTH_RADIUS_M = 6_371_008.8
MIN_STEP_M = 2.0
CLEAR_STEP_M = 8.0
WINDOW_M = 20.0
MAX_GAP = timedelta(minutes=5)
MAX_GAP_M = 100.0
HOLD = timedelta(seconds=5)
SAME_WAY = timedelta(seconds=60)
CLEAR_AT_MOST_M = 300.0


@dataclass(frozen=True)
class Fix:
    """One GPS fix; degrees, WGS 84."""

    at: datetime
    lon: float
    lat: float


def offset_m(origin: Fix, other: Fix) -> tuple[float, float]:
    """Metres east and north from `origin` to `other`."""
    return offset_between_m((origin.lon, origin.lat), (other.lon, other.lat))


def offset_between_m(origin: LonLat, other: LonLat) -> tuple[float, float]:
    """Metres east and north between places: equirectangular, good to 0.1 % within 10 km; crosses the antimeridian."""
    lon_step = (other[0] - origin[0] + 180) % 360 - 180
    mean_lat = math.radians((origin[1] + other[1]) / 2)
    east_m = math.radians(lon_step) * math.cos(mean_lat) * EARTH_RADIUS_M
    return east_m, math.radians(other[1] - origin[1]) * EARTH_RADIUS_M


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


def follows(before: Fix, after: Fix) -> bool:
    """Whether the way between two fixes in a row is known. More than 5 minutes or 100 m apart there is a gap."""
    return after.at - before.at <= MAX_GAP and distance_m(before, after) <= MAX_GAP_M


def unbroken(track: Sequence[Fix]) -> list[list[Fix]]:
    """The track in stretches without a gap."""
    stretches: list[list[Fix]] = []
    for fix in track:
        if stretches and follows(stretches[-1][-1], fix):
            stretches[-1].append(fix)
        else:
            stretches.append([fix])
    return stretches


def position_at(track: Sequence[Fix], at: datetime) -> tuple[float, float] | None:
    """lon, lat at a time, between the fixes before and after it (`track` in order of time).

    In a gap, before the first fix and after the last one only the 5 seconds beside a fix have its place; the rest has none.
    """
    index = bisect_left(track, at, key=lambda fix: fix.at)
    if index < len(track) and track[index].at == at:
        return track[index].lon, track[index].lat
    around = track[max(index - 1, 0) : index + 1]
    if len(around) == 2 and follows(around[0], around[1]):
        return between(around[0], around[1], at)
    nearest = min(around, key=lambda fix: abs(fix.at - at), default=None)
    return (nearest.lon, nearest.lat) if nearest and abs(nearest.at - at) <= HOLD else None


def between(before: Fix, after: Fix, at: datetime) -> tuple[float, float]:
    span_s = (after.at - before.at).total_seconds()
    part = (at - before.at).total_seconds() / span_s if span_s else 0.0
    lon_step = (after.lon - before.lon + 180) % 360 - 180
    return (before.lon + part * lon_step + 180) % 360 - 180, before.lat + part * (after.lat - before.lat)


def heading_at(track: Sequence[Fix], here: Fix) -> float | None:
    """Driving direction in degrees clockwise from north, or None where the car stood still all the time.

    The direction of the line through the fixes within 20 m before and after (least squares over their offsets, pointing
    the way of time), so that the noise of single fixes averages out. Where these show less than 8 m of way, as when two
    cameras took theirs at the same second, the nearest fixes that lie 8 m from here, or 2 m where there are none.
    """
    index = bisect_left(track, here.at, key=lambda fix: fix.at)
    window = within(track, index, here, WINDOW_M)
    if way_m(window) >= CLEAR_STEP_M:
        return direction_of(window)
    for step_m in (CLEAR_STEP_M, MIN_STEP_M):
        apart = nearest_apart(track, index, here, step_m)
        if way_m(apart) >= MIN_STEP_M:
            return direction_of(apart)
    return None


def within(track: Sequence[Fix], index: int, here: Fix, reach_m: float) -> list[Fix]:
    before, after = index, index
    while before > 0 and reachable(track[before - 1], here, reach_m):
        before -= 1
    while after < len(track) and reachable(track[after], here, reach_m):
        after += 1
    return list(track[before:after])


def reachable(fix: Fix, here: Fix, reach_m: float) -> bool:
    return abs(fix.at - here.at) <= SAME_WAY and distance_m(fix, here) <= reach_m


def nearest_apart(track: Sequence[Fix], index: int, here: Fix, step_m: float) -> list[Fix]:
    """The nearest fix before, here, and the nearest after, each at least `step_m` and at most 300 m away."""
    before = next((fix for fix in reversed(track[:index]) if distance_m(fix, here) >= step_m), None)
    after = next((fix for fix in track[index:] if distance_m(fix, here) >= step_m), None)
    return [fix for fix in (before, here, after) if fix and distance_m(fix, here) <= CLEAR_AT_MOST_M]


def way_m(fixes: Sequence[Fix]) -> float:
    """How far the car came along the fitted line, from the first fix to the last."""
    return math.hypot(*velocity_m_s(fixes)) * duration_s(fixes) if len(fixes) > 1 else 0.0


def duration_s(fixes: Sequence[Fix]) -> float:
    return (fixes[-1].at - fixes[0].at).total_seconds()


def velocity_m_s(fixes: Sequence[Fix]) -> tuple[float, float]:
    """Metres per second east and north: the slope of the least-squares line through the offsets over time."""
    seconds = [(fix.at - fixes[0].at).total_seconds() for fix in fixes]
    mean_s = sum(seconds) / len(seconds)
    spread = sum((s - mean_s) ** 2 for s in seconds)
    if not spread:
        return 0.0, 0.0
    offsets = [offset_m(fixes[0], fix) for fix in fixes]
    east = sum((s - mean_s) * east_m for s, (east_m, _) in zip(seconds, offsets, strict=True))
    north = sum((s - mean_s) * north_m for s, (_, north_m) in zip(seconds, offsets, strict=True))
    return east / spread, north / spread


def direction_of(fixes: Sequence[Fix]) -> float:
    """The heading of the fitted line."""
    east, north = velocity_m_s(fixes)
    return math.degrees(math.atan2(east, north)) % 360
