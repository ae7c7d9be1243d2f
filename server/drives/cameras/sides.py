"""Which way a camera faced, guessed where neither a name nor the form tells it. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.drives.models import Camera, Side, SideBy

Floats = NDArray[np.float64]
SURE_SIDE = 0.7
"""Below this confidence a person is asked."""
LEAST_DIRECTIONS = 3
LEAST_FLOWS = 5
CLEAR_FLOW = 0.02
DOUBT_OF_FEW = 1
CLEARLY_PREVAILS = 0.6
LEAST_CONFIDENCE = 0.2
OPPOSITE = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}
OF_THE_OTHER = 0.75
WIDEST_DEG = 45.0


@dataclass(frozen=True)
class Guess:
    """A side with how sure it is, 0 to 1. `by`: a word of `SideBy`."""

    side: Side
    confidence: float
    by: SideBy


def side_by_direction(directions_deg: Sequence[float], headings_deg: Sequence[float]) -> Guess | None:
    """By the camera's own compass against the car's heading at the same times, pair by pair; clockwise from north.

    The circular mean of the differences names the side, the length of their mean vector how much they agree. Whether the
    compass means true or magnetic north does not matter: the two differ by less than the 45 degrees between sides, except
    near the poles. None for a camera that looks back, and for fewer than three pairs.
    """
    if len(directions_deg) < LEAST_DIRECTIONS:
        return None
    apart = np.radians(np.asarray(directions_deg) - np.asarray(headings_deg))
    mean = complex(np.exp(1j * apart).mean())
    angle_deg = math.degrees(math.atan2(mean.imag, mean.real))
    off_deg = {
        side: abs((angle_deg - Camera.MOUNT_ANGLE_DEG[side] + 180) % 360 - 180)
        for side in (Side.LEFT, Side.RIGHT, Side.FRONT)
    }
    side = min(off_deg, key=lambda one: off_deg[one])
    if off_deg[side] > WIDEST_DEG:
        return None
    agreement = abs(mean) * (1 - 0.5 * off_deg[side] / WIDEST_DEG)
    return Guess(side, agreement * doubt_of_few(len(directions_deg)), SideBy.DIRECTION)


def side_by_flow(flows: Floats) -> Guess | None:
    """By the way the scene moves through the picture: widths per second (n,), positive to the right, NaN where unknown.

    A car drives forward. A camera that looks to the left has what lies ahead at its right hand, so that the scene moves
    through its picture from right to left; that of one that looks to the right moves to the right. Turns move it either way
    and cancel out over a drive. None where neither way prevails, as with a camera that looks ahead.
    """
    clear = flows[np.isfinite(flows) & (np.abs(flows) >= CLEAR_FLOW)]
    if len(clear) < LEAST_FLOWS:
        return None
    right, left = int((clear > 0).sum()), int((clear < 0).sum())
    side = Side.RIGHT if right > left else Side.LEFT
    prevails = abs(right - left) / len(clear)
    confidence = min(1.0, prevails / CLEARLY_PREVAILS) * (1 - math.exp(-len(clear) * prevails**2 / 8))
    return Guess(side, confidence, SideBy.FLOW) if confidence > LEAST_CONFIDENCE else None


def side_by_other(others: Sequence[Guess]) -> Guess | None:
    """The second camera of a car most likely faces the side that the first does not, if there are just two."""
    if len(others) != 1 or others[0].side not in OPPOSITE:
        return None
    return Guess(OPPOSITE[others[0].side], OF_THE_OTHER * others[0].confidence, SideBy.OTHER)


def doubt_of_few(count: int) -> float:
    return count / (count + DOUBT_OF_FEW)
