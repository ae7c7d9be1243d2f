"""From patches to pixels: the map at the picture's size, and an edge that follows the colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.tools.grids import resampled
from ml.types import Floats, Image

BINS = 12
ROUNDS = 3
SURE = 4.0
FLATNESS = 0.002


def to_pixels(values: Floats, height: int, width: int) -> Floats:
    """(h, w) -> (height, width), bilinear."""
    return resampled(values, height, width)


def refined(
    values: Floats, image: Image, threshold: float, radius_px: int | None = None, colours: float = 0.0
) -> Floats:
    """Similarity at pixels (H, W) and the picture (H, W, 3) -> (H, W) chance in 0..1 that a pixel belongs to it.

    The map is drawn along the picture's edges by a guided filter (He et al. 2010) of `radius_px` (None: 1/50 of the long side),
    three times. With `colours` above 0 it works in the manner of GrabCut (Rother et al. 2004), without its graph cut: colours
    of what lies inside and outside so far are counted before each time, and `colours` weighs that evidence. Of rendered displays
    (threshold 0.4, three clicks), masks had IoU 0.44 before; 0.54 with edges alone, 0.52 with `colours` 0.3, 0.47 with 1.
    """
    radius = radius_px or max(1, round(max(image.shape[:2]) / 50))
    bins = colour_bins(image)
    prior = SURE * (values - np.float32(threshold)) / np.float32(0.25)
    chance = logistic(prior)
    for _ in range(ROUNDS):
        evidence = colour_evidence(bins, chance) if colours > 0 else np.float32(0)
        chance = guided(logistic(prior + np.float32(colours) * evidence), image, radius)
    return chance


def logistic(values: Floats) -> Floats:
    return np.asarray(0.5 * (np.tanh(0.5 * values) + 1), dtype=np.float32)


def colour_bins(image: Image) -> NDArray[np.int64]:
    """(H, W): number of each pixel's bin, of 12 square-root steps per colour, for nights are dark."""
    steps = np.minimum((np.sqrt(image / 255) * BINS).astype(np.int64), BINS - 1)
    return np.asarray(steps @ np.array([BINS * BINS, BINS, 1]))


def colour_evidence(bins: NDArray[np.int64], chance: Floats) -> Floats:
    """(H, W): log of how much more often a pixel's colour is seen inside than outside, within -3..3."""
    flat = bins.ravel()
    inside = np.bincount(flat, chance.ravel(), BINS**3) + 1
    outside = np.bincount(flat, 1 - chance.ravel(), BINS**3) + 1
    ratio = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    return np.asarray(np.clip(ratio, -3, 3)[bins], dtype=np.float32)


def guided(values: Floats, image: Image, radius: int) -> Floats:
    """(H, W) in 0..1, evened out within `radius` pixels but not across edges of the picture's brightness."""
    guide = (image.max(axis=2) / 255).astype(np.float32)
    mean_g, mean_v = box_mean(guide, radius), box_mean(values, radius)
    variance = box_mean(guide * guide, radius) - mean_g**2
    slope = (box_mean(guide * values, radius) - mean_g * mean_v) / (variance + np.float32(FLATNESS))
    shift = mean_v - slope * mean_g
    return np.clip(box_mean(slope, radius) * guide + box_mean(shift, radius), 0, 1).astype(np.float32)


def box_mean(values: Floats, radius: int) -> Floats:
    """(H, W): mean of the square around each pixel, of what of it lies in the picture."""
    total = values.astype(np.float64)
    count = np.ones((1, 1))
    for axis in (0, 1):
        length = values.shape[axis]
        sums = np.concatenate(
            [np.zeros_like(np.take(total, [0], axis)), np.cumsum(total, axis=axis)], axis=axis
        )
        low = np.maximum(np.arange(length) - radius, 0)
        high = np.minimum(np.arange(length) + radius + 1, length)
        total = np.take(sums, high, axis) - np.take(sums, low, axis)
        count = count * (high - low).reshape([-1, 1] if axis == 0 else [1, -1])
    return np.asarray(total / count, dtype=np.float32)
