"""The car's way along a route: a smooth path in the lane, speed, and the moments at which the phones take photos."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.tools.render.lot import LANE_M
from ml.tools.render.street import Leg, Line, heading_deg

STEP_M = 0.5
ROUNDING_M = 9.0
SPEED_M_S = (5.0, 8.0)
TURN_SPEED_M_S = 3.5
NOISE_M = 2.2
NOISE_TIME_S = 25.0
MOUNT_DEG = {"left": -90.0, "right": 90.0}


@dataclass(frozen=True)
class Pose:
    """Where a phone was when it took a photo: true place and the place that its GPS said, east and north in metres."""

    side: str
    at_s: float
    true: Line
    measured: Line
    heading_deg: float
    speed_m_s: float


@dataclass(frozen=True)
class Path:
    """The car's path sampled every half metre: points (n, 2), seconds since the start (n,), headings (n,)."""

    points: Line
    at_s: Line
    headings: Line

    def when(self, along_m: float) -> tuple[Line, float, float, float]:
        """Place, time, heading and speed after so many metres."""
        index = min(int(along_m / STEP_M), len(self.points) - 2)
        share = along_m / STEP_M - index
        place = self.points[index] + (self.points[index + 1] - self.points[index]) * share
        pace = float(self.at_s[index + 1] - self.at_s[index])
        return place, float(self.at_s[index] + pace * share), float(self.headings[index]), STEP_M / pace

    @property
    def length_m(self) -> float:
        return (len(self.points) - 1) * STEP_M


def drive_along(legs: list[Leg], stretch_m: tuple[float, float], rng: np.random.Generator) -> Path:
    """A path along a stretch (first, last metre) of the legs, on the right of the middle line, slower in turns."""
    line = np.concatenate([legs[0].points, *(leg.points[1:] for leg in legs[1:])])
    middle = resampled(smoothed(resampled(line, STEP_M), int(ROUNDING_M / STEP_M)), STEP_M)
    step = np.gradient(middle, axis=0)
    step /= np.linalg.norm(step, axis=1, keepdims=True)
    lane = resampled(middle + np.stack([step[:, 1], -step[:, 0]], axis=1) * LANE_M, STEP_M)
    points = lane[int(stretch_m[0] / STEP_M) : int(stretch_m[1] / STEP_M) + 2]
    steps = np.gradient(points, axis=0)
    headings = np.array([heading_deg(np.asarray(step)) for step in steps])
    speed = speeds(headings, rng)
    return Path(points, np.concatenate([[0.0], np.cumsum(STEP_M / speed[:-1])]), headings)


def resampled(line: Line, step_m: float) -> Line:
    """Points every `step_m` along a polyline (n, 2)."""
    at = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    wanted = np.arange(0.0, at[-1], step_m)
    return np.stack([np.interp(wanted, at, line[:, axis]) for axis in (0, 1)], axis=1)


def smoothed(line: Line, width: int) -> Line:
    """Moving mean over `width` points, with the ends kept in place."""
    padded = np.concatenate([np.repeat(line[:1], width, 0), line, np.repeat(line[-1:], width, 0)])
    kernel = np.ones(width) / width
    columns = [np.convolve(padded[:, axis], kernel, mode="same") for axis in (0, 1)]
    return np.stack(columns, axis=1)[width:-width]


def speeds(headings: Line, rng: np.random.Generator) -> Line:
    """Speed in m/s at every point: wandering between the limits, held back in turns."""
    slow, fast = SPEED_M_S
    phase = rng.uniform(0, 2 * np.pi, 2)
    at = np.arange(len(headings)) * STEP_M
    wander = 0.5 + 0.3 * np.sin(at / 37 + phase[0]) + 0.2 * np.sin(at / 13 + phase[1])
    bend = np.abs(np.diff(np.unwrap(np.radians(headings)), prepend=np.radians(headings[0])))
    turning = np.convolve(bend, np.ones(24), mode="same")[: len(headings)]
    return np.asarray(np.clip(slow + (fast - slow) * wander - 5 * turning, TURN_SPEED_M_S, fast))


def poses_along(path: Path, spacing_m: float, rng: np.random.Generator) -> list[Pose]:
    """Photos of both phones in order of time; the right phone fires half a spacing later than the left one."""
    poses = []
    for side, first_m in (("left", 0.0), ("right", spacing_m / 2)):
        drift = rng.normal(0, NOISE_M, 2)
        before_s = 0.0
        for along_m in np.arange(first_m, path.length_m, spacing_m):
            place, at_s, heading, speed = path.when(along_m + float(rng.uniform(0, 0.6)))
            keep = float(np.exp(-(at_s - before_s) / NOISE_TIME_S))
            drift = drift * keep + rng.normal(0, NOISE_M * np.sqrt(max(1 - keep**2, 0.0)), 2)
            before_s = at_s
            measured = place + drift + rng.normal(0, 0.25, 2)
            poses.append(Pose(side, at_s, place, measured, heading, speed))
    return sorted(poses, key=lambda pose: (pose.at_s, pose.side))
