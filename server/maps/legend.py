"""The one legend of the heat map: which colour means how many points. It is the same at every zoom and on every night.

The ramp climbs in lightness all the way, from deep violet through rose and amber to a warm white, so that it reads alike
with every kind of colour vision and in greyscale; it fades in from nothing, so that a dark street stays dark. Where somebody
drove and looked lies a thin cool veil: a street without it was not driven yet, and nobody knows whether it is dark.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Stop:
    """A colour of the ramp: `points` 0 to 100, `colour` "#rrggbb", `opacity` 0 to 1."""

    points: float
    colour: str
    opacity: float


STOPS = (
    Stop(0, "#2a0f5c", 0.0),
    Stop(10, "#43126e", 0.22),
    Stop(25, "#74206f", 0.42),
    Stop(40, "#a92e5e", 0.60),
    Stop(55, "#da4a3d", 0.74),
    Stop(70, "#f47a1f", 0.85),
    Stop(85, "#fbb91f", 0.93),
    Stop(100, "#fdffd0", 1.0),
)
DRIVEN = Stop(0, "#8fb4cc", 0.16)


@cache
def ramp(steps: int = 101) -> Bytes:
    """(steps, 4) uint8 RGBA, straight alpha: row i is the colour of i / (steps - 1) × 100 points."""
    at = np.linspace(0, 100, steps)
    points = [stop.points for stop in STOPS]
    channels = [
        *zip(*(rgb(stop.colour) for stop in STOPS), strict=True),
        [stop.opacity * 255 for stop in STOPS],
    ]
    return (
        np.stack([np.interp(at, points, channel) for channel in channels], axis=-1).round().astype(np.uint8)
    )


@cache
def veil(steps: int) -> Bytes:
    """(steps, 4) uint8 RGBA, straight alpha: the veil of what was driven, from nothing to whole."""
    opacity = np.linspace(0, DRIVEN.opacity * 255, steps).round()
    return np.array([[*rgb(DRIVEN.colour), alpha] for alpha in opacity], np.uint8)


def over(top: Bytes, bottom: Bytes) -> Bytes:
    """(n, 4) colours laid over others, straight alpha: https://www.w3.org/TR/compositing-1/#simplealphacompositing"""
    above, below = top[:, 3:] / 255, bottom[:, 3:] / 255 * (1 - top[:, 3:] / 255)
    opacity = above + below
    mixed = (top[:, :3] * above + bottom[:, :3] * below) / np.maximum(opacity, 1e-9)
    return np.concatenate([mixed, opacity * 255], axis=1).round().astype(np.uint8)


def rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def legend() -> list[dict[str, Any]]:
    """The stops, as TileJSON and pages carry them."""
    return [asdict(stop) for stop in STOPS]
