"""How tiles travel: gzipped, revalidated, open to every site; and what readers that others wrote make of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import mapbox_vector_tile
import pyogrio
import pytest
import shapely
from django.test import Client

from server.maps.tiles.grid import Tile, tile_at

from . import factories as make
from .test_tiles import HERE, LAYERS, get

pytestmark = pytest.mark.django_db
METRES_ROUND = 40_075_016.685578488


@pytest.fixture(autouse=True)
def town() -> None:
    lane = make.make_neighbourhood()
    make.make_street()
    for number in range(3):
        make.score_house(make.make_house(make.place(60 * number), neighbourhood=lane), 0.1 + number / 20)
    drive = make.make_drive()
    make.score_frame(make.make_frame(drive))
    make.publish_map()


@pytest.mark.parametrize("tiles", LAYERS)
def test_a_tile_that_the_browser_has_is_not_sent_again(client: Client, tiles: str) -> None:
    first = get(client, tiles)
    again = get(client, tiles, if_none_match=f'"other", {first.headers["ETag"]}')
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert get(client, tiles, if_none_match='"other"').status_code == 200


@pytest.mark.parametrize("tiles", LAYERS)
def test_a_browser_asks_again_after_a_second(client: Client, tiles: str) -> None:
    assert get(client, tiles).headers["Cache-Control"] == "public, max-age=1, must-revalidate"
    empty = get(client, tiles, Tile(14, 0, 0))
    assert (empty.status_code, empty.content) == (204, b"")
    assert empty.headers["Cache-Control"] == "public, max-age=1, must-revalidate"


@pytest.mark.parametrize("tiles", LAYERS)
def test_a_map_on_another_site_may_show_the_tiles(client: Client, tiles: str) -> None:
    assert get(client, tiles).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("tiles", LAYERS)
def test_a_tile_depends_on_no_visitor(client: Client, tiles: str) -> None:
    client.force_login(make.make_user())
    answer = get(client, tiles)
    assert answer.headers.get("Vary", "") in ("", "Accept-Encoding")
    assert not answer.cookies
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_a_vector_tile_is_gzipped_for_those_who_read_gzip(client: Client) -> None:
    plain, squeezed = get(client, "houses.mvt"), get(client, "houses.mvt", accept_encoding="gzip, br")
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(squeezed.content) == plain.content
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert squeezed.headers["ETag"] == plain.headers["ETag"]


@pytest.mark.parametrize(
    ("layer", "zoom", "part", "count"),
    [("houses", 16, "houses", 3), ("houses", 8, "clusters", 1), ("heat", 16, "heat", 3),
     ("heat", 16, "driven", 1), ("neighbourhoods", 14, "neighbourhoods", 1)],
)  # fmt: skip
def test_gdal_reads_the_same_as_mapbox_vector_tile(
    client: Client, tmp_path: Path, layer: str, zoom: int, part: str, count: int
) -> None:
    tile = tile_at(make.place(60), zoom)
    content = get(client, f"{layer}.mvt", tile).content
    path = tmp_path / str(tile.z) / str(tile.x) / f"{tile.y}.mvt"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    meta, _, shapes, columns = pyogrio.raw.read(path, layer=part)
    decoded = mapbox_vector_tile.decode(content)[part]["features"]
    seen = [dict(zip(meta["fields"], row, strict=True)) for row in zip(*columns, strict=True)]
    assert [
        {name: row[name] for name in feature["properties"]}
        for row, feature in zip(seen, decoded, strict=True)
    ] == [feature["properties"] for feature in decoded]
    places = shapely.from_wkb(shapes)
    assert shapely.is_valid(places).all()
    tile_width_m = METRES_ROUND / 2**tile.z
    middle = shapely.centroid(shapely.union_all(places))
    assert abs(middle.x - make.HOME[0] / 360 * METRES_ROUND) < tile_width_m
    assert len(decoded) == count


def test_gdal_finds_the_tile_where_it_is(client: Client, tmp_path: Path) -> None:
    path = tmp_path / str(HERE.z) / str(HERE.x) / f"{HERE.y}.mvt"
    path.parent.mkdir(parents=True)
    path.write_bytes(get(client, "heat.mvt").content)
    bounds = pyogrio.read_info(path, layer="heat", force_total_bounds=True)["total_bounds"]
    west = (HERE.x / 2**HERE.z - 0.5) * METRES_ROUND
    assert west <= bounds[0] < bounds[2] <= west + METRES_ROUND / 2**HERE.z
