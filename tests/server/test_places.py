from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from server.houses.models import Neighbourhood, Street
from server.maps.models import BaseArea

from . import factories as make

pytestmark = pytest.mark.django_db
SHIPPED = Path(__file__).parents[2] / "ml" / "tools" / "render" / "places"
SQUARE = [[[0, 0], [0.01, 0], [0.01, 0.01], [0, 0.01], [0, 0]]]
BOW_TIE = [[[0, 0], [0.01, 0.01], [0.01, 0], [0, 0.01], [0, 0]]]


def write(folder: Path, *features: dict[str, Any], **more: Any) -> Path:
    path = folder / "places.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), encoding="utf-8")
    return path


def feature(shape: str, coordinates: Any, **properties: str) -> dict[str, Any]:
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def take(capsys: pytest.CaptureFixture[str], **files: Any) -> str:
    call_command("import_places", **files)
    return capsys.readouterr().out


def refusal(**files: Any) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("import_places", **files)
    return str(refused.value)


def test_the_places_that_ship_with_the_demo_are_taken_in(capsys) -> None:
    said = take(
        capsys, **{name: SHIPPED / f"{name}.geojson" for name in ("streets", "areas", "neighbourhoods")}
    )
    assert "left out" not in said
    assert Street.objects.exclude(name="").exists()
    assert set(BaseArea.objects.values_list("kind", flat=True)) == {"building", "water", "park"}
    assert all("OpenStreetMap" in n.credit for n in Neighbourhood.objects.all())


def test_taking_the_same_places_in_again_changes_nothing(capsys) -> None:
    files = {name: SHIPPED / f"{name}.geojson" for name in ("streets", "areas", "neighbourhoods")}
    take(capsys, **files)
    said = take(capsys, **files)
    assert said.count("0 new, 0 changed") == 3


@pytest.mark.parametrize(
    ("file", "count", "name"),
    [
        ("san_diego_subregional_areas", 41, "Del Mar Mira Mesa"),
        ("click_that_hood_denver", 78, "Chaffee Park"),
    ],
)
def test_boundaries_of_real_cities_are_taken_in(capsys, file: str, count: int, name: str) -> None:
    folder = os.environ.get("FESTIVITY_REAL_DATA")
    if not folder:
        pytest.skip("FESTIVITY_REAL_DATA is not set")
    take(capsys, neighbourhoods=Path(folder) / "boundaries" / f"{file}.geojson")
    assert Neighbourhood.objects.count() == count
    assert Neighbourhood.objects.filter(name=name).exists()


def test_a_house_gets_the_neighbourhood_that_is_taken_in(capsys, tmp_path: Path) -> None:
    house = make.make_house((0.005, 0.005))
    said = take(capsys, neighbourhoods=write(tmp_path, feature("Polygon", SQUARE, NAME="OLD TOWN")))
    house.refresh_from_db()
    assert house.neighbourhood.name == "Old Town"
    assert "houses: 1 now have" in said


def test_a_new_boundary_of_a_known_neighbourhood_replaces_the_old_one(capsys, tmp_path: Path) -> None:
    make.make_neighbourhood("Old Town", centre=(0, 0), slug="as-it-was")
    said = take(capsys, neighbourhoods=write(tmp_path, feature("Polygon", SQUARE, name="Old Town")))
    assert "1 read, 0 new, 1 changed" in said
    assert Neighbourhood.objects.get().slug == "as-it-was"


def test_two_cities_may_have_a_neighbourhood_of_one_name(capsys, tmp_path: Path) -> None:
    make.make_neighbourhood("University", centre=(50, 50))
    take(capsys, neighbourhoods=write(tmp_path, feature("Polygon", SQUARE, name="University")))
    assert sorted(Neighbourhood.objects.values_list("slug", flat=True)) == ["university", "university-2"]


def test_a_boundary_that_crosses_itself_is_made_valid(capsys, tmp_path: Path) -> None:
    take(capsys, neighbourhoods=write(tmp_path, feature("Polygon", BOW_TIE, name="Bow Tie")))
    assert Neighbourhood.objects.get().boundary.valid


