"""Planar faces with paint, and the local frame in which a house, a car or a fence is put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Paint:
    """How a face looks.

    `albedo` is linear RGB; `emission` linear radiance. `boards_m` darkens a line every so many metres upwards,
    `panels_m` along the face; `grain` is the strength of its noise, `grain_m` the size. `gloss` is a mirror share; what
    `wets` mirrors lights after rain.
    """

    albedo: tuple[float, float, float]
    emission: tuple[float, float, float] = (0.0, 0.0, 0.0)
    boards_m: float = 0.0
    panels_m: float = 0.0
    groove: float = 0.35
    grain: float = 0.12
    grain_m: float = 0.4
    gloss: float = 0.0
    wets: bool = False
    festive: bool = False


def glowing(
    light: Points, shade: float = 0.1, grain: float = 0.12, panels_m: float = 0.0, groove: float = 0.35
) -> Paint:
    """Grey paint of the albedo `shade` that shines with the linear radiance `light` (3,)."""
    red, green, blue = (float(part) for part in light)
    return Paint((shade, shade, shade), (red, green, blue), panels_m=panels_m, groove=groove, grain=grain)


@dataclass(frozen=True)
class Frame3:
    """A local frame on the ground: x to the right as seen from the street, y out to the street, z up, in metres."""

    origin: Points
    right: Points
    out: Points

    @staticmethod
    def facing(east_m: float, north_m: float, out_deg: float, up_m: float = 0.0) -> Frame3:
        """Frame at a place whose y axis points to the compass bearing `out_deg`."""
        bearing = np.radians(out_deg)
        out = np.array([np.sin(bearing), np.cos(bearing), 0.0])
        return Frame3(np.array([east_m, north_m, up_m]), np.array([-out[1], out[0], 0.0]), out)

    def place(self, local: Points | Sequence[Sequence[float]]) -> Points:
        """Local points (n, 3) to world points (n, 3): east, north, up."""
        points = np.asarray(local, dtype=float).reshape(-1, 3)
        up = np.array([0.0, 0.0, 1.0])
        place: Points = (
            self.origin + points[:, :1] * self.right + points[:, 1:2] * self.out + points[:, 2:3] * up
        )
        return place


@dataclass
class Mesh:
    """A growing list of faces. `house` is the house's number from 1, or 0; ground faces lie flat at z = 0."""

    corners: list[Points] = field(default_factory=list)
    paints: list[Paint] = field(default_factory=list)
    houses: list[int] = field(default_factory=list)
    ground: list[bool] = field(default_factory=list)
    bounds: tuple[Points, Points] | None = None

    def spread(self) -> tuple[Points, Points]:
        """Lowest and highest corner of every face, (n, 3) each; kept until faces are added."""
        if self.bounds is None or len(self.bounds[0]) != len(self.corners):
            low = np.array([corners.min(axis=0) for corners in self.corners]).reshape(-1, 3)
            high = np.array([corners.max(axis=0) for corners in self.corners]).reshape(-1, 3)
            self.bounds = (low, high)
        return self.bounds

    def part(self, faces: Sequence[int]) -> Mesh:
        """A mesh of some of the faces, in their order."""
        return Mesh(
            [self.corners[face] for face in faces],
            [self.paints[face] for face in faces],
            [self.houses[face] for face in faces],
            [self.ground[face] for face in faces],
        )

    def add(self, corners: Points, paint: Paint, house: int = 0, ground: bool = False) -> None:
        """Add one planar polygon, (n, 3) world points in order around it; both of its sides are seen."""
        self.corners.append(corners)
        self.paints.append(paint)
        self.houses.append(house)
        self.ground.append(ground)

    def add_box(
        self, frame: Frame3, low: Sequence[float], high: Sequence[float], paint: Paint, house: int = 0
    ) -> None:
        """Add a box without a floor between two local corners."""
        (x0, y0, z0), (x1, y1, z1) = low, high
        sides = [
            [(x0, y1, z0), (x1, y1, z0), (x1, y1, z1), (x0, y1, z1)],
            [(x0, y0, z0), (x0, y1, z0), (x0, y1, z1), (x0, y0, z1)],
            [(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)],
            [(x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)],
            [(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)],
        ]
        for side in sides:
            self.add(frame.place(side), paint, house)

    def add_panel(
        self,
        frame: Frame3,
        x: tuple[float, float],
        z: tuple[float, float],
        y: float,
        paint: Paint,
        house: int = 0,
    ) -> None:
        """Add an upright rectangle that faces the street: a door, a window, a sign."""
        corners = [(x[0], y, z[0]), (x[1], y, z[0]), (x[1], y, z[1]), (x[0], y, z[1])]
        self.add(frame.place(corners), paint, house)


def normals_of(corners: Sequence[Points]) -> Points:
    """Unit normals of planar polygons by Newell's method, (n, 3)."""
    if not corners:
        return np.empty((0, 3))
    counts = np.array([len(face) for face in corners])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    points = np.concatenate(list(corners))
    following = np.arange(len(points)) + 1
    following[starts + counts - 1] = starts
    ahead = points[following]
    crossed = points[:, [1, 2, 0]] * ahead[:, [2, 0, 1]] - points[:, [2, 0, 1]] * ahead[:, [1, 2, 0]]
    normal = np.add.reduceat(crossed, starts, axis=0)
    return np.asarray(normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12))
