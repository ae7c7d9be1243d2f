"""What is read for tiles: one statement per tile."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from server.core.sql import fetch_rows, fetch_value
from server.frames.models import Scorer
from server.frames.points import house_parameters, scale_of
from server.frames.queries import live_scorer
from server.houses.models import Neighbourhood, Season, Street
from server.houses.queries import current_season, season_named
from server.maps.models import CELL_ZOOM, BaseArea
from server.maps.tiles.grid import Box, Tile
from server.maps.tiles.heat import Cells, cells_across, window_of

EXTENT = 4096
BUFFER = 64
ALL_HOUSES_ZOOM = 13
PER_CELL_FAR = 4
PER_CELL_NEAR = 32
WORLD: Box = (-180.0, -85.0511, 180.0, 85.0511)


@dataclass(frozen=True)
class Edition:
    """Whose numbers a tile shows: one scorer's, of one season."""

    scorer: Scorer
    season: Season

    @property
    def keys(self) -> dict[str, int]:
        return {"scorer": self.scorer.pk, "season": self.season.pk}


class UnknownSeason(LookupError):
    """There is no season of that name."""


def edition(season_name: str | None = None) -> Edition | None:
    """The live scorer and the season of that name (the current one), or None while there is nothing to show yet.

    Raises UnknownSeason.
    """
    season = season_named(season_name) if season_name else None
    if season_name and season is None:
        raise UnknownSeason(season_name)
    scorer = live_scorer()
    season = season or current_season(scorer=scorer)
    return Edition(scorer, season) if scorer and season else None


def houses_tile(tile: Tile, shown: Edition) -> bytes:
    per_cell = PER_CELL_NEAR if tile.z >= ALL_HOUSES_ZOOM else PER_CELL_FAR
    card = shown.scorer.card
    return vector_tile(
        "maps/tile_houses.sql", tile, {**shown.keys, **house_parameters(card), "per_cell": per_cell}
    )


def neighbourhoods_tile(tile: Tile, shown: Edition) -> bytes:
    return vector_tile(
        "maps/tile_neighbourhoods.sql", tile, {**shown.keys, "scale": scale_of(shown.scorer.card)}
    )


def base_tile(tile: Tile) -> bytes:
    return vector_tile("maps/tile_base.sql", tile, {})


def vector_tile(statement: str, tile: Tile, inputs: dict[str, float]) -> bytes:
    """The Mapbox vector tile that the statement makes of the tile's ground; empty where nothing is."""
    west, south, east, north = tile.box(margin=BUFFER / EXTENT)
    ground = {"west": west, "south": south, "east": east, "north": north, "buffer": BUFFER}
    unit = 360 / 2**tile.z / EXTENT
    return bytes(fetch_value(statement, {**asdict(tile), **ground, "unit": unit, **inputs}) or b"")


def heat_cells(tile: Tile, shown: Edition) -> Cells:
    """The cells that shine into the tile."""
    keys = {**shown.keys, **asdict(window_of(tile)), "cell_zoom": CELL_ZOOM}
    rows = fetch_rows("maps/heat_cells.sql", keys)
    columns = np.array([list(row.values()) for row in rows], np.float64).reshape(-1, 4).T
    across = cells_across(tile)
    x, y = columns[0] / across - tile.x, columns[1] / across - tile.y
    return Cells(*(column.astype(np.float32) for column in (x, y, columns[2], columns[3])))


def extent_of_houses(shown: Edition | None) -> Box:
    return box_of(fetch_rows("maps/extent.sql", shown.keys)[0]) if shown else WORLD


def extent_of_base() -> Box:
    return box_of(fetch_rows("maps/extent_base.sql", {})[0])


def box_of(row: dict[str, float | None]) -> Box:
    west, south, east, north = (row[side] for side in ("west", "south", "east", "north"))
    if west is None or south is None or east is None or north is None:
        return WORLD
    return west, south, east, north


def base_credits() -> list[str]:
    """Whom the base map has to name, each once."""
    named = (Street.objects, BaseArea.objects, Neighbourhood.objects)
    return sorted(
        {credit for rows in named for credit in rows.order_by().values_list("credit", flat=True).distinct()}
        - {""}
    )
