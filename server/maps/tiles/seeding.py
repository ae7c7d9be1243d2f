"""Drawing tiles ahead: those that have a stamp show something, and what is kept already is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from server.maps.models import TileStamp
from server.maps.tiles import queries
from server.maps.tiles.grid import Tile
from server.maps.tiles.layers import SETS, TileSet
from server.maps.tiles.serving import draw_and_keep, kept_digest, version_of

BATCH = 2000


@dataclass(frozen=True)
class Progress:
    """How many tiles there are, were looked at, and had to be drawn."""

    total: int = 0
    looked_at: int = 0
    drawn: int = 0


def seed(season: str | None, deepest: int) -> Iterator[Progress]:
    """Keeps every stamped tile of the live scorer's season (the current one) down to a zoom, from the lowest zoom on.

    It may be stopped at any time and goes on where it was. Raises UnknownSeason and redis.RedisError.
    """
    shown = queries.edition(season)
    if shown is None:
        return
    stamps = TileStamp.objects.filter(scorer=shown.scorer, season=shown.season, z__lte=deepest)
    places = stamps.order_by("z", "layer", "x", "y").values_list("layer", "z", "x", "y")
    sets = {layer: [one for one in SETS.values() if one.layer == layer] for layer in TileStamp.Layer.values}
    total = sum(stamps.filter(layer=layer).count() * len(sets[layer]) for layer in sets)
    progress = Progress(total)
    for layer, z, x, y in places.iterator(chunk_size=BATCH):
        for tiles in sets[layer]:
            made = keep_if_missing(tiles, Tile(z, x, y), season)
            progress = Progress(total, progress.looked_at + 1, progress.drawn + made)
            yield progress


def keep_if_missing(tiles: TileSet, tile: Tile, season: str | None) -> bool:
    """Whether it was missing."""
    shown = version_of(tiles, tile, season)
    if kept_digest(tiles, tile, shown):
        return False
    draw_and_keep(tiles, tile, shown)
    return True
