"""Festivity that does not depend on how far away the camera stood: by solid angle, and by square metre of front.

A picture's festivity is a share of its pixels, and a front at twice the distance covers a quarter of them. With the
camera's field of view and the distance of every patch the same map can be counted in steradians (what reaches the eye)
or in square metres (what hangs on the house).

All formulae are those of a pinhole camera with square pixels, the optical axis in the middle of the picture and no
distortion. Lengths on the image plane are measured in picture widths, so that the size in pixels does not matter; `u` is
right of the middle, in [-1/2, 1/2], `v` below it, in [-a/2, a/2] with a = height / width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.types import Box, Floats, MlError

Doubles = NDArray[np.float64]
NARROWEST_DEG, WIDEST_DEG = 5.0, 150.0
FARTHEST_M = 60.0
NEAREST_M = 0.5
NEAREST_SHARE, SAMPLES = 0.1, 8


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


@dataclass(frozen=True)
class FrontSize:
    """What a box of a picture measures at the distance of its house: metres, and festive and all square metres."""

    width_m: float
    height_m: float
    festive_m2: float

    @property
    def front_m2(self) -> float:
        return self.width_m * self.height_m

    def as_json(self) -> dict[str, float]:
        return {
            "width_m": round(self.width_m, 3),
            "height_m": round(self.height_m, 3),
            "front_m2": round(self.front_m2, 3),
            "festive_m2": round(self.festive_m2, 3),
        }


def front_of(box: Box, share: float, camera: Pinhole, distance_m: float) -> FrontSize:
    """The model-free estimate: a region's size from its box alone and the distance of its house.

    `box` x0, y0, x1, y1 and `share` in [0, 1] as in `ml.types.Region`; `distance_m` >= 0.5 from camera to house on the map.
    The front is taken for an upright plane that faces the camera at z = d cos(b), b the bearing of the box's middle; see
    `front_at`. Raises DepthError for no distance.
    """
    return front_at(box, share, camera, camera.axial_m(distance_m, (box[0] + box[2]) / 2))


def front_at(box: Box, share: float, camera: Pinhole, depth_m: float) -> FrontSize:
    """The same at a known depth z along the optical axis, in metres.

    The picture shows z / f by a z / f metres there, the box (x1 - x0) z / f by (y1 - y0) a z / f, and the festive part
    share a z² / f² square metres. A front that is turned away by an angle t is wider, and its areas larger, by 1 / cos(t).
    """
    across = depth_m / camera.focal
    width_m, height_m = (box[2] - box[0]) * across, (box[3] - box[1]) * across * camera.aspect
    return FrontSize(width_m, height_m, share * camera.aspect * across**2)


def depth_in(box: Box, festivity_map: Floats, depth_m: Doubles) -> float:
    """Metres: the median depth of the box's patches, each counting as often as it is festive; inf where nothing is."""
    rows, columns = festivity_map.shape
    y, x = (np.arange(rows)[:, None] + 0.5) / rows, (np.arange(columns)[None, :] + 0.5) / columns
    inside = (x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3]) & np.isfinite(depth_m)
    chance, depths = festivity_map[inside].astype(np.float64), depth_m[inside]
    if not chance.sum() > 0:
        return math.inf
    order = np.argsort(depths, kind="stable")
    reached = np.cumsum(chance[order])
    return float(depths[order][np.searchsorted(reached, reached[-1] / 2)])


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
