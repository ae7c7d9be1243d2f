"""The sets of tiles: what each is called, how deep it goes, what it is drawn by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from server.frames.points import SCALE, scale_of
from server.maps.levels import DEEPEST
from server.maps.tiles import queries
from server.maps.tiles.grid import Tile
from server.maps.tiles.heat import draw
from server.maps.tiles.queries import Edition

VECTOR_TILE = "application/vnd.mapbox-vector-tile"
PNG = "image/png"


@dataclass(frozen=True)
class TileSet:
    """`stamped` ones show nothing where no stamp is; the others show the ground as well."""

    layer: str
    suffix: str
    content_type: str
    drawing: Callable[[Tile, Edition | None], bytes]
    stamped: bool = True

    @property
    def name(self) -> str:
        return f"{self.layer}.{self.suffix}"

    @property
    def deepest(self) -> int:
        return DEEPEST[self.layer]


def houses(tile: Tile, shown: Edition | None) -> bytes:
    return queries.houses_tile(tile, shown) if shown else b""


def heat(tile: Tile, shown: Edition | None) -> bytes:
    return queries.heat_tile(tile, shown) if shown else b""


def heat_picture(tile: Tile, shown: Edition | None) -> bytes:
    if shown is None:
        return b""
    scale = scale_of(shown.scorer.card) or SCALE
    return draw(tile, queries.heat_cells(tile, shown), queries.driven_cells(tile, shown), scale)


def base(tile: Tile, shown: Edition | None) -> bytes:
    return queries.base_tile(tile)


SETS = {
    one.name: one
    for one in (
        TileSet("houses", "mvt", VECTOR_TILE, houses),
        TileSet("heat", "mvt", VECTOR_TILE, heat),
        TileSet("heat", "png", PNG, heat_picture),
        TileSet("neighbourhoods", "mvt", VECTOR_TILE, queries.neighbourhoods_tile, stamped=False),
        TileSet("base", "mvt", VECTOR_TILE, base, stamped=False),
    )
}
