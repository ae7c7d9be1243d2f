"""Tiles in one file: PMTiles version 3, https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from server.maps.tiles.grid import Box, Tile, tile_at

Draw = Callable[[Tile], bytes]
Tell = Callable[[int, int], None]
SPARSE_ZOOM = 12
E7 = 10_000_000


class NothingToExport(Exception):
    """No tile has anything on it; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Kind:
    """What the tiles of an archive are, and how they lie in it."""

    type: TileType
    compression: Compression

    def packed(self, content: bytes) -> bytes:
        return gzip.compress(content, mtime=0) if self.compression is Compression.GZIP else content


VECTOR = Kind(TileType.MVT, Compression.GZIP)
PICTURE = Kind(TileType.PNG, Compression.NONE)


def write_archive(
    path: Path, kind: Kind, tiles: Iterator[tuple[Tile, bytes]], extent: Box, metadata: dict[str, Any]
) -> int:
    """Writes tiles, which come zoom by zoom, whole or not at all; how many there were. Raises NothingToExport."""
    making = path.with_name(f"{path.name}.part")
    count = 0
    try:
        with making.open("wb") as file:
            writer: Any = Writer(file)  # type: ignore[no-untyped-call]
            for tile, content in tiles:
                writer.write_tile(zxy_to_tileid(tile.z, tile.x, tile.y), kind.packed(content))
                count += 1
            if not count:
                raise NothingToExport("There is nothing on the map of this season yet.")
            writer.finalize(header(kind, extent), metadata)
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)
    return count


def header(kind: Kind, extent: Box) -> dict[str, Any]:
    west, south, east, north = extent
    degrees = {
        "min_lon": west,
        "min_lat": south,
        "max_lon": east,
        "max_lat": north,
        "center_lon": (west + east) / 2,
        "center_lat": (south + north) / 2,
    }
    places = {f"{name}_e7": round(value * E7) for name, value in degrees.items()}
    return {
        "tile_type": kind.type,
        "tile_compression": kind.compression,
        "center_zoom": SPARSE_ZOOM,
        **places,
    }


def drawn(draw: Draw, extent: Box, max_zoom: int, tell: Tell) -> Iterator[tuple[Tile, bytes]]:
    """Every tile of the extent with something on it, from the whole world down, each zoom in the order of its ids.

    From zoom 12 on nothing is looked for below an empty tile. `tell` hears of each zoom how many tiles it has.
    """
    level = [Tile(0, 0, 0)]
    while level:
        zoom, below, count = level[0].z, [], 0
        for tile in sorted(level, key=lambda one: zxy_to_tileid(one.z, one.x, one.y)):
            content = draw(tile)
            if content:
                count += 1
                yield tile, content
            if zoom < max_zoom and (content or zoom < SPARSE_ZOOM):
                below += [child for child in children(tile) if touches(child, extent)]
        tell(zoom, count)
        level = below


def children(tile: Tile) -> list[Tile]:
    return [Tile(tile.z + 1, 2 * tile.x + right, 2 * tile.y + down) for down in (0, 1) for right in (0, 1)]


def touches(tile: Tile, extent: Box) -> bool:
    west, south, east, north = extent
    first, last = tile_at((west, north), tile.z), tile_at((east, south), tile.z)
    return first.x <= tile.x <= last.x and first.y <= tile.y <= last.y
