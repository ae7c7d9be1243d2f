"""The streets that were imported, as a network around some places: noded tile by tile, and kept so in the cache."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import cos, floor, radians

import numpy as np
import shapely
from django.core.cache import cache
from numpy.typing import NDArray

from server.core.sql import fetch_rows
from server.tours.network import Network, Spot, network_of
from server.tours.noding import Lines, noded
from server.tours.order import LonLat
from server.tours.travel import By

TILE_DEG = 0.05
SHIFT_DEG = 0.0123456  # borders of tiles lie where no street runs along them: off round degrees
MARGIN_DEG = 0.004
MOST_TILES = 49
MOST_STREETS = 60_000
METRES_PER_DEGREE = 111_195.0
KEPT_S = 30 * 24 * 3600
NETWORKS_KEPT = 6

Tile = tuple[int, int, int, int]
"""Column and row, how many streets reach into it, and the latest of them."""


def tiles_around(places: Sequence[LonLat], by: By) -> tuple[Tile, ...]:
    """The tiles with streets around the places; none where they lie too far apart, or among too many streets."""
    lons, lats = zip(*places, strict=True)
    columns = range(tile_at(min(lons) - MARGIN_DEG), tile_at(max(lons) + MARGIN_DEG) + 1)
    rows = range(tile_at(min(lats) - MARGIN_DEG), tile_at(max(lats) + MARGIN_DEG) + 1)
    if len(columns) * len(rows) > MOST_TILES:
        return ()
    pairs = [(x, y) for x in columns for y in rows]
    asked = {"columns": [x for x, _ in pairs], "rows": [y for _, y in pairs]}
    ground = {"size": TILE_DEG, "shift": SHIFT_DEG, "without": list(by.may_not_take)}
    found = fetch_rows("tours/street_tiles.sql", {**asked, **ground})
    tiles = tuple((row["x"], row["y"], row["streets"], row["latest"]) for row in found if row["streets"])
    return tiles if sum(streets for _, _, streets, _ in tiles) <= MOST_STREETS else ()


def tile_at(degrees: float) -> int:
    return floor((degrees - SHIFT_DEG) / TILE_DEG)


def border(tile: int) -> float:
    """The western or southern one of a column or row, in degrees."""
    return tile * TILE_DEG + SHIFT_DEG


class Streets:
    """A network in metres, and the way between its plane and lon, lat."""

    def __init__(self, network: Network, scale: NDArray[np.float64]) -> None:
        self.network = network
        self.scale = scale

    def spot(self, place: LonLat) -> Spot:
        return place[0] * float(self.scale[0]), place[1] * float(self.scale[1])

    def place(self, spot: Spot) -> LonLat:
        return spot[0] / float(self.scale[0]), spot[1] / float(self.scale[1])


@lru_cache(maxsize=NETWORKS_KEPT)
def streets_on(tiles: tuple[Tile, ...], by: By) -> Streets:
    """The network of some tiles, which hold at least one street."""
    rows = [y for _, y, *_ in tiles]
    middle_lat = (border(min(rows)) + border(max(rows) + 1)) / 2
    edges = np.concatenate([edges_of(tile, by) for tile in tiles])
    scale = np.array([METRES_PER_DEGREE * cos(radians(middle_lat)), METRES_PER_DEGREE])
    return Streets(network_of(shapely.transform(edges, lambda degrees: degrees * scale)), scale)


def edges_of(tile: Tile, by: By) -> Lines:
    """Noded lines in lon, lat."""
    column, row, streets, latest = tile
    key = f"tours:edges:1:{by}:{column}:{row}:{streets}:{latest}"
    kept = cache.get(key)
    if kept is None:
        kept = shapely.to_wkb(shapely.multilinestrings(made_edges(column, row, by)))
        cache.set(key, kept, KEPT_S)
    return shapely.get_parts(shapely.from_wkb(kept))


def made_edges(column: int, row: int, by: By) -> Lines:
    """All tiles are noded on one grid, that of degrees, so that edges of neighbours meet at their border."""
    box = {"west": border(column), "south": border(row), "east": border(column + 1), "north": border(row + 1)}
    rows = fetch_rows("tours/streets_in_tile.sql", {**box, "without": list(by.may_not_take)})
    shapes = shapely.from_wkb([bytes(row["line"]) for row in rows])
    lines = [shape for shape in shapes if shape.geom_type == "LineString" and shape.length > 0]
    edges = noded([shapely.transform(line, lambda degrees: degrees * METRES_PER_DEGREE) for line in lines])
    return shapely.transform(edges, lambda metres: metres / METRES_PER_DEGREE)


def credits_around(places: Sequence[LonLat]) -> list[str]:
    lons, lats = zip(*places, strict=True)
    box = {"west": min(lons), "south": min(lats), "east": max(lons), "north": max(lats)}
    return [row["credit"] for row in fetch_rows("tours/street_credits.sql", box)]
