"""How the car moved, second by second: what a camera's pictures are compared with to find its clock. Pure numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from server.drives.track import EARTH_RADIUS_M, Fix

Floats = NDArray[np.float64]

STANDING_M = 25.0
LONGEST_STEP_S = 30.0
LONGEST_COURSE_S = 3 * 24 * 3600
SMOOTHING_S = 3
SLOWEST_TURN_M_S = 1.5


@dataclass(frozen=True)
class Course:
    """A drive on a grid of whole seconds from `begins_s` (Unix time), each array (n,).

    `east_m`, `north_m`: the place, from `origin` (lon, lat); `way_m`: how far the car had come; `turned_rad`: how much it had
    turned, either way; `swung_rad`: the same with turns to the right counted positive; `known_s`: how many of the seconds so
    far are known.
    """

    origin: tuple[float, float]
    begins_s: float
    east_m: Floats
    north_m: Floats
    way_m: Floats
    turned_rad: Floats
    swung_rad: Floats
    known_s: Floats

    @property
    def seconds(self) -> int:
        return len(self.way_m)

    @property
    def ends_s(self) -> float:
        return self.begins_s + self.seconds - 1

    def between(self, total: Floats, begins_s: Floats, ends_s: Floats) -> Floats:
        """How much one of the running totals grew between times of any one shape; linear within a second."""
        return self.at(total, ends_s) - self.at(total, begins_s)

    def at(self, values: Floats, at_s: Floats) -> Floats:
        """Values of the grid at times, the first and last one beyond its ends."""
        place = np.clip(at_s - self.begins_s, 0.0, self.seconds - 1)
        index = np.minimum(place.astype(np.int64), max(self.seconds - 2, 0))
        share = place - index
        after = np.minimum(index + 1, self.seconds - 1)
        return values[index] * (1 - share) + values[after] * share


def course_of(track: Sequence[Fix]) -> Course | None:
    """The course of fixes in order of time; None for fewer than two moments, or more than three days.

    Between fixes more than 30 s apart nothing is known, unless they lie within 25 m: then the car stood, and its receiver
    saved its memory.
    """
    at_s = np.array([fix.at.timestamp() for fix in track])
    at_s, first = np.unique(at_s, return_index=True)
    if len(at_s) < 2 or not 1.0 <= at_s[-1] - at_s[0] <= LONGEST_COURSE_S:
        return None
    origin = (track[0].lon, track[0].lat)
    east_m, north_m = plane_m(np.array([[fix.lon, fix.lat] for fix in track])[first], origin)
    grid_s = np.arange(np.floor(at_s[0]), np.ceil(at_s[-1]) + 1)
    east_m, north_m = (smoothed(np.interp(grid_s, at_s, metres)) for metres in (east_m, north_m))
    step = np.hypot(np.diff(east_m), np.diff(north_m))
    heading = np.unwrap(np.arctan2(np.diff(east_m), np.diff(north_m)))
    moving = step > SLOWEST_TURN_M_S
    heading = (
        np.interp(np.arange(len(step)), np.flatnonzero(moving), heading[moving]) if moving.any() else step * 0
    )
    swing = np.concatenate([[0.0], np.diff(heading, prepend=heading[:1])])
    return Course(
        origin=origin,
        begins_s=float(grid_s[0]),
        east_m=east_m,
        north_m=north_m,
        way_m=np.concatenate([[0.0], np.cumsum(step)]),
        turned_rad=np.cumsum(np.abs(swing)),
        swung_rad=np.cumsum(swing),
        known_s=np.concatenate([[0.0], np.cumsum(known_between(grid_s, at_s, east_m, north_m))]),
    )


def plane_m(places: Floats, origin: tuple[float, float]) -> tuple[Floats, Floats]:
    """Metres east and north of the origin (lon, lat) of places (n, 2): equirectangular, good for one drive."""
    lon = (places[:, 0] - origin[0] + 180) % 360 - 180
    north_m = np.radians(places[:, 1] - origin[1]) * EARTH_RADIUS_M
    return np.radians(lon) * np.cos(np.radians(origin[1])) * EARTH_RADIUS_M, north_m


def smoothed(metres: Floats) -> Floats:
    """The mean over three seconds, the ends kept."""
    padded = np.pad(metres, SMOOTHING_S // 2, mode="edge")
    return np.convolve(padded, np.ones(SMOOTHING_S) / SMOOTHING_S, mode="valid")


def known_between(grid_s: Floats, at_s: Floats, east_m: Floats, north_m: Floats) -> Floats:
    """1 for every second of the grid within a step between fixes that tells how the car moved, else 0."""
    after = np.clip(np.searchsorted(at_s, grid_s[:-1], side="right"), 1, len(at_s) - 1)
    from_s, to_s = at_s[after - 1], at_s[after]
    east_step, north_step = (
        np.interp(to_s, grid_s, metres) - np.interp(from_s, grid_s, metres) for metres in (east_m, north_m)
    )
    return ((to_s - from_s <= LONGEST_STEP_S) | (np.hypot(east_step, north_step) <= STANDING_M)).astype(float)


def seconds_of(moments: Sequence[datetime]) -> Floats:
    """Unix times."""
    return np.array([moment.timestamp() for moment in moments])
