"""Drawing a heat tile. Pure arrays: no database, no HTTP.

Cells glow as Gaussians whose width belongs to the cell, so that a pixel's value depends on its place alone and tiles meet
without a seam. Where houses are, a pixel shows the mean of those around it; from there it fades to nothing.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import exp, expm1
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from server.maps.legend import COLOURS, ramp
from server.maps.tiles.grid import Tile

Floats = NDArray[np.floating[Any]]

SIZE = 256
FINEST_LEVEL = 20
LEVELS_BELOW_TILE = 5
REACH_CELLS = 4
CORE_CELLS = 0.7
HALO_CELLS = 1.5
HALO = 0.45
GAIN = 1.8


@dataclass(frozen=True)
class Window:
    """The cells that a tile is drawn from: columns `west` to `east`, rows `north` to `south` (both included) at `level`.

    Columns may lie outside [0, 2 ** level): they are those on the other side of the antimeridian.
    """

    level: int
    west: int
    north: int
    east: int
    south: int


@dataclass(frozen=True)
class Cells:
    """N cells by their houses' mean place in tile widths from the tile's north-west corner, number and mean festivity."""

    x: Floats
    y: Floats
    houses: Floats
    festivity: Floats

    @classmethod
    def none(cls) -> Cells:
        return cls(*[np.zeros(0, np.float32)] * 4)


def level_of(tile: Tile) -> int:
    """Cells are eight pixels wide, until the finest ones grow with the map."""
    return min(FINEST_LEVEL, tile.z + LEVELS_BELOW_TILE)


def cells_across(tile: Tile) -> float:
    return 2.0 ** (level_of(tile) - tile.z)


def window_of(tile: Tile) -> Window:
    """A tile's own cells with the margin that shines into it."""
    across = cells_across(tile)
    west, north = (int(number * across) - REACH_CELLS for number in (tile.x, tile.y))
    east, south = (int(np.ceil((number + 1) * across)) - 1 + REACH_CELLS for number in (tile.x, tile.y))
    return Window(level_of(tile), west, north, east, south)


def draw(tile: Tile, cells: Cells, scale: float) -> bytes:
    """The tile as a PNG, SIZE × SIZE, in the legend's colours as a palette. `scale` is the festivity at 63 points."""
    steps = np.rint(shown_points(tile, cells, scale) * ((COLOURS - 1) / 100)).astype(np.uint8)
    picture = Image.fromarray(steps, "P")
    picture.putpalette(ramp()[:, :3].tobytes())
    stream = io.BytesIO()
    picture.save(stream, "PNG", transparency=ramp()[:, 3].tobytes(), compress_level=6)
    return stream.getvalue()


def shown_points(tile: Tile, cells: Cells, scale: float) -> Floats:
    """(SIZE, SIZE) points: the mean of the houses around each pixel where there are any, fading away from them."""
    core = Glow.of(cells, cells_across(tile), CORE_CELLS * closeness(tile))
    halo = Glow.of(cells, cells_across(tile), HALO_CELLS * closeness(tile))
    points = 100 * -np.expm1(-mean_festivity(core, halo, cells) / scale)
    inside = core.presence()
    return points * (inside + (1 - inside) * HALO * halo.warmth())


def closeness(tile: Tile) -> float:
    """From zoom 16 on the glow draws in around its houses, down to half the width, so that they can be told apart."""
    return float(max(0.5, 0.8 ** max(0, tile.z - 16)))


@dataclass(frozen=True)
class Glow:
    """(SIZE, N) weights of N cells on the pixels' rows and columns; a cell's glow is the product of the two."""

    down: Floats
    across: Floats

    @classmethod
    def of(cls, cells: Cells, cells_per_tile: float, width_cells: float) -> Glow:
        return cls(
            falloff(cells.y, cells_per_tile, width_cells), falloff(cells.x, cells_per_tile, width_cells)
        )

    def summed(self, weight: Floats) -> Floats:
        """(SIZE, SIZE) sum over the cells of weight × glow."""
        return (self.down * weight) @ self.across.T

    def presence(self) -> Floats:
        """(SIZE, SIZE) 1 at a cell's centre and wherever cells are dense, 0 out of their reach."""
        return np.minimum(1, np.expm1(-GAIN * self.density()) / expm1(-GAIN))

    def warmth(self) -> Floats:
        """(SIZE, SIZE) a half at a lone cell's centre, towards 1 where cells are dense, 0 out of their reach."""
        density = self.density()
        return density / (1 + density)

    def density(self) -> Floats:
        return self.down @ self.across.T


def falloff(centres: Floats, cells_per_tile: float, width_cells: float) -> Floats:
    """(SIZE, N) Gaussian of the distance in cells, lowered so that it ends at zero where the window's margin does."""
    pixels = (np.arange(SIZE, dtype=np.float32) + 0.5) / SIZE
    distance_cells = (pixels[:, None] - centres[None, :]) * np.float32(cells_per_tile)
    floor = exp(-0.5 * (REACH_CELLS / width_cells) ** 2)
    lowered = (np.exp(-0.5 * (distance_cells / width_cells) ** 2) - floor) / (1 - floor)
    return np.maximum(0, lowered)


def mean_festivity(core: Glow, halo: Glow, cells: Cells) -> Floats:
    """(SIZE, SIZE) mean over houses, weighted by their glow; the halo decides only where no core reaches."""
    faint = np.float32(0.02)
    total = core.summed(cells.houses * cells.festivity) + faint * halo.summed(cells.houses * cells.festivity)
    weight = core.summed(cells.houses) + faint * halo.summed(cells.houses)
    return total / np.maximum(weight, 1e-9)
