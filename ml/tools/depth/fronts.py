"""The front of a house that a region shows: its size, and how much of it is festive."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ml.tools.depth.camera import Pinhole
from ml.tools.grids import Doubles
from ml.types import Box, Floats


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