def test_parts_of_one_name_are_one_neighbourhood(capsys, tmp_path: Path) -> None:
    island = [[[x + 1, y] for x, y in SQUARE[0]]]
    parts = [feature("Polygon", ring, name="Old Town") for ring in (SQUARE, island)]
    take(capsys, neighbourhoods=write(tmp_path, *parts))
    assert len(Neighbourhood.objects.get().boundary) == 2


def test_a_street_in_pieces_is_taken_in_piece_by_piece(capsys, tmp_path: Path) -> None:
    pieces = [[[0, 0], [0, 0.001]], [[0, 0.002, 5], [0, 0.003, 5]]]
    take(
        capsys,
        streets=write(tmp_path, feature("MultiLineString", pieces, name="Long Road", highway="primary")),
    )
    assert list(Street.objects.values_list("name", "kind")) == [("Long Road", "primary")] * 2


def test_a_renamed_street_is_renamed(capsys, tmp_path: Path) -> None:
    for name in ("Old Road", "New Road"):
        said = take(capsys, streets=write(tmp_path, feature("LineString", [[0, 0], [0, 0.001]], name=name)))
    assert "0 new, 1 changed" in said
    assert Street.objects.get().name == "New Road"


def test_the_name_is_read_from_the_property_that_is_named(capsys, tmp_path: Path) -> None:
    path = write(tmp_path, feature("Polygon", SQUARE, name="7", quarter="Old Town"))
    take(capsys, neighbourhoods=path, name_property="quarter")
    assert Neighbourhood.objects.get().name == "Old Town"


def test_areas_of_kinds_that_the_map_does_not_draw_are_counted(capsys, tmp_path: Path) -> None:
    kinds = [feature("Polygon", SQUARE, kind=kind) for kind in ("park", "airfield")]
    assert "2 read, 1 new, 0 changed, 1 of other kinds left out" in take(
        capsys, areas=write(tmp_path, *kinds)
    )


def test_another_coordinate_system_is_refused(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2230"}}
    said = refusal(neighbourhoods=write(tmp_path, feature("Polygon", SQUARE, name="Old Town"), crs=crs))
    assert "EPSG::2230" in said
    assert "ogr2ogr -t_srs EPSG:4326" in said


def test_lon_lat_by_its_older_name_is_taken(capsys, tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    take(capsys, neighbourhoods=write(tmp_path, feature("Polygon", SQUARE, name="Old Town"), crs=crs))
    assert Neighbourhood.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (feature("Point", [0, 0], name="X"), "feature 1 is a Point; only Polygon or MultiPolygon will do."),
        (feature("Polygon", [[[0, 0], [1, 1]]], name="X"), "feature 1 cannot be read as a shape."),
        (feature("Polygon", [], name="X"), "feature 1 lies outside"),
        (feature("Polygon", [[[0, 0], [6e6, 0], [6e6, 2e6], [0, 0]]], name="X"), "feature 1 lies outside"),
        (feature("Polygon", SQUARE), "feature 1 has no name. Choose the property with --name-property."),
        ({"type": "Feature", "geometry": None}, "feature 1 is a nothing"),
        (
            {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": "here"}},
            "feature 1 cannot be read",
        ),
    ],
)
def test_a_wrong_feature_is_refused_with_a_sentence(
    tmp_path: Path, wrong: dict[str, Any], sentence: str
) -> None:
    make.make_house()
    assert sentence in refusal(neighbourhoods=write(tmp_path, wrong))
    assert not Neighbourhood.objects.exists()


@pytest.mark.parametrize("text", ["", "[1, 2]", "{", '{"type": "Topology"}'])
def test_a_file_that_is_no_geojson_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wrong.geojson"
    path.write_text(text, encoding="utf-8")
    assert refusal(streets=path).startswith("wrong.geojson is no ")


def test_without_a_file_nothing_is_done(tmp_path: Path) -> None:
    assert "Name at least one file" in refusal()
    assert "No such file" in refusal(streets=tmp_path / "missing.geojson")
