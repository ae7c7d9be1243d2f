"""Web Mercator tiles: z from 0, x to the east from the antimeridian, y to the south from 85.0511° north."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import asinh, atan, degrees, pi, radians, sinh, tan

Box = tuple[float, float, float, float]
WHOLE = re.compile(r"-?[0-9]+", re.ASCII)


class WrongTile(ValueError):
    """A tile's numbers are none."""


class NoTile(LookupError):
    """There is no such tile."""


@dataclass(frozen=True)
class Tile:
    """The tile x, y of zoom z; both below 2 ** z."""

    z: int
    x: int
    y: int

    def box(self, margin: float = 0) -> Box:
        """West, south, east, north in degrees; `margin` is in tile widths on every side, and stops at the edge of the world."""
        across = 2**self.z
        west, east = (longitude(column, across) for column in (self.x - margin, self.x + 1 + margin))
        south, north = (latitude(row, across) for row in (self.y + 1 + margin, self.y - margin))
        return west, south, east, north


def parse_tile(z: str, x: str, y: str, deepest: int) -> Tile:
    """The tile of an address.

    Raises WrongTile for what are no whole numbers, NoTile outside the world or the zooms 0 to `deepest`.
    """
    if not all(WHOLE.fullmatch(text) for text in (z, x, y)):
        raise WrongTile
    if any(len(text) > 9 for text in (z, x, y)):
        raise NoTile
    tile = Tile(int(z), int(x), int(y))
    if not (0 <= tile.z <= deepest and 0 <= tile.x < 2**tile.z and 0 <= tile.y < 2**tile.z):
        raise NoTile
    return tile


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
