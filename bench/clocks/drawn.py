"""Drawn drives with stops and turns, and what a camera saw of them by a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from server.drives.cameras.evidence import Seen
from server.drives.track import Fix

Floats = NDArray[np.float64]
NIGHT = datetime(2025, 12, 8, 1, tzinfo=UTC)
HOME = (-117.1, 32.9)
M_PER_DEG_LON, M_PER_DEG_LAT = 93_360.0, 111_195.0


@dataclass(frozen=True)
class Drive:
    """Second by second: speed in m/s and heading in degrees; and the fixes of a receiver with its noise."""

    speed_m_s: Floats
    heading_deg: Floats
    track: list[Fix]


def drive_around(seed: int, minutes: float) -> Drive:
    """A drive in blocks: straight stretches, then a stop of some seconds or a turn."""
    rng = np.random.default_rng(seed)
    rows = np.array(list(seconds_of_driving(rng, int(minutes * 60))))
    speed, heading = rows[:, 0], rows[:, 1]
    east = np.cumsum(speed * np.sin(np.radians(heading)))
    north = np.cumsum(speed * np.cos(np.radians(heading)))
    drift = np.zeros(2)
    track = []
    for second, place in enumerate(zip(east, north, strict=True)):
        drift = 0.97 * drift + rng.normal(0, 0.5, 2)
        x, y = np.array(place) + drift + rng.normal(0, 0.4, 2)
        at = NIGHT + timedelta(seconds=second)
        track.append(Fix(at, HOME[0] + x / M_PER_DEG_LON, HOME[1] + y / M_PER_DEG_LAT))
    return Drive(speed, heading, track)


def seconds_of_driving(rng: np.random.Generator, seconds: int) -> Iterator[tuple[float, float]]:
    speed, heading, left = 0.0, float(rng.uniform(0, 360)), seconds
    while left > 0:
        cruise, target = int(rng.uniform(15, 70)), float(rng.uniform(4, 11))
        stops, turn = rng.random() < 0.5, float(rng.choice([-90, 90]))
        pause = int(rng.exponential(12)) + 7
        steps = [(target, 0.0)] * cruise + ([(0.0, 0.0)] * pause if stops else [(3.5, turn / 6)] * 6)
        for wanted, swing in steps[:left]:
            speed += float(np.clip(wanted - speed, -2.0, 1.2))
            heading += swing
            yield max(speed + float(rng.normal(0, 0.2)), 0.0), heading
        left -= len(steps)


def motion_seen(
    drive: Drive, seed: int, offset_s: float, noise: float = 0.6, span: tuple[int, int] | None = None
) -> Seen:
    """What a camera at the right window saw each second, by a clock to which `offset_s` must be added."""
    rng = np.random.default_rng([seed, 17])
    first, last = span or (5, len(drive.speed_m_s) - 5)
    at_s = np.arange(first + 1, last, dtype=float)
    seconds = np.arange(len(drive.speed_m_s))
    speed = np.interp(at_s, seconds, drive.speed_m_s)
    swing = np.interp(
        at_s, seconds, np.diff(np.radians(drive.heading_deg), prepend=np.radians(drive.heading_deg[0]))
    )
    clutter = np.exp(0.3 * np.cumsum(rng.normal(0, 0.15, len(at_s))))
    change = 0.05 * speed / (speed + 5) + 0.1 * np.abs(swing) + 0.003
    change = change * np.sqrt(clutter) * np.exp(rng.normal(0, noise, len(at_s)))
    flow = speed / 20 * np.exp(rng.normal(0, 0.5, len(at_s))) - swing / 1.2 + rng.normal(0, 0.1, len(at_s))
    flow[rng.random(len(at_s)) < 0.6] = np.nan
    clock_s = NIGHT.timestamp() + at_s - offset_s
    return Seen(clock_s - 1, clock_s, change, flow)
