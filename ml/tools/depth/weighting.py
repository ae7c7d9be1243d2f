"""A festivity map counted in steradians and in square metres, patch by patch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.tools.depth.camera import DepthError, Pinhole
from ml.tools.grids import Doubles
from ml.types import Floats

FARTHEST_M = 60.0
NEAREST_SHARE, SAMPLES = 0.1, 8


@dataclass(frozen=True)
class Weighted:
    """A festivity map counted in angles and, where depth is known, in square metres.

    `festive_sr` of `seen_sr` steradians; `festive_m2` of `front_m2` square metres, both None without depth. Each festive
    amount is the sum of probability times amount over the patches, so that it is at most what is seen.
    """

    festive_sr: float
    seen_sr: float
    festive_m2: float | None = None
    front_m2: float | None = None

    @property
    def per_solid_angle(self) -> float:
        """Festive share of the solid angle, in [0, 1]."""
        return self.festive_sr / self.seen_sr if self.seen_sr > 0 else 0.0

    @property
    def per_square_metre(self) -> float | None:
        """Festive square metres per square metre of front, in [0, 1]; None without depth or front."""
        if self.festive_m2 is None or not self.front_m2:
            return None
        return self.festive_m2 / self.front_m2

    def as_json(self) -> dict[str, float | None]:
        named = {
            "festive_sr": self.festive_sr,
            "seen_sr": self.seen_sr,
            "per_solid_angle": self.per_solid_angle,
            "festive_m2": self.festive_m2,
            "front_m2": self.front_m2,
            "per_square_metre": self.per_square_metre,
        }
        return {name: None if value is None else round(value, 6) for name, value in named.items()}


def weighted(
    festivity_map: Floats,
    camera: Pinhole,
    depth_m: Floats | Doubles | None = None,
    farthest_m: float = FARTHEST_M,
) -> Weighted:
    """A festivity map (h, w) in [0, 1] by solid angle and, with `depth_m` (h, w) along the axis, by square metre.

    Patches farther than `farthest_m` (sky, other streets) count as no front: their square metres would outweigh everything.
    """
    angles = camera.solid_angles(*festivity_map.shape)
    chance = np.asarray(festivity_map, dtype=np.float64)
    by_angle = Weighted(float((chance * angles).sum()), float(angles.sum()))
    if depth_m is None:
        return by_angle
    if depth_m.shape != festivity_map.shape:
        raise DepthError(
            f"The depth has {depth_m.shape} patches, the festivity map {festivity_map.shape}; they have to agree."
        )
    near = np.isfinite(depth_m) & (depth_m > 0) & (depth_m <= farthest_m)
    areas = np.where(near, camera.areas_m2(np.where(near, depth_m, 0.0)), 0.0)
    return Weighted(by_angle.festive_sr, by_angle.seen_sr, float((chance * areas).sum()), float(areas.sum()))


def of_patches(depth_m: Floats | Doubles, rows: int, columns: int) -> Doubles:
    """Depth (H, W) of pixels -> (rows, columns) of patches: the nearest tenth of each, on which lights hang.

    A mean would push a roof line out towards the sky behind it. Depths that are no positive number count as infinitely far.
    """
    found = np.asarray(depth_m, dtype=np.float64)
    clean = np.where(np.isfinite(found) & (found > 0), found, np.inf)
    row_of = (np.arange(rows * SAMPLES) + 0.5) * found.shape[0] // (rows * SAMPLES)
    column_of = (np.arange(columns * SAMPLES) + 0.5) * found.shape[1] // (columns * SAMPLES)
    fine = clean[np.ix_(row_of.astype(int), column_of.astype(int))]
    patches = fine.reshape(rows, SAMPLES, columns, SAMPLES).transpose(0, 2, 1, 3).reshape(rows, columns, -1)
    return np.asarray(np.quantile(patches, NEAREST_SHARE, axis=-1, method="lower"))
