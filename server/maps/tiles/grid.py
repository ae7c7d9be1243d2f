"""Web Mercator tiles: z from 0, x to the east from the antimeridian, y to the south from 85.0511° north."""

from __future__ import annotations

from dataclasses import dataclass
from math import asinh, atan, degrees, pi, radians, sinh, tan

MAX_ZOOM = 22
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Tile:
    """The tile x, y of zoom z; both below 2 ** z."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        return 0 <= self.z <= MAX_ZOOM and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z

    def box(self, margin: float = 0) -> Box:
        """West, south, east, north in degrees; `margin` is in tile widths on every side, and stops at the edge of the world."""
        across = 2**self.z
        west, east = (longitude(column, across) for column in (self.x - margin, self.x + 1 + margin))
        south, north = (latitude(row, across) for row in (self.y + 1 + margin, self.y - margin))
        return west, south, east, north


def longitude(column: float, across: int) -> float:
    return min(180.0, max(-180.0, column / across * 360 - 180))


def latitude(row: float, across: int) -> float:
    return degrees(atan(sinh(pi * (1 - 2 * min(across, max(0.0, row)) / across))))


def tile_at(lon_lat: tuple[float, float], z: int) -> Tile:
    """The tile of zoom z that a place (lon, lat in degrees, within 85.0511° of the equator) lies in."""
    lon, lat = lon_lat
    across = 2**z
    column = (lon + 180) / 360 * across
    row = (1 - asinh(tan(radians(lat))) / pi) / 2 * across
    return Tile(z, min(across - 1, max(0, int(column))), min(across - 1, max(0, int(row))))
