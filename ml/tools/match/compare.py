"""The whole comparison of two pictures, from descriptors to the judgement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.tools.descriptors import Descriptors, centred, compressed
from ml.tools.match.geometry import Kind, Movement, find_movement, moved
from ml.tools.match.patches import RATIO, Found, Matches, find_point, mutual_nearest
from ml.tools.match.place import PlaceStatistics, place_statistics

TOLERANCE_PATCHES = 1.25
FEWEST_INLIERS = 8
LEAST_INLIER_SHARE = 0.3
NEAR_PATCHES = 3.0


@dataclass(frozen=True)
class Settings:
    """How to compare. `ratio` of the ratio test in (0, 1]; `pca` numbers per patch to compress to (None: all);
    `tolerance_patches` how far an inlier may lie from where the movement puts it."""

    ratio: float = RATIO
    kind: Kind = "similarity"
    tolerance_patches: float = TOLERANCE_PATCHES
    pca: int | None = None


@dataclass(frozen=True)
class Comparison:
    """Two pictures as they were compared (centred, perhaps compressed), their matches and what explains them."""

    first: Descriptors
    second: Descriptors
    matches: Matches
    movement: Movement
    statistics: PlaceStatistics

    @property
    def trusted(self) -> bool:
        """Whether enough matches agree on one movement to look for points by it."""
        inliers = self.movement.inliers
        return bool(inliers.sum() >= FEWEST_INLIERS and inliers.mean() >= LEAST_INLIER_SHARE)


def compare(first: Descriptors, second: Descriptors, settings: Settings | None = None) -> Comparison:
    """Compare two pictures. Raises DescriptorError where they cannot be, or one is black all over."""
    settings = settings or Settings()
    a, b = centred(first, second)
    if settings.pca is not None:
        a, b = compressed(a, b, settings.pca)
    matches = mutual_nearest(a, b, settings.ratio)
    tolerance_px = settings.tolerance_patches * max(b.patch_px)
    movement = find_movement(matches.start, matches.end, tolerance_px, settings.kind)
    return Comparison(a, b, matches, movement, place_statistics(a, b, matches, movement))


def locate(comparison: Comparison, x: float, y: float) -> Found:
    """The place in B of pixel x, y of A: by its looks, and near where a trusted movement puts it. Raises DescriptorError."""
    near = None
    if comparison.trusted:
        expected = moved(comparison.movement.matrix, np.array([[x, y]]))[0]
        steps = (comparison.second.centres_px() - expected) / comparison.second.patch_px
        near = np.asarray(np.linalg.norm(steps, axis=-1) <= NEAR_PATCHES)
    return find_point(comparison.first, comparison.second, x, y, near)
