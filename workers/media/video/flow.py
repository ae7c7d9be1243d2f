"""How far a scene moved sideways between two pictures, by correlating them (Kuglin and Hines' phase correlation)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

BAND = (0.2, 0.8)
WHITENING = 0.7
FINEST_CYCLES = 0.22
MOST_ROWS = 4
CLEAR_PEAK = 7.0
LEAST_CONTRAST = 0.01

Luma = NDArray[np.float32]
Pair = tuple[Luma, Luma, float]


def flow_between(pairs: Sequence[Pair]) -> float:
    """Picture widths per second, positive to the right, from pictures in a row: earlier (H, W), later (H, W), seconds
    between them. NaN where the scene is too plain or the pictures do not agree."""
    shape = pairs[0][0].shape
    same = [pair for pair in pairs if pair[0].shape == pair[1].shape == shape]
    surface = sum((correlation(one, other) for one, other, _ in same), np.zeros(1, dtype=np.float64))
    if surface.ndim != 2:
        return float("nan")
    seconds = float(np.mean([seconds for *_, seconds in same]))
    shift_px = peak_px(surface)
    return shift_px / shape[1] / seconds


def correlation(one: Luma, other: Luma) -> NDArray[np.float64]:
    """How well the later picture matches the earlier one, moved by (rows, columns), for all shifts; circular."""
    top, bottom = (round(edge * one.shape[0]) for edge in BAND)
    first, second = one[top:bottom], other[top:bottom]
    if first.std() < LEAST_CONTRAST or second.std() < LEAST_CONTRAST:
        return np.zeros(1)
    window, pass_band = weights(first.shape)
    spectrum = np.fft.rfft2((second - second.mean()) * window) * np.conj(
        np.fft.rfft2((first - first.mean()) * window)
    )
    magnitude = np.abs(spectrum)
    spectrum /= np.maximum(magnitude, 1e-9) ** WHITENING
    return np.fft.irfft2(spectrum * pass_band, s=first.shape)


@cache
def weights(shape: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A window that fades towards the edges, and a band of frequencies without the mean and without noise."""
    window = np.outer(np.hanning(shape[0]), np.hanning(shape[1]))
    down, across = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None, :]
    return window, np.exp(-(down**2 + across**2) / (2 * FINEST_CYCLES**2)) * (across > 0)


def peak_px(surface: NDArray[np.float64]) -> float:
    """Columns to the right, to a fraction, of the best shift that is nearly level; NaN where it does not stand out."""
    rows = np.r_[0 : MOST_ROWS + 1, -MOST_ROWS:0]
    level = surface[rows].max(axis=0)
    best = int(level.argmax())
    spread = float(np.std(surface)) or 1.0
    if level[best] < CLEAR_PEAK * spread:
        return float("nan")
    width = level.size
    left, middle, right = level[(best - 1) % width], level[best], level[(best + 1) % width]
    bend = left - 2 * middle + right
    fraction = 0.5 * (left - right) / bend if bend else 0.0
    column = best + float(np.clip(fraction, -0.5, 0.5))
    return column - width if column > width / 2 else column
