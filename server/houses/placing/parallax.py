"""How far beside the car's way a front stands, from how its lights move through the festivity maps. Pure: arrays in, metres out.

What stands D metres beside the way and X metres along it is seen, from s metres along, at an angle φ to the driving direction
with cot(φ) = (X - s) / D. For the right D the map of one frame, each column moved by Δcot(φ) = Δs / D, lies on the map of
another: a plane sweep (Collins 1996) over 1 / D, summed over all pairs of frames. Only differences of GPS positions within
seconds enter, and no heading. Good for straight road and cameras that look across it, within 45°.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from server.houses.placing.roadside import HOUSE_LINE_M

Floats = NDArray[np.float64]

NEAREST_M, FARTHEST_M = 6.0, 40.0
SWEEP: Floats = np.linspace(1 / FARTHEST_M, 1 / NEAREST_M, 40)
BASELINE_M = 3.0, 30.0
MOST_GLIMPSES = 12
FEWEST_COLUMNS = 3
LITTLE = 0.05
USUAL_SPREAD, USUAL_VOICE = 0.025, 0.02


@dataclass(frozen=True)
class Glimpse:
    """What one frame shows of a house: `along_m` metres along the way, and its festivity map (rows, columns) in [0, 1], dark
    where other things are, its columns in the order of their `ahead`."""

    along_m: float
    light: Floats


def front_line_m(glimpses: Sequence[Glimpse], ahead: Floats) -> float | None:
    """Metres beside the way, from 6 to 40; None where no two frames 3 to 30 m apart show the same stretch.

    `ahead` (columns,), growing: the cotangent of each column's angle to the driving direction. The usual 14 m has a mild
    voice, which decides where the maps leave it open.
    """
    brightest = sorted(glimpses, key=lambda one: -float(one.light.sum()))[:MOST_GLIMPSES]
    alike, light = np.zeros(len(SWEEP)), np.zeros(len(SWEEP))
    for one, other in combinations(brightest, 2):
        if BASELINE_M[0] <= abs(one.along_m - other.along_m) <= BASELINE_M[1]:
            found = overlap(one, other, ahead)
            alike, light = alike + found[0], light + found[1]
    if not light.max() > 0:
        return None
    usual = ((SWEEP - 1 / HOUSE_LINE_M) / USUAL_SPREAD) ** 2
    return 1 / peak(alike / (light + LITTLE * light.max()) - USUAL_VOICE * usual)


def overlap(one: Glimpse, other: Glimpse, ahead: Floats) -> tuple[Floats, Floats]:
    """For each distance of the sweep: the light that both share when `one` is moved onto `other`, and their mean light there.

    Light that leaves the picture counts for nothing.
    """
    columns = np.arange(len(ahead), dtype=np.float64)
    moved = ahead[None, :] + SWEEP[:, None] * (one.along_m - other.along_m)
    at = np.interp(moved, ahead, columns, left=-1.0, right=-1.0)
    inside = at >= 0
    inside &= inside.sum(axis=1, keepdims=True) >= FEWEST_COLUMNS
    left = np.clip(at.astype(int), 0, len(ahead) - 2)
    part = np.clip(at - left, 0.0, 1.0)
    seen = other.light[:, left] * (1 - part) + other.light[:, left + 1] * part
    shown = one.light[:, None, :]
    both = ((shown * seen).sum(axis=0) * inside).sum(axis=1)
    mean = ((shown**2 + seen**2).sum(axis=0) * inside).sum(axis=1) / 2
    return both, mean


def peak(score: Floats) -> float:
    """The 1 / D of the highest score, between the steps of the sweep by a parabola."""
    best = int(np.argmax(score))
    if not 0 < best < len(score) - 1:
        return float(SWEEP[best])
    before, here, after = score[best - 1 : best + 2]
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / bend if bend else 0.0
    return float(SWEEP[best] + shift * (SWEEP[1] - SWEEP[0]))
