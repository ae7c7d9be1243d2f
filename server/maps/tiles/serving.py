"""A tile from its address to its bytes: which version is asked for, is it kept, else draw and keep it."""

from __future__ import annotations

from server.maps.tiles import cache, queries
from server.maps.tiles.cache import Kept
from server.maps.tiles.grid import Tile
from server.maps.tiles.layers import VECTOR_TILE, TileSet
from server.maps.tiles.queries import Version

NOTHING = Kept.of(b"", squeeze=False)


def version_of(tiles: TileSet, tile: Tile, season: str | None) -> Version:
    """The version of the tile that is shown now. Raises UnknownSeason."""
    if tiles.layer == "base":
        return Version(None, None, None, None, queries.newest_ground())
    return queries.version(tiles.layer, tile, season)


def kept_digest(tiles: TileSet, tile: Tile, shown: Version) -> str | None:
    """The digest of the tile's content, where it is kept: enough to say that nothing has changed."""
    return cache.find_digest(cache.key_of(tiles.name, tile, shown))


def kept_or_drawn(tiles: TileSet, tile: Tile, shown: Version) -> Kept:
    """The tile, drawn only where it is not kept.

    What is drawn is at least as new as the version that it is kept under: whoever finds a newer version asks for another key.
    """
    if tiles.stamped and shown.stamp is None:
        return NOTHING
    return cache.find(cache.key_of(tiles.name, tile, shown)) or draw_and_keep(tiles, tile, shown)


def draw_and_keep(tiles: TileSet, tile: Tile, shown: Version) -> Kept:
    made = drawn(tiles, tile, shown)
    cache.keep(cache.key_of(tiles.name, tile, shown), made)
    return made


def drawn(tiles: TileSet, tile: Tile, shown: Version) -> Kept:
    content = tiles.drawing(tile, queries.edition_of(shown.scorer, shown.season, shown.card))
    return Kept.of(content, squeeze=tiles.content_type == VECTOR_TILE)
