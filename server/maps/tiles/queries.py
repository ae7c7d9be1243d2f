"""What is read for tiles: one statement says which version of a tile is asked for, one or two draw it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from server.core.sql import fetch_prepared, fetch_rows, fetch_value
from server.drives.track import MAX_GAP
from server.frames.models import Scorer
from server.frames.points import house_parameters, scale_of
from server.frames.queries import live_scorer
from server.houses.models import Neighbourhood, Season, Street
from server.houses.queries import current_season, season_named
from server.maps.levels import (
    CELL_ZOOM,
    CLUSTER_FINER,
    CLUSTER_ZOOM,
    GRID_FINER,
    GRID_ZOOM,
    LEAN,
    LEAN_HOUSES,
    NEIGHBOURHOOD_MARGIN,
    SEEN_ZOOM,
    heat_level,
)
from server.maps.models import BaseArea, GroundStamp
from server.maps.tiles.grid import Box, Tile, latitude, longitude
from server.maps.tiles.heat import Cells, Driven, cells_across, seen_window, window_of

EXTENT = 4096
BUFFER = int(EXTENT * NEIGHBOURHOOD_MARGIN)
MOST_HOUSES = 8000
PAUSE_S = MAX_GAP.total_seconds()
WORLD: Box = (-180.0, -85.0511, 180.0, 85.0511)


@dataclass(frozen=True)
class Version:
    """Which content of a tile is asked for: whose map (ids; None while there is none), a digest of the scorer's card, when what
    the tile shows changed last (None where it shows nothing of the map), and the newest change of the ground."""

    scorer: int | None
    season: int | None
    card: str | None
    stamp: int | None
    ground: int | None


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


def version(layer: str, tile: Tile, season_name: str | None = None) -> Version:
    """Raises UnknownSeason."""
    asked = {"layer": layer, **asdict(tile), "season": known_text(season_name)}
    rows = fetch_prepared("maps/tile_version.sql", asked)
    if not rows:
        raise UnknownSeason(season_name)
    return Version(**rows[0])


def newest_ground() -> int | None:
    return GroundStamp.objects.order_by("-pk").values_list("pk", flat=True).first()


@lru_cache(maxsize=32)
def edition_of(scorer: int | None, season: int | None, card: str | None) -> Edition | None:
    """Remembered as long as the scorer's card, of which `card` is a digest, is the same."""
    if scorer is None or season is None:
        return None
    return Edition(Scorer.objects.get(pk=scorer), Season.objects.get(pk=season))


def edition(season_name: str | None = None) -> Edition | None:
    """The live scorer and the season of that name (the current one), or None while there is nothing to show yet.

    Raises UnknownSeason.
    """
    name = known_text(season_name)
    season = season_named(name) if name else None
    if name and season is None:
        raise UnknownSeason(season_name)
    scorer = live_scorer()
    season = season or current_season(scorer=scorer)
    return Edition(scorer, season) if scorer and season else None


def known_text(name: str | None) -> str | None:
    """A name as the database can be asked for it; no name at all is None. Raises UnknownSeason."""
    if name and ("\0" in name or not name.isprintable()):
        raise UnknownSeason(name)
    return name or None


def houses_tile(tile: Tile, shown: Edition) -> bytes:
    """Houses from CLUSTER_ZOOM + 1 on, clusters before, a grid before those."""
    inputs = {**asdict(tile), **shown.keys, **house_parameters(shown.scorer.card), "cell_zoom": CELL_ZOOM}
    if tile.z > CLUSTER_ZOOM:
        return drawn("maps/tile_houses.sql", {**inputs, "at_most": MOST_HOUSES})
    in_grid = tile.z <= GRID_ZOOM
    level = tile.z + (GRID_FINER if in_grid else CLUSTER_FINER)
    return drawn("maps/tile_clusters.sql", {**inputs, "level": level, "in_grid": in_grid})


def heat_tile(tile: Tile, shown: Edition) -> bytes:
    """The heat grid as a vector tile."""
    level = heat_level(tile.z)
    levels = {"level": level, "seen_level": min(SEEN_ZOOM, level), **LEANING}
    scale = scale_of(shown.scorer.card)
    return drawn("maps/tile_heat.sql", {**asdict(tile), **shown.keys, **levels, "scale": scale})


