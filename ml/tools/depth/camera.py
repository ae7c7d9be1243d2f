"""A pinhole camera: angles, areas and lengths of what it shows.

All formulae are those of a pinhole camera with square pixels, the optical axis in the middle of the picture and no
distortion. Lengths on the image plane are measured in picture widths, so that the size in pixels does not matter; `u` is
right of the middle, in [-1/2, 1/2], `v` below it, in [-a/2, a/2] with a = height / width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ml.tools.grids import Doubles
from ml.types import Floats, MlError

NARROWEST_DEG, WIDEST_DEG = 5.0, 150.0
NEAREST_M = 0.5


class DepthError(MlError):
    """A distance, a field of view or a depth model that cannot be used."""


@dataclass(frozen=True)
class Pinhole:
    """A camera: horizontal field of view in degrees, 5 to 150, and `aspect`, the picture's height / width."""

    field_deg: float
    aspect: float

    def __post_init__(self) -> None:
        if not NARROWEST_DEG <= self.field_deg <= WIDEST_DEG:
            raise DepthError(
                f"A field of view of {self.field_deg:g}° cannot be used; it has to lie between 5° and 150°."
            )
        if not (math.isfinite(self.aspect) and self.aspect > 0):
            raise DepthError("The picture has no width or no height.")

    @property
    def focal(self) -> float:
        """Focal length f in picture widths: f = 1 / (2 tan(field / 2))."""
        return 0.5 / math.tan(math.radians(self.field_deg) / 2)

    def solid_angles(self, rows: int, columns: int) -> Doubles:
        """(rows, columns) steradians of each patch of a grid over the picture; they sum to the picture's own.

        The corner (u, v) and the middle span the angle W(u, v) = atan(u v / (f sqrt(u² + v² + f²))); a patch has
        W(u1, v1) - W(u0, v1) - W(u1, v0) + W(u0, v0). In the limit of a small patch of area da: cos³(angle to the axis) da / f².
        """
        u = np.linspace(-0.5, 0.5, columns + 1)[None, :]
        v = (np.linspace(-0.5, 0.5, rows + 1) * self.aspect)[:, None]
        corner = np.arctan(u * v / (self.focal * np.sqrt(u**2 + v**2 + self.focal**2)))
        return np.asarray(np.diff(np.diff(corner, axis=0), axis=1))

    def areas_m2(self, depth_m: Floats | Doubles) -> Doubles:
        """(h, w) square metres that each patch of a grid covers of an upright plane that faces the camera.

        `depth_m` (h, w) is the distance z along the optical axis in metres. A patch of area da (in picture widths²)
        covers da z² / f².
        """
        rows, columns = depth_m.shape
        patch = self.aspect / (rows * columns)
        return np.asarray(patch * (np.asarray(depth_m, dtype=np.float64) / self.focal) ** 2)

    def metres_per_pixel(self, depth_m: Floats | Doubles, width_px: int) -> Doubles:
        """Metres on a plane that faces the camera, per pixel of a picture `width_px` wide: z / (f width)."""
        return np.asarray(np.asarray(depth_m, dtype=np.float64) / (self.focal * width_px))

    def axial_m(self, distance_m: float, at: float = 0.5) -> float:
        """Distance along the optical axis of something `distance_m` away (on the map) that is seen at x = `at` in [0, 1].

        z = d cos(b) with the bearing b = atan((at - 1/2) / f) off the axis. Raises DepthError for no distance.
        """
        if not (math.isfinite(distance_m) and distance_m >= NEAREST_M):
            raise DepthError(f"A distance of {distance_m:g} m cannot be used; it has to be at least 0.5 m.")
        return distance_m * math.cos(math.atan((at - 0.5) / self.focal))
