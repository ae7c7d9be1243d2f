"""Drawing a heat tile. Pure arrays: no database, no HTTP.

Cells glow as Gaussians whose width belongs to the cell, so that a pixel's value depends on its place alone and tiles meet
without a seam. Where houses are, a pixel shows the mean of those around it; from there it fades to nothing. Where nobody
lives brightly but somebody drove and looked, a veil lies on the street.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, expm1
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from server.maps.legend import Bytes, over, ramp, veil
from server.maps.levels import CELL_MARGIN, SEEN_MARGIN, SEEN_ZOOM, heat_level
from server.maps.tiles.grid import Tile

Floats = NDArray[np.floating[Any]]

SIZE = 256
CORE_CELLS = 0.7
HALO_CELLS = 1.5
HALO = 0.45
GAIN = 1.8
MOST_COLOURS = 256
FINENESS = ((101, 16), (76, 12), (64, 8), (51, 8), (40, 8), (32, 8))
"""Steps of the ramp and of the veil; a tile takes the first whose colours on it fit into a palette. The last always fit."""


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


@dataclass(frozen=True)
class Driven:
    """(rows, columns) bool: which cells of a window were driven."""

    window: Window
    cells: NDArray[np.bool_]

    @classmethod
    def nowhere(cls, tile: Tile) -> Driven:
        return cls.of(tile, [])

    @classmethod
    def of(cls, tile: Tile, places: Iterable[tuple[int, int]]) -> Driven:
        """From the columns and rows of driven cells within the tile's window."""
        window = seen_window(tile)
        cells = np.zeros((window.south - window.north + 1, window.east - window.west + 1), np.bool_)
        for column, row in places:
            cells[row - window.north, column - window.west] = True
        return cls(window, cells)


def cells_across(tile: Tile) -> float:
    return 2.0 ** (heat_level(tile.z) - tile.z)


def window_of(tile: Tile) -> Window:
    """A tile's own cells with the margin that shines into it: cells are eight pixels wide, until the finest grow with the map."""
    return window_at(tile, heat_level(tile.z), CELL_MARGIN)


def seen_window(tile: Tile) -> Window:
    return window_at(tile, min(SEEN_ZOOM, heat_level(tile.z)), SEEN_MARGIN)


def window_at(tile: Tile, level: int, margin: int) -> Window:
    """`level` is at least the tile's zoom."""
    halvings = level - tile.z
    west, north = ((number << halvings) - margin for number in (tile.x, tile.y))
    east, south = (((number + 1) << halvings) - 1 + margin for number in (tile.x, tile.y))
    return Window(level, west, north, east, south)


def draw(tile: Tile, cells: Cells, driven: Driven, scale: float) -> bytes:
    """The tile as a PNG, SIZE × SIZE, in the legend's colours as a palette; empty where there is nothing to show.

    `scale` is the festivity at 63 points.
    """
    points, driven_share = shown_points(tile, cells, scale), veil_of(tile, driven)
    for ramp_steps, veil_steps in FINENESS:
        both = stepped(points / 100, ramp_steps) * veil_steps + stepped(driven_share, veil_steps)
        shown = np.flatnonzero(np.bincount(both.ravel()))
        if len(shown) <= MOST_COLOURS:
            break
    colours = over(ramp(ramp_steps)[shown // veil_steps], veil(veil_steps)[shown % veil_steps])
    return png(np.searchsorted(shown, both).astype(np.uint8), colours) if colours[:, 3].any() else b""


def stepped(share: Floats, steps: int) -> NDArray[np.intp]:
    """Shares in [0, 1] as whole steps, 0 to steps - 1."""
    return np.rint(share * (steps - 1)).astype(np.intp)


def png(pixels: NDArray[np.uint8], colours: Bytes) -> bytes:
    """`colours` (n, 4) RGBA, at most 256; `pixels` are their rows."""
    picture = Image.fromarray(pixels, "P")
    picture.putpalette(colours[:, :3].tobytes())
    stream = io.BytesIO()
    picture.save(stream, "PNG", transparency=colours[:, 3].tobytes(), compress_level=6)
    return stream.getvalue()


def veil_of(tile: Tile, driven: Driven) -> Floats:
    """(SIZE, SIZE) 1 where all around was driven, falling to 0 within a cell of where nothing was."""
    if not driven.cells.any():
        return np.zeros((SIZE, SIZE), np.float32)
    halvings = driven.window.level - tile.z
    across = tent((tile.x << halvings) - driven.window.west, halvings, driven.cells.shape[1])
    down = tent((tile.y << halvings) - driven.window.north, halvings, driven.cells.shape[0])
    return down @ driven.cells.astype(np.float32) @ across.T


def tent(first: int, halvings: int, count: int) -> Floats:
    """(SIZE, count) how much each cell counts at each pixel of a tile that begins at cell `first`; each row sums to 1."""
    pixels = first + (np.arange(SIZE, dtype=np.float32) + 0.5) / SIZE * 2**halvings
    middles = np.arange(count, dtype=np.float32) + 0.5
    return np.maximum(0, 1 - np.abs(pixels[:, None] - middles[None, :]))


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
    floor = exp(-0.5 * (CELL_MARGIN / width_cells) ** 2)
    lowered = (np.exp(-0.5 * (distance_cells / width_cells) ** 2) - floor) / (1 - floor)
    return np.maximum(0, lowered)


def mean_festivity(core: Glow, halo: Glow, cells: Cells) -> Floats:
    """(SIZE, SIZE) mean over houses, weighted by their glow; the halo decides only where no core reaches."""
    faint = np.float32(0.02)
    total = core.summed(cells.houses * cells.festivity) + faint * halo.summed(cells.houses * cells.festivity)
    weight = core.summed(cells.houses) + faint * halo.summed(cells.houses)
    return total / np.maximum(weight, 1e-9)
