"""Several receivers of one car, made into one track. Pure: no database.

Two phones behind one windscreen disagree by some metres, and differently every minute. Taken point by point in turn, their
fixes would be a zigzag. So each receiver is moved onto the best of them by a running mean of their difference, and what
noise is left is taken out by a smoother that knows how a car moves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from server.drives.track import EARTH_RADIUS_M, MAX_GAP, MAX_GAP_M, Fix

Doubles = NDArray[np.float64]
DRIFT_S = 20.0
OVERLAP_S = 15.0
CLEARLY_APART_M = 60.0
LEAST_NOISE_M, MOST_NOISE_M = 0.5, 15.0
CAR_M2_S3 = 2.0
"""Spectral density of the acceleration of a car in a town: 1.5 m/s² or so, changing every second."""
AT_ONCE_S = 0.2


@dataclass(frozen=True)
class Source:
    """One receiver's good fixes in order of time. The least `rank` is the most trusted."""

    rank: tuple[float, ...]
    fixes: tuple[Fix, ...]


@dataclass(frozen=True)
class Plane:
    """Metres east and north of an origin: good to 0.1 % within some tens of kilometres."""

    origin: Fix

    def flat(self, fixes: Sequence[Fix]) -> Doubles:
        """(n, 3): seconds after the origin, metres east, metres north."""
        places = np.array([(fix.lon, fix.lat) for fix in fixes]).reshape(-1, 2)
        seconds = np.array([(fix.at - self.origin.at).total_seconds() for fix in fixes])
        lon = (places[:, 0] - self.origin.lon + 180) % 360 - 180
        east = np.radians(lon) * self.narrowing * EARTH_RADIUS_M
        return np.stack([seconds, east, np.radians(places[:, 1] - self.origin.lat) * EARTH_RADIUS_M], axis=1)

    @property
    def narrowing(self) -> float:
        return max(math.cos(math.radians(self.origin.lat)), 1e-6)

    def fix(self, second: float, east_m: float, north_m: float) -> Fix:
        lon = self.origin.lon + math.degrees(east_m / (self.narrowing * EARTH_RADIUS_M))
        lat = self.origin.lat + math.degrees(north_m / EARTH_RADIUS_M)
        at: datetime = self.origin.at + timedelta(seconds=second)
        return Fix(at, (lon + 180) % 360 - 180, lat)


def fused(sources: Sequence[Source]) -> list[Fix]:
    """One track in order of time. A single receiver's fixes stay as they are.

    A receiver that lies more than 60 m off the others while they overlap is left out: its clock or its fixes are wrong.
    """
    ranked = sorted((source for source in sources if source.fixes), key=lambda source: source.rank)
    if len(ranked) < 2:
        return list(ranked[0].fixes) if ranked else []
    plane = Plane(ranked[0].fixes[0])
    way, noise_m = plane.flat(ranked[0].fixes), LEAST_NOISE_M
    joined = False
    for source in ranked[1:]:
        own = plane.flat(source.fixes)
        apart = differences(way, own)
        if clearly_apart(apart):
            continue
        drift = running_mean(own[:, 0], apart)
        noise_m = max(noise_m, noise_of(apart, drift))
        own[:, 1:] -= drift
        way, joined = in_order(np.concatenate([way, own])), True
    if not joined:
        return list(ranked[0].fixes)
    return [plane.fix(*row) for row in smoothed(merged(way), noise_m).tolist()]


def differences(way: Doubles, own: Doubles) -> Doubles:
    """(n, 2): how far each own fix lies east and north of the way at its time; NaN where the way is not known then."""
    after = np.searchsorted(way[:, 0], own[:, 0])
    before = np.clip(after - 1, 0, len(way) - 1)
    after = np.clip(after, 0, len(way) - 1)
    span = way[after, 0] - way[before, 0]
    part = np.clip((own[:, 0] - way[before, 0]) / np.where(span > 0, span, 1.0), 0, 1)
    step = way[after, 1:] - way[before, 1:]
    apart = own[:, 1:] - way[before, 1:] - part[:, None] * step
    off_s = np.minimum(np.abs(own[:, 0] - way[before, 0]), np.abs(own[:, 0] - way[after, 0]))
    inside = (own[:, 0] >= way[0, 0]) & (own[:, 0] <= way[-1, 0])
    known = (off_s <= OVERLAP_S) & inside & (np.hypot(step[:, 0], step[:, 1]) <= MAX_GAP_M)
    return np.where(known[:, None], apart, np.nan)


def clearly_apart(apart: Doubles) -> bool:
    distances = np.hypot(apart[:, 0], apart[:, 1])
    known = distances[~np.isnan(distances)]
    return bool(known.size) and float(np.median(known)) > CLEARLY_APART_M


