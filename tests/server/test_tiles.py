from __future__ import annotations

import gzip
from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import MultiPolygon
from django.test import Client

from server.houses.services import hide_house, publish_scores
from server.maps.models import BaseArea
from server.maps.tiles.grid import Tile, tile_at

from . import factories as make

pytestmark = pytest.mark.django_db
ZOOM = 14
HERE = tile_at(make.HOME, ZOOM)


def get(client: Client, layer: str, tile: Tile | None = None, **headers: str) -> Any:
    tile = tile or HERE
    suffix = "png" if layer == "heat" else "mvt"
    return client.get(f"/tiles/{layer}/{tile.z}/{tile.x}/{tile.y}.{suffix}", headers=headers)


def features(client: Client, layer: str, part: str = "", tile: Tile | None = None) -> list[dict[str, Any]]:
    content = get(client, layer, tile).content
    return mapbox_vector_tile.decode(content).get(part or layer, {}).get("features", []) if content else []


def shown(client: Client, tile: Tile | None = None) -> list[str]:
    return [feature["properties"]["id"] for feature in features(client, "houses", tile=tile)]


def test_a_house_in_a_tile_has_its_id_points_and_class_and_nothing_else(client: Client) -> None:
    house = make.make_ranked_house(0.1)
    (feature,) = features(client, "houses")
    assert feature["properties"] == {"id": house.public_id, "points": 71.3, "class": "many"}


def test_a_house_lies_where_it_stands(client: Client) -> None:
    make.make_ranked_house()
    tile = HERE
    west, south, east, north = tile.box()
    x, y = features(client, "houses", tile=tile)[0]["geometry"]["coordinates"]
    assert west + (east - west) * x / 4096 == pytest.approx(make.HOME[0], abs=1e-5)
    assert south + (north - south) * y / 4096 == pytest.approx(make.HOME[1], abs=1e-5)


def test_the_most_festive_house_is_drawn_last(client: Client) -> None:
    houses = [make.make_ranked_house(festivity) for festivity in (0.3, 0.1, 0.2)]
    assert shown(client) == [houses[number].public_id for number in (1, 2, 0)]


def test_a_hidden_house_leaves_the_tile(client: Client) -> None:
    house = make.make_ranked_house()
    hide_house(house)
    assert get(client, "houses").status_code == 204


def test_a_house_whose_only_sighting_is_suppressed_leaves_the_tile(client: Client) -> None:
    house = make.make_ranked_house()
    house.sightings.update(suppressed=True)
    publish_scores(scorer=make.the_scorer(), season=make.make_season(), house_ids=[house.pk])
    assert get(client, "houses").status_code == 204


def test_a_tile_shows_one_season_and_one_scorer(client: Client) -> None:
    now, before = make.make_house(), make.make_house()
    make.score_house(now)
    make.score_house(before, season=make.make_season(2025))
    make.score_house(make.make_house(), scorer=make.make_scorer())
    tile = HERE
    assert shown(client) == [now.public_id]
    content = client.get(f"/tiles/houses/{tile.z}/{tile.x}/{tile.y}.mvt?season=2025").content
    names = [f["properties"]["id"] for f in mapbox_vector_tile.decode(content)["houses"]["features"]]
    assert names == [before.public_id]


def test_an_unknown_season_is_said_to_be_unknown(client: Client) -> None:
    response = client.get("/tiles/houses/0/0/0.mvt?season=1066")
    assert (response.status_code, response.content.decode()) == (404, "There is no season of that name.")


def test_far_out_only_the_strongest_of_a_crowd_are_shown(client: Client) -> None:
    houses = [make.score_house(make.make_house(), 0.01 * number).house for number in range(1, 10)]
    assert len(shown(client)) == 9
    assert shown(client, tile_at(make.HOME, 10)) == [house.public_id for house in houses[-4:]]


@pytest.mark.parametrize("address", ["23/0/0", "3/8/0", "3/0/8", "0/1/0", f"22/{2**22}/0", f"5/{10**30}/1"])
@pytest.mark.parametrize("layer", ["houses", "heat"])
def test_a_tile_outside_the_world_is_not_found(client: Client, layer: str, address: str) -> None:
    suffix = "png" if layer == "heat" else "mvt"
    assert client.get(f"/tiles/{layer}/{address}.{suffix}").status_code == 404


@pytest.mark.parametrize("address", ["-1/0/0", "1.5/0/0", "a/b/c", "1/0/-1"])
def test_a_tile_without_whole_numbers_is_not_found(client: Client, address: str) -> None:
    assert client.get(f"/tiles/houses/{address}.mvt").status_code == 404


