"""From patches to pixels: the map at the picture's size, and an edge that follows the colours."""

from __future__ import annotations

from dataclasses import dataclass

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

    The map is drawn along the picture's edges by a guided filter (He et al. 2010) of `radius_px` (None: 1/50 of the long side).
    With `colours` above 0 it works three times, in the manner of GrabCut (Rother et al. 2004), without its graph cut: colours
    of what lies inside and outside so far are counted before each time, and `colours` weighs that evidence. Of rendered displays
    (threshold 0.4, three clicks), masks had IoU 0.44 before; 0.54 with edges alone, 0.52 with `colours` 0.3, 0.47 with 1.
    """
    radius = radius_px or max(1, round(max(image.shape[:2]) / 50))
    bins = colour_bins(image) if colours > 0 else None
    guide = Guide.of(image, radius)
    prior = SURE * (values - np.float32(threshold)) / np.float32(0.25)
    chance = logistic(prior)
    for _ in range(ROUNDS if bins is not None else 1):
        evidence = np.float32(0) if bins is None else colour_evidence(bins, chance)
        chance = guide.drawn(logistic(prior + np.float32(colours) * evidence))
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


@dataclass(frozen=True)
class Guide:
    """A picture's brightness (H, W) in 0..1, its mean within `radius` pixels, and how much it varies there."""

    light: Floats
    mean: Floats
    variance: Floats
    radius: int

    @staticmethod
    def of(image: Image, radius: int) -> Guide:
        light = np.maximum.reduce([image[..., colour] for colour in range(3)]).astype(np.float32) / 255
        mean = box_mean(light, radius)
        return Guide(light, mean, box_mean(light * light, radius) - mean**2, radius)

    def drawn(self, values: Floats) -> Floats:
        """(H, W) in 0..1, evened out within the radius but not across edges of the picture's brightness."""
        mean = box_mean(values, self.radius)
        together = box_mean(self.light * values, self.radius) - self.mean * mean
        slope = together / (self.variance + np.float32(FLATNESS))
        shift = box_mean(mean - slope * self.mean, self.radius)
        return np.clip(box_mean(slope, self.radius) * self.light + shift, 0, 1).astype(np.float32)


def box_mean(values: Floats, radius: int) -> Floats:
    """(H, W): mean of the square around each pixel, of what of it lies in the picture."""
    total = box_sum(box_sum(values, radius, axis=0), radius, axis=1)
    rows, columns = (box_sum(np.ones((side, 1), np.float32), radius, 0)[:, 0] for side in values.shape)
    return np.asarray(total / (rows[:, None] * columns), dtype=np.float32)


def box_sum(values: Floats, radius: int, axis: int) -> Floats:
    """Sums of so many neighbours on both sides along one axis, nothing beyond the edge."""
    pads = [(radius + 1, radius) if at == axis else (0, 0) for at in (0, 1)]
    sums = np.moveaxis(np.cumsum(np.pad(values, pads), axis=axis), axis, 0)
    window = 2 * radius + 1
    return np.moveaxis(sums[window:] - sums[:-window], 0, axis)