def running_mean(at: Doubles, apart: Doubles) -> Doubles:
    """(n, 2): the mean difference within 20 s before and after; elsewhere that of the nearest moments that have one."""
    known = ~np.isnan(apart[:, 0])
    if not known.any():
        return np.zeros_like(apart)
    seconds, sums = at[known], np.concatenate([np.zeros((1, 2)), np.cumsum(apart[known], axis=0)])
    first = np.searchsorted(seconds, seconds - DRIFT_S)
    last = np.searchsorted(seconds, seconds + DRIFT_S, side="right")
    means = (sums[last] - sums[first]) / (last - first)[:, None]
    return np.stack([np.interp(at, seconds, means[:, axis]) for axis in (0, 1)], axis=1)


def noise_of(apart: Doubles, drift: Doubles) -> float:
    """One sigma of a single fix, per axis: half of the variance of the differences is each receiver's."""
    left = (apart - drift)[~np.isnan(apart[:, 0])]
    if not left.size:
        return LEAST_NOISE_M
    spread = 1.4826 * float(np.median(np.abs(left))) / math.sqrt(2)
    return min(max(spread, LEAST_NOISE_M), MOST_NOISE_M)


def in_order(way: Doubles) -> Doubles:
    return way[np.argsort(way[:, 0], kind="stable")]


def merged(way: Doubles) -> Doubles:
    """Fixes of one moment (within 0.2 s of the first of them) become their mean."""
    moments: list[int] = []
    begun = -math.inf
    for second in way[:, 0].tolist():
        if second - begun > AT_ONCE_S:
            begun = second
            moments.append(1)
        else:
            moments[-1] += 1
    counts = np.array(moments)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return np.asarray(np.add.reduceat(way, starts, axis=0) / counts[:, None])


def smoothed(way: Doubles, noise_m: float) -> Doubles:
    """The way by stretches without a gap, each through the smoother."""
    steps = np.diff(way, axis=0)
    gaps = (steps[:, 0] > MAX_GAP.total_seconds()) | (np.hypot(steps[:, 1], steps[:, 2]) > MAX_GAP_M)
    pieces = np.split(way, np.flatnonzero(gaps) + 1)
    return np.concatenate([kalman(piece, noise_m) for piece in pieces])


def kalman(way: Doubles, noise_m: float) -> Doubles:
    """Rauch, Tung and Striebel's smoother for a car whose acceleration is white noise (Bar-Shalom, 2001, 6.2): both axes
    share their variances. `way` (n, 3) in order of time; the same moments with the places made smooth."""
    if len(way) < 3:
        return way
    seconds = way[:, 0].tolist()
    gains, backward = weights(seconds, noise_m * noise_m)
    columns = [along(way[:, axis].tolist(), seconds, gains, backward) for axis in (1, 2)]
    return np.stack([way[:, 0], *columns], axis=1)


Gain = tuple[float, float]
Back = tuple[float, float, float, float]


def weights(seconds: list[float], variance: float) -> tuple[list[Gain], list[Back]]:
    """Of each fix the filter's gain for place and speed, and the smoother's 2 × 2 gain towards the next fix."""
    gains: list[Gain] = []
    backward: list[Back] = []
    place, cross, speed = variance, 0.0, 400.0
    for number, second in enumerate(seconds):
        if number:
            dt = second - seconds[number - 1]
            noise = CAR_M2_S3 * dt
            to_place = place + 2 * dt * cross + dt * dt * speed + noise * dt * dt / 3
            to_cross = cross + dt * speed + noise * dt / 2
            to_speed = speed + noise
            backward.append(back(place, cross, speed, dt, to_place, to_cross, to_speed))
            place, cross, speed = to_place, to_cross, to_speed
        total = place + variance if number else variance * 2
        gain, turn = place / total, cross / total
        gains.append((gain, turn))
        place, cross, speed = (1 - gain) * place, (1 - gain) * cross, speed - turn * cross
    return gains, backward


def back(
    place: float, cross: float, speed: float, dt: float, to_place: float, to_cross: float, to_speed: float
) -> Back:
    """P Fᵀ P'⁻¹, row by row."""
    determinant = to_place * to_speed - to_cross * to_cross
    left, right = place + dt * cross, cross + dt * speed
    return (
        (left * to_speed - cross * to_cross) / determinant,
        (cross * to_place - left * to_cross) / determinant,
        (right * to_speed - speed * to_cross) / determinant,
        (speed * to_place - right * to_cross) / determinant,
    )


def along(
    measured: list[float], seconds: list[float], gains: list[Gain], backward: list[Back]
) -> list[float]:
    """One axis, forth and back."""
    places, speeds = [measured[0]], [0.0]
    for number in range(1, len(measured)):
        dt, (gain, turn) = seconds[number] - seconds[number - 1], gains[number]
        expected = places[-1] + dt * speeds[-1]
        off = measured[number] - expected
        places.append(expected + gain * off)
        speeds.append(speeds[-1] + turn * off)
    for number in range(len(measured) - 2, -1, -1):
        dt, (a, b, c, d) = seconds[number + 1] - seconds[number], backward[number]
        off_place = places[number + 1] - places[number] - dt * speeds[number]
        off_speed = speeds[number + 1] - speeds[number]
        places[number] += a * off_place + b * off_speed
        speeds[number] += c * off_place + d * off_speed
    return places