@pytest.mark.parametrize("zoom", [0, 1, 5, 12, 22])
@pytest.mark.parametrize("layer", ["houses", "neighbourhoods", "base", "heat"])
def test_the_corners_of_the_world_are_no_trouble(client: Client, layer: str, zoom: int) -> None:
    for where in ((180, 0), (-180, 85), (0, 90), (0, -90)):
        make.score_house(make.make_house(where))
    make.make_neighbourhood(centre=(179.99, 85.0), half_side_m=5000)
    last = 2**zoom - 1
    for x, y in ((0, 0), (last, 0), (0, last), (last, last // 2)):
        assert get(client, layer, Tile(zoom, x, y)).status_code in (200, 204)


def test_before_anything_is_scored_tiles_are_empty(client: Client) -> None:
    assert [get(client, layer).status_code for layer in ("houses", "neighbourhoods", "base")] == [204] * 3
    assert get(client, "heat").status_code == 200


@pytest.mark.parametrize("layer", ["houses", "neighbourhoods", "base", "heat"])
def test_a_tile_that_the_browser_has_is_not_sent_again(client: Client, layer: str) -> None:
    make.make_ranked_house(neighbourhood=make.make_neighbourhood())
    first = get(client, layer)
    again = get(client, layer, if_none_match=first.headers["ETag"])
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "max-age=60" in again.headers["Cache-Control"]


def test_a_tile_keeps_its_bytes_until_something_in_it_changes(client: Client) -> None:
    house = make.make_ranked_house()
    for festivity in (0.2, 0.05):
        make.make_ranked_house(festivity)
    before = get(client, "houses")
    assert get(client, "houses").content == before.content
    house.scores.update(festivity=0.4)
    assert get(client, "houses").headers["ETag"] != before.headers["ETag"]


def test_a_vector_tile_is_gzipped_for_those_who_read_gzip(client: Client) -> None:
    make.make_ranked_house()
    plain, squeezed = get(client, "houses"), get(client, "houses", accept_encoding="gzip, br")
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(squeezed.content) == plain.content
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_a_neighbourhood_shows_the_mean_points_of_its_visible_houses(client: Client) -> None:
    lane = make.make_neighbourhood()
    for festivity, hidden in ((0.1, False), (0.02, False), (0.9, True)):
        make.make_ranked_house(festivity, neighbourhood=lane, hidden=hidden)
    (feature,) = features(client, "neighbourhoods")
    assert feature["properties"] == {
        "name": "Candy Cane Lane",
        "slug": "candy-cane-lane",
        "houses": 2,
        "points": 46.7,
    }


def test_the_base_map_shows_small_streets_when_one_is_near(client: Client) -> None:
    make.make_street("Holly Street")
    make.make_street("Ring Road", kind="motorway", end=make.place(4000, 4000))
    BaseArea.objects.create(kind="park", area=MultiPolygon(make.square(half_side_m=1500)))
    near = features(client, "base", "streets")
    assert [street["properties"] for street in near] == [
        {"name": "Holly Street", "kind": "residential"},
        {"name": "Ring Road", "kind": "motorway"},
    ]
    far = features(client, "base", "streets", tile_at(make.HOME, 9))
    assert [street["properties"]["name"] for street in far] == ["Ring Road"]
    assert features(client, "base", "areas")[0]["properties"] == {"kind": "park"}


@pytest.mark.parametrize("layer", ["houses", "neighbourhoods", "base", "heat"])
def test_every_layer_describes_itself(client: Client, layer: str) -> None:
    make.make_ranked_house(neighbourhood=make.make_neighbourhood())
    document = client.get(f"/tiles/{layer}.json").json()
    assert document["tilejson"] == "3.0.0"
    tile = HERE
    assert client.get(document["tiles"][0].format(z=tile.z, x=tile.x, y=tile.y)).status_code == 200
    west, south, east, north = document["bounds"]
    assert west <= make.HOME[0] <= east
    assert south <= make.HOME[1] <= north


def test_a_vector_layer_names_the_properties_that_its_tiles_carry(client: Client) -> None:
    make.make_ranked_house()
    (described,) = client.get("/tiles/houses.json").json()["vector_layers"]
    assert set(described["fields"]) == set(features(client, "houses")[0]["properties"])


def test_the_legend_names_the_classes_by_their_lowest_points(client: Client) -> None:
    make.the_scorer()
    make.make_season()
    document = client.get("/tiles/houses.json").json()
    assert [entry["points"] for entry in document["classes"]] == [11.8, 46.5, 84.7]
    assert client.get("/tiles/heat.json").json()["legend"][-1]["points"] == 100


def test_the_base_map_credits_its_sources(client: Client) -> None:
    make.make_street(credit="© OpenStreetMap contributors")
    assert client.get("/tiles/base.json").json()["attribution"] == "© OpenStreetMap contributors"


def test_an_unknown_layer_is_not_found(client: Client) -> None:
    assert client.get("/tiles/rivers.json").status_code == 404
