"""A season's bundle, read by readers that are not ours: pmtiles, GDAL, pyarrow, mapbox-vector-tile."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pyogrio
import pytest
import shapely
from django.core.management import CommandError, call_command
from pmtiles.reader import MmapSource, Reader, all_tiles
from pyarrow import parquet

from server.houses.services import hide_house
from server.maps.bundle.archive import NothingToExport, touches
from server.maps.bundle.layers import layers_of, merged
from server.maps.bundle.season import edition_or_refusal, write_bundle
from server.maps.tiles.grid import Tile, tile_at

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Three houses of one neighbourhood, one of them hidden."""
    place = make.make_neighbourhood(name="Lantern Hill")
    for number, festivity in enumerate((0.2, 0.05, 0.3)):
        house = make.make_ranked_house(festivity, where=make.place(east_m=40 * number), neighbourhood=place)
    hide_house(house)
    shown = edition_or_refusal(None)
    make.publish_map()
    write_bundle(tmp_path / "season", shown, say=print, site="https://lights.example")
    return tmp_path / "season"


@pytest.fixture
def archive(bundle: Path) -> Iterator[Any]:
    with (bundle / "map.pmtiles").open("rb") as file:
        yield MmapSource(file)


def test_the_archive_has_the_visible_houses_at_every_zoom(archive: Any) -> None:
    for zoom, layer in ((0, "clusters"), (8, "clusters"), (14, "houses"), (16, "houses")):
        tile = tile_at(make.HOME, zoom)
        layers = mapbox_vector_tile.decode(gzip.decompress(Reader(archive).get(tile.z, tile.x, tile.y)))
        assert sum(house["properties"].get("houses", 1) for house in layers[layer]["features"]) == 2


def test_the_archive_has_the_neighbourhoods_with_their_points(archive: Any) -> None:
    tile = tile_at(make.HOME, 14)
    layers = mapbox_vector_tile.decode(gzip.decompress(Reader(archive).get(tile.z, tile.x, tile.y)))
    (place,) = layers["neighbourhoods"]["features"]
    assert (place["properties"]["name"], place["properties"]["houses"]) == ("Lantern Hill", 2)


def test_the_archive_says_what_it_holds(archive: Any) -> None:
    header, metadata = Reader(archive).header(), Reader(archive).metadata()
    assert (header["min_zoom"], header["max_zoom"], header["clustered"]) == (0, 16, True)
    assert header["min_lon_e7"] < make.HOME[0] * 1e7 < header["max_lon_e7"]
    names = {layer["id"] for layer in metadata["vector_layers"]}
    assert {"houses", "neighbourhoods", "streets"} <= names
    assert sum(1 for _ in all_tiles(archive)) == header["addressed_tiles_count"]


def test_gdal_reads_the_archive(bundle: Path) -> None:
    assert "houses" in {name for name, _ in pyogrio.list_layers(bundle / "map.pmtiles")}
    places = pyogrio.raw.read(bundle / "map.pmtiles", layer="houses")
    fields = dict(zip(places[0]["fields"], places[3], strict=True))
    assert sorted(fields["points"]) == [46.5, 91.8]


def test_the_heat_archive_has_pictures(bundle: Path) -> None:
    with (bundle / "heat.pmtiles").open("rb") as file:
        pictures = [content for _, content in all_tiles(MmapSource(file))]
    assert pictures
    assert all(content.startswith(b"\x89PNG") for content in pictures)


def test_the_tables_agree_and_leave_out_what_is_hidden(bundle: Path) -> None:
    told = json.loads((bundle / "houses.geojson").read_text())["features"]
    rows = parquet.read_table(bundle / "houses.parquet").to_pylist()
    assert [house["properties"]["rank"] for house in told] == [1, 2]
    assert [row["points"] for row in rows] == [house["properties"]["points"] for house in told]
    places = [shapely.from_wkb(row["geometry"]) for row in rows]
    assert [list(place.coords[0]) for place in places] == [house["geometry"]["coordinates"] for house in told]


def test_the_parquet_file_is_geoparquet(bundle: Path) -> None:
    schema = parquet.read_schema(bundle / "houses.parquet")
    geo = json.loads(schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"][geo["primary_column"]]["geometry_types"] == ["Point"]


def test_the_page_needs_nothing_but_its_folder(bundle: Path) -> None:
    page = (bundle / "index.html").read_text()
    assert 'src="/' not in page
    assert 'href="/' not in page
    imports = json.loads(page.partition('<script type="importmap">')[2].partition("</script>")[0])["imports"]
    assert all((bundle / address).is_file() for address in imports.values())
    assert "A house in Lantern Hill" in page


def test_the_card_says_what_made_the_numbers(bundle: Path) -> None:
    card = json.loads((bundle / "model-card.json").read_text())
    assert card["scorer"] == make.the_scorer().hash
    assert card["classes_from_points"] == {"some": 11.8, "many": 46.5, "most": 84.7}


def test_an_empty_map_is_not_exported(db: None) -> None:
    with pytest.raises(NothingToExport, match="Upload a drive"):
        edition_or_refusal(None)


def test_of_two_layers_of_one_name_the_later_stays() -> None:
    one = mapbox_vector_tile.encode([{"name": "a", "features": []}, {"name": "b", "features": []}])
    other = mapbox_vector_tile.encode([{"name": "b", "features": [feature()]}])
    found = mapbox_vector_tile.decode(merged(one, other))
    assert list(layers_of(merged(one, other))) == [b"a", b"b"]
    assert len(found["b"]["features"]) == 1


def feature() -> dict[str, Any]:
    return {"geometry": "POINT (3 4)", "properties": {"points": 5}}


def test_only_tiles_of_the_extent_are_looked_at() -> None:
    extent = (-117.11, 32.89, -117.09, 32.91)
    assert touches(tile_at(make.HOME, 14), extent)
    assert not touches(Tile(14, 0, 0), extent)


def test_the_command_writes_one_archive_or_a_whole_bundle(bundle: Path, tmp_path: Path) -> None:
    call_command("tiles", "export", str(tmp_path / "city.pmtiles"), stdout=StringIO(), stderr=StringIO())
    assert (tmp_path / "city.pmtiles").read_bytes() == (bundle / "map.pmtiles").read_bytes()
    call_command("tiles", "export", str(tmp_path / "again"), stdout=StringIO(), stderr=StringIO())
    assert {path.name for path in (tmp_path / "again").iterdir()} == {path.name for path in bundle.iterdir()}


def test_an_unknown_season_is_refused(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no season 1999"):
        call_command("tiles", "export", str(tmp_path / "x"), "--season", "1999", stderr=StringIO())
