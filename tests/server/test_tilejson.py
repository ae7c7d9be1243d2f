"""What layers say of themselves."""

from __future__ import annotations

import pytest
from django.test import Client

from server.maps.tiles.style import style

from . import factories as make
from .test_tiles import HERE, features

pytestmark = pytest.mark.django_db
NAMES = ("houses", "neighbourhoods", "base", "heat", "heat-png")


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_describes_itself(client: Client, name: str) -> None:
    make.make_map_house(neighbourhood=make.make_neighbourhood())
    document = client.get(f"/tiles/{name}.json").json()
    assert document["tilejson"] == "3.0.0"
    assert ("vector_layers" in document) == (name != "heat-png")
    address = document["tiles"][0].format(z=HERE.z, x=HERE.x, y=HERE.y)
    assert client.get(address).status_code == 200
    west, south, east, north = document["bounds"]
    assert west <= make.HOME[0] <= east
    assert south <= make.HOME[1] <= north


def test_a_vector_layer_names_the_properties_that_its_tiles_carry(client: Client) -> None:
    make.make_map_house()
    for layer, part in (("houses", "houses"), ("heat", "heat")):
        described = {one["id"]: one for one in client.get(f"/tiles/{layer}.json").json()["vector_layers"]}
        assert set(described[part]["fields"]) == set(features(client, layer, part)[0]["properties"])


def test_the_legend_names_the_classes_by_their_lowest_points(client: Client) -> None:
    make.the_scorer()
    make.make_season()
    document = client.get("/tiles/houses.json").json()
    assert [entry["points"] for entry in document["classes"]] == [11.8, 46.5, 84.7]
    assert client.get("/tiles/heat.json").json()["legend"][-1]["points"] == 100


def test_the_heat_map_says_how_a_square_is_counted(client: Client) -> None:
    statistic = client.get("/tiles/heat.json").json()["statistic"]
    assert statistic["lean"] == 1
    assert "8 x 8" in statistic["mean_around"]


def test_the_base_map_credits_its_sources(client: Client) -> None:
    make.make_street(credit="© OpenStreetMap contributors")
    assert client.get("/tiles/base.json").json()["attribution"] == "© OpenStreetMap contributors"


def test_an_unknown_layer_is_not_found(client: Client) -> None:
    response = client.get("/tiles/rivers.json")
    assert response.status_code == 404
    assert "heat-png" in response.content.decode()


def test_tracks_describe_themselves_to_their_driver_only(client: Client) -> None:
    drive = make.make_drive()
    make.make_track_point(drive)
    assert client.get("/tiles/tracks.json").status_code == 401
    client.force_login(drive.driver)
    response = client.get("/tiles/tracks.json")
    assert response.json()["bounds"] == [*make.HOME, *make.HOME]
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_every_layer_of_the_style_stands_in_the_tilejson_of_its_source(client: Client) -> None:
    document = client.get("/tiles/style.json").json()
    parts = {
        source: {part["id"] for part in client.get(entry["url"]).json()["vector_layers"]}
        for source, entry in document["sources"].items()
    }
    drawn = [layer for layer in document["layers"] if "source" in layer]
    assert all(layer["source-layer"] in parts[layer["source"]] for layer in drawn)
    assert {layer["source"] for layer in drawn} == set(parts)


def test_the_style_carries_the_season_to_its_sources() -> None:
    sources = style(None, "https://here/tiles/", "?season=2025")["sources"]
    assert sources["heat"]["url"] == "https://here/tiles/heat.json?season=2025"