LEANING = {"lean": LEAN, "lean_houses": LEAN_HOUSES}


def neighbourhoods_tile(tile: Tile, shown: Edition | None) -> bytes:
    keys = shown.keys if shown else {"scorer": None, "season": None}
    return drawn("maps/tile_neighbourhoods.sql", {**ground_of(tile), **keys})


def base_tile(tile: Tile) -> bytes:
    return drawn("maps/tile_base.sql", ground_of(tile))


def tracks_tile(tile: Tile, driver_id: int) -> bytes:
    """The driver's own tracks, and nobody else's."""
    return drawn("maps/tile_tracks.sql", {**ground_of(tile), "driver": driver_id, "pause_s": PAUSE_S})


def ground_of(tile: Tile) -> dict[str, Any]:
    """The tile, its ground in degrees with the margin, and what a unit of it measures."""
    west, south, east, north = tile.box(margin=BUFFER / EXTENT)
    ground = {"west": west, "south": south, "east": east, "north": north, "buffer": BUFFER}
    return {**asdict(tile), **ground, "unit": 360 / 2**tile.z / EXTENT}


def drawn(statement: str, inputs: dict[str, Any]) -> bytes:
    """The Mapbox vector tile that the statement makes; empty where nothing is."""
    return bytes(fetch_value(statement, inputs) or b"")


def heat_cells(tile: Tile, shown: Edition) -> Cells:
    """The cells that shine into the tile."""
    asked = {**shown.keys, **asdict(window_of(tile)), **LEANING, "cell_zoom": CELL_ZOOM}
    rows = fetch_rows("maps/heat_window.sql", asked)
    columns = np.array([list(row.values()) for row in rows], np.float64).reshape(-1, 4).T
    across = cells_across(tile)
    x, y = columns[0] / across - tile.x, columns[1] / across - tile.y
    return Cells(*(column.astype(np.float32) for column in (x, y, columns[2], columns[3])))


def driven_cells(tile: Tile, shown: Edition) -> Driven:
    asked = {**shown.keys, **asdict(seen_window(tile))}
    return Driven.of(tile, ((row["x"], row["y"]) for row in fetch_rows("maps/driven_window.sql", asked)))


def extent_of_map(shown: Edition | None, *, houses_only: bool = True) -> Box:
    """The ground of the houses on the map, or of all that was driven; the world while there is nothing."""
    if shown is None:
        return WORLD
    level = CELL_ZOOM if houses_only else SEEN_ZOOM
    row = fetch_rows("maps/extent.sql", {**shown.keys, "level": level, "houses_only": houses_only})[0]
    if row["west"] is None:
        return WORLD
    across = 2**level
    west, east = longitude(row["west"], across), longitude(row["east"], across)
    return west, latitude(row["south"], across), east, latitude(row["north"], across)


def extent_of_base() -> Box:
    return box_of(fetch_rows("maps/extent_base.sql", {})[0])


def extent_of_tracks(driver_id: int) -> Box:
    return box_of(fetch_rows("maps/extent_tracks.sql", {"driver": driver_id})[0])


def box_of(row: dict[str, Any]) -> Box:
    west, south, east, north = (row[side] for side in ("west", "south", "east", "north"))
    return WORLD if None in (west, south, east, north) else (west, south, east, north)


def base_credits() -> list[str]:
    """Whom the base map has to name, each once."""
    ground = newest_ground()
    return list(credits_since(ground) if ground else read_credits())


@lru_cache(maxsize=4)
def credits_since(ground: int) -> tuple[str, ...]:
    """Read once for each change of the ground: every page with a map names them, and a city has 200,000 areas."""
    return read_credits()


def read_credits() -> tuple[str, ...]:
    named = (Street.objects, BaseArea.objects, Neighbourhood.objects)
    found = {
        credit for rows in named for credit in rows.order_by().values_list("credit", flat=True).distinct()
    }
    return tuple(sorted(found - {""}))
