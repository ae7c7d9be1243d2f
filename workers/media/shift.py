"""How far a scene moved sideways from one still to the next, and how much it changed. Pure numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.float32]
BAND = (0.15, 0.85)
LARGEST_SHIFT = 0.45
CLEAR_PEAK = 1.15
PLAIN = 1e-3
DARK = 0.02


def change_between(one: Luma, other: Luma) -> float:
    """Mean difference of two pictures (H, W) in [0, 1] against their brightness; 0 for the same picture twice."""
    return float(np.abs(one - other).mean() / (0.5 * (one.mean() + other.mean()) + DARK))


def shift_between(one: Luma, other: Luma) -> float:
    """How far the scene moved to the right from the earlier picture (H, W) to the later one, in picture widths.

    Edges of each row are correlated over all shifts up to 0.45 of the width; near and far things move differently, so
    that the best common shift counts. NaN where the scene is plain or no shift stands out.
    """
    top, bottom = (round(edge * one.shape[0]) for edge in BAND)
    first, second = edges(one[top:bottom]), edges(other[top:bottom])
    width = first.shape[1]
    if min(first.std(), second.std()) < PLAIN:
        return float("nan")
    spectrum = np.fft.rfft(second, 2 * width) * np.conj(np.fft.rfft(first, 2 * width))
    found = np.fft.irfft(spectrum.sum(axis=0), 2 * width)
    most = round(LARGEST_SHIFT * width)
    shifts = np.arange(-most, most + 1)
    overlap = width - np.abs(shifts)
    level = found[shifts] / overlap
    best = int(level.argmax())
    far = np.abs(shifts - shifts[best]) > 0.04 * width
    rival = float(level[far].max(initial=0.0))
    return float(shifts[best]) / width if level[best] > CLEAR_PEAK * rival > 0 else float("nan")


def edges(luma: Luma) -> Luma:
    """Steps along each row, of the square root of brightness so that lamps do not drown the rest, each row without its mean."""
    steps = np.diff(np.sqrt(np.maximum(luma, 0.0)), axis=1)
    return steps - steps.mean(axis=1, keepdims=True)
