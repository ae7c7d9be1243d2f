"""A season's bundle, from the first tile to the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from server.frames.points import house_limits, points, scale_of
from server.houses.queries import leaderboard, ranked_neighbourhoods
from server.maps.bundle.archive import PICTURE, VECTOR, NothingToExport, drawn, write_archive
from server.maps.bundle.layers import merged
from server.maps.bundle.page import write_page
from server.maps.bundle.tables import (
    houses_table,
    neighbourhoods_table,
    write_geojson,
    write_geoparquet,
)
from server.maps.legend import legend
from server.maps.tiles import queries
from server.maps.tiles.grid import Box, Tile
from server.maps.tiles.layers import SETS, heat_picture
from server.maps.tiles.queries import Edition
from server.maps.tiles.tilejson import DOCUMENTS

Say = Callable[[str], None]
VECTOR_LAYERS = ("base", "heat", "neighbourhoods", "houses")
NUMBERS = {"points", "houses", "mean", "frames"}
MAX_ZOOM = 16
MARGIN_DEG = 0.01
LISTED = 100
MAP, HEAT = "map.pmtiles", "heat.pmtiles"


def edition_or_refusal(season_name: str | None) -> Edition:
    """Raises UnknownSeason and NothingToExport."""
    shown = queries.edition(season_name)
    if shown is None:
        raise NothingToExport("There is no scored season yet. Upload a drive first.")
    return shown


def write_map(path: Path, shown: Edition, say: Say) -> int:
    """Base map, heat, neighbourhoods and houses as vector tiles in one PMTiles archive; how many tiles."""
    drawings = [SETS[f"{name}.mvt"].drawing for name in VECTOR_LAYERS]

    def draw(tile: Tile) -> bytes:
        return merged(*(drawing(tile, shown) for drawing in drawings))

    extent = extent_of(shown)
    metadata = {**about(shown), "vector_layers": vector_layers()}
    return write_archive(path, VECTOR, drawn(draw, extent, MAX_ZOOM, told(say, path.name)), extent, metadata)


def vector_layers() -> list[dict[str, Any]]:
    """The layers and their fields with types, as GDAL wants to know them."""
    parts = dict(part for name in VECTOR_LAYERS for part in DOCUMENTS[name].parts.items())
    return [
        {"id": name, "fields": {field: "Number" if field in NUMBERS else "String" for field in fields}}
        for name, fields in parts.items()
    ]


def write_heat(path: Path, shown: Edition, say: Say) -> int:
    """The heat map as pictures in one PMTiles archive; how many tiles."""

    def draw(tile: Tile) -> bytes:
        return heat_picture(tile, shown)

    extent = extent_of(shown)
    metadata = {**about(shown), "legend": legend()}
    return write_archive(path, PICTURE, drawn(draw, extent, MAX_ZOOM, told(say, path.name)), extent, metadata)


def write_bundle(folder: Path, shown: Edition, say: Say, site: str = "") -> None:
    """Everything into `folder`, which is made; `site` is the address of the living site, for links, or empty."""
    folder.mkdir(parents=True, exist_ok=True)
    write_map(folder / MAP, shown, say)
    write_heat(folder / HEAT, shown, say)
    ranking = leaderboard(limit=None, season=shown.season)
    for table in (houses_table(ranking.houses), neighbourhoods_table(ranked_neighbourhoods(shown.season))):
        say(f"{write_geojson(table, folder).name}: {len(table.ids)} rows")
        write_geoparquet(table, folder)
    card = model_card(shown)
    (folder / "model-card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    write_page(folder, page_context(shown, ranking.houses, card, site))
    say(f"{folder}/index.html opens from any static host.")


def page_context(shown: Edition, houses: Any, card: dict[str, Any], site: str) -> dict[str, Any]:
    setup = {
        "bounds": queries.extent_of_map(shown),
        "stops": legend(),
        "credit": ", ".join(queries.base_credits()),
        "map": MAP,
        "heat": HEAT,
        "max_zoom": MAX_ZOOM,
        "site": site,
    }
    return {
        "season": shown.season,
        "houses": houses[:LISTED],
        "total": len(houses),
        "any_synthetic": any(house.synthetic for house in houses),
        "card": card,
        "exported_at": timezone.now(),
        "setup": setup,
        "site": site,
    }


def model_card(shown: Edition) -> dict[str, Any]:
    """What made the numbers: the scorer with its card, the scale, and the classes by their lowest points."""
    scorer = shown.scorer
    classes = {
        name: round(points(limit, scorer.card), 1) for name, limit in house_limits(scorer.card).items()
    }
    return {
        "season": shown.season.name,
        "scorer": scorer.hash,
        "backbone": scorer.backbone,
        "head": scorer.head,
        "points": "100 * (1 - exp(-festivity / scale))",
        "scale": scale_of(scorer.card),
        "classes_from_points": classes,
        "card": scorer.card,
    }


def extent_of(shown: Edition) -> Box:
    """The ground of the houses, with a kilometre around."""
    west, south, east, north = queries.extent_of_map(shown)
    return (
        max(-180.0, west - MARGIN_DEG),
        max(-85.0, south - MARGIN_DEG),
        min(180.0, east + MARGIN_DEG),
        min(85.0, north + MARGIN_DEG),
    )


def about(shown: Edition) -> dict[str, Any]:
    return {
        "name": f"Festivity Map {shown.season.name}",
        "description": "Decorated houses by their festivity, 0 to 100 points.",
        "attribution": ", ".join(queries.base_credits()),
        "version": shown.scorer.hash,
    }


def told(say: Say, name: str) -> Callable[[int, int], None]:
    return lambda zoom, count: say(f"{name}: {count} tiles at zoom {zoom}")
