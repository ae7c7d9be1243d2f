"""Baselines that a backbone has to beat: the edge count, and hand-made statistics of patches. Plain numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ml.transforms import DEVIATION, LONG_SIDE_PX, MEAN
from ml.types import Features, Floats, Image
from ml.weights import sha256_of

EDGE_GRADIENT = 0.08
STATISTICS = 4
MEASURED = 5
WITH_CONTEXT = 3


def edge_share(image: Image) -> float:
    """The naive baseline: share of pixels whose brightness gradient (per pixel, brightness in [0, 1]) exceeds 0.08."""
    brightness = image.mean(axis=2, dtype=np.float32) / 255
    return float((gradient(brightness) > EDGE_GRADIENT).mean())


def gradient(brightness: Floats) -> Floats:
    """Length of the gradient of (H, W), per pixel."""
    down, right = np.gradient(brightness)
    return np.hypot(down, right)


class HandMade:
    """A backbone (see `ml.backbone.Backbone`) that has learnt nothing: statistics of each 16-pixel patch.

    Mean, deviation, minimum and maximum of red, green, blue, brightness gradient and saturation (largest minus smallest
    colour), each in [0, 1], then the mean and the maximum of these over the 3x3 patches around: 60 numbers. The CLS vector
    is the mean of the patches.
    """

    name = "hand-made statistics"
    sha256 = sha256_of(Path(__file__))
    patch = 16
    long_side = LONG_SIDE_PX
    dimension = MEASURED * STATISTICS * WITH_CONTEXT
    voices: tuple[tuple[int, int], ...] = ()

    def encode(self, images: Floats) -> Features:
        """(B, 3, H, W) float32, normalised, H and W multiples of 16 -> Features of 60 numbers."""
        patches = np.stack([self._patches(image) for image in images])
        return Features(cls=patches.mean(axis=(1, 2)), patches=patches)

    def _patches(self, image: Floats) -> Floats:
        colours = image * DEVIATION[:, None, None] + MEAN[:, None, None]
        saturation = colours.max(axis=0) - colours.min(axis=0)
        measured = np.stack([*colours, gradient(colours.mean(axis=0)), saturation])
        return with_context(statistics(measured, self.patch)).astype(np.float32)


def statistics(measured: Floats, patch: int) -> Floats:
    """(C, H, W) -> (H/patch, W/patch, 4 C): mean, deviation, minimum and maximum of each patch."""
    channels, height, width = measured.shape
    cells = measured.reshape(channels, height // patch, patch, width // patch, patch)
    cells = cells.transpose(1, 3, 0, 2, 4).reshape(height // patch, width // patch, channels, -1)
    found = [cells.mean(axis=3), cells.std(axis=3), cells.min(axis=3), cells.max(axis=3)]
    return np.concatenate(found, axis=2)


def with_context(grid: Floats) -> Floats:
    """(h, w, D) -> (h, w, 3 D): the grid, and the mean and the maximum over 3x3; the border goes on as it is."""
    rows, columns, _ = grid.shape
    wide = np.pad(grid, ((1, 1), (1, 1), (0, 0)), mode="edge")
    around = np.stack(
        [wide[down : down + rows, right : right + columns] for down in range(3) for right in range(3)]
    )
    return np.concatenate([grid, around.mean(axis=0), around.max(axis=0)], axis=2)
