"""Colours of lights and paint as linear RGB."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rgb = tuple[float, float, float]
Colours = NDArray[np.float64]

WARM_WHITE: Rgb = (1.0, 0.62, 0.27)
COOL_WHITE: Rgb = (0.78, 0.92, 1.1)
NEUTRAL_WHITE: Rgb = (1.0, 0.88, 0.68)
AMBER: Rgb = (1.0, 0.42, 0.06)
RED: Rgb = (1.0, 0.03, 0.02)
GREEN: Rgb = (0.03, 0.85, 0.12)
BLUE: Rgb = (0.05, 0.12, 1.2)
YELLOW: Rgb = (1.0, 0.55, 0.04)
PURPLE: Rgb = (0.5, 0.06, 1.1)
PINK: Rgb = (1.0, 0.12, 0.45)
TEAL: Rgb = (0.05, 0.8, 0.75)

PALETTES: dict[str, tuple[Rgb, ...]] = {
    "multi": (RED, GREEN, BLUE, YELLOW),
    "multi_five": (RED, GREEN, BLUE, YELLOW, PURPLE),
    "warm": (WARM_WHITE,),
    "cool": (COOL_WHITE,),
    "red": (RED,),
    "green": (GREEN,),
    "blue": (BLUE,),
    "purple": (PURPLE,),
    "pink": (PINK, PURPLE),
    "red_green": (RED, GREEN),
    "blue_white": (BLUE, COOL_WHITE),
    "candy": (RED, COOL_WHITE),
    "amber": (AMBER,),
    "teal": (TEAL, BLUE),
}


def pattern(palette: str, count: int, run: int = 1) -> Colours:
    """Colours of `count` bulbs in a row, (count, 3), each colour repeated `run` times before the next."""
    colours = np.array(PALETTES[palette])
    return colours[(np.arange(count) // run) % len(colours)]


def kelvin_tint(warmth: float) -> Colours:
    """White light from 0 (cool daylight tube) over 0.5 (neutral) to 1 (sodium-like), (3,)."""
    stops = np.array([COOL_WHITE, NEUTRAL_WHITE, WARM_WHITE, (1.0, 0.45, 0.12)])
    at = min(max(warmth, 0.0), 1.0) * (len(stops) - 1)
    low = min(int(at), len(stops) - 2)
    return np.asarray(stops[low] + (stops[low + 1] - stops[low]) * (at - low))
