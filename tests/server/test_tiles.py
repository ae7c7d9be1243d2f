"""What tiles show."""

from __future__ import annotations

from datetime import timedelta
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
LAYERS = ("houses.mvt", "heat.mvt", "heat.png", "neighbourhoods.mvt", "base.mvt")


def get(client: Client, tiles: str, tile: Tile = HERE, question: str = "", **headers: str) -> Any:
    layer, suffix = tiles.split(".")
    return client.get(f"/tiles/{layer}/{tile.z}/{tile.x}/{tile.y}.{suffix}{question}", headers=headers)


def features(
    client: Client, layer: str, part: str = "", tile: Tile = HERE, question: str = ""
) -> list[dict[str, Any]]:
    content = get(client, f"{layer}.mvt", tile, question).content
    decoded = mapbox_vector_tile.decode(content) if content else {}
    return decoded.get(part or layer, {}).get("features", [])


def shown(client: Client, tile: Tile = HERE, question: str = "") -> list[str]:
    return [feature["properties"]["id"] for feature in features(client, "houses", "houses", tile, question)]


def test_a_house_in_a_tile_has_its_id_points_and_class_and_nothing_else(client: Client) -> None:
    house = make.make_map_house(0.1)
    (feature,) = features(client, "houses")
    assert feature["properties"] == {"id": house.public_id, "points": 71.3, "class": "many"}


@pytest.mark.parametrize("zoom", [10, 14, 16])
def test_a_house_lies_where_it_stands(client: Client, zoom: int) -> None:
    make.make_map_house()
    tile = tile_at(make.HOME, zoom)
    west, south, east, north = tile.box()
    x, y = features(client, "houses", tile=tile)[0]["geometry"]["coordinates"]
    assert west + (east - west) * x / 4096 == pytest.approx(make.HOME[0], abs=2 * (east - west) / 4096)
    assert south + (north - south) * y / 4096 == pytest.approx(make.HOME[1], abs=(east - west) / 300)


def test_the_most_festive_house_is_drawn_last(client: Client) -> None:
    houses = [make.make_map_house(festivity) for festivity in (0.3, 0.1, 0.2)]
    assert shown(client) == [houses[number].public_id for number in (1, 2, 0)]


def test_a_hidden_house_leaves_the_tile(client: Client) -> None:
    house = make.make_map_house()
    assert get(client, "houses.mvt").status_code == 200
    hide_house(house)
    assert get(client, "houses.mvt").status_code == 204


def test_a_house_whose_only_sighting_is_suppressed_leaves_the_tile(client: Client) -> None:
    house = make.make_ranked_house()
    make.publish_map()
    house.sightings.update(suppressed=True)
    publish_scores(scorer=make.the_scorer(), season=make.make_season(), house_ids=[house.pk])
    make.publish_map(house_ids=[house.pk])
    assert get(client, "houses.mvt").status_code == 204


def test_a_tile_shows_one_season_and_one_scorer(client: Client) -> None:
    now = make.make_map_house()
    before = make.make_map_house(season=make.make_season(2025))
    make.score_house(make.make_house(), scorer=make.make_scorer())
    assert shown(client) == [now.public_id]
    assert shown(client, question="?season=2025") == [before.public_id]


def test_from_afar_houses_are_clusters_named_after_their_best(client: Client) -> None:
    houses = [make.make_map_house(0.02 * number) for number in range(1, 5)]
    far = make.make_map_house(0.3, make.place(-9000))
    tile = tile_at(make.HOME, 10)
    (cluster,) = features(client, "houses", "clusters", tile)
    assert cluster["properties"] == {
        "id": houses[-1].public_id, "points": 63.2, "class": "many", "houses": 4, "mean": 46.5,
    }  # fmt: skip
    assert shown(client, tile) == [far.public_id]


def test_in_the_grid_clusters_stand_in_the_middle_of_their_cells(client: Client) -> None:
    for _ in range(2):
        make.make_map_house()
    tile = tile_at(make.HOME, 6)
    (cluster,) = features(client, "houses", "clusters", tile)
    x, y = cluster["geometry"]["coordinates"]
    assert (x % 256, (4096 - y) % 256) == (128, 128)


def test_a_house_on_a_tiles_edge_is_in_one_tile_of_each_zoom(client: Client) -> None:
    west, _, _, north = Tile(16, 11451, 26448).box()
    make.make_map_house(where=(west, north))
    for zoom in range(17):
        middle = tile_at((west, north), zoom)
        around = {
            Tile(zoom, middle.x + east, middle.y + south) for east in (-1, 0, 1) for south in (-1, 0, 1)
        }
        tiles = [tile for tile in around if 0 <= tile.x < 2**zoom and 0 <= tile.y < 2**zoom]
        assert sum(len(shown(client, tile)) for tile in tiles) == 1


def test_a_heat_square_says_its_points_and_its_houses(client: Client) -> None:
    for festivity in (0.05, 0.15):
        make.make_map_house(festivity)
    (square,) = features(client, "heat")
    assert square["properties"] == {"points": 71.3, "houses": 2}
    (ring,) = square["geometry"]["coordinates"]
    assert max(x for x, _ in ring) - min(x for x, _ in ring) == 128


def test_where_few_houses_are_heat_leans_on_what_is_around(client: Client) -> None:
    cell = tile_at(make.HOME, 20)
    west, south, east, north = Tile(17, cell.x >> 3, cell.y >> 3).box()
    width, height = (east - west) / 8, (north - south) / 8
    middles = [(west + (number + 0.5) * width, south + height / 2) for number in range(4)]
    for number, where in enumerate(middles):
        make.make_map_house(0.4 if number == 0 else 0.0001, where)
    tile = tile_at(middles[0], 18)
    points = [feature["properties"]["points"] for feature in features(client, "heat", tile=tile)]
    assert sorted(points) == [46.5, 46.5, 46.5, 95.6]


def test_a_street_that_was_driven_is_told_apart_from_one_that_was_not(client: Client) -> None:
    drive = make.make_drive()
    for _ in range(3):
        make.score_frame(make.make_frame(drive))
    make.make_season()
    make.publish_map(drive_ids=[drive.pk])
    (square,) = features(client, "heat", "driven")
    assert square["properties"] == {"frames": 1}
    assert features(client, "heat", "heat") == []
    assert get(client, "heat.png").status_code == 200


def test_no_tile_tells_where_within_a_block_somebody_drove(client: Client) -> None:
    drive = make.make_drive()
    for east_m in (0, 40):
        make.score_frame(make.make_frame(drive, where=make.place(east_m)))
    make.publish_map(drive_ids=[drive.pk])
    cell = tile_at(make.HOME, 18)
    (square,) = features(client, "heat", "driven", cell)
    (ring,) = square["geometry"]["coordinates"]
    assert {tuple(corner) for corner in ring} == {(0, 0), (0, 4096), (4096, 0), (4096, 4096)}


def test_before_anything_is_scored_tiles_are_empty(client: Client) -> None:
    assert [get(client, tiles).status_code for tiles in LAYERS] == [204] * len(LAYERS)


def test_a_neighbourhood_shows_the_mean_points_of_its_visible_houses(client: Client) -> None:
    lane = make.make_neighbourhood()
    for festivity, hidden in ((0.1, False), (0.02, False), (0.9, True)):
        make.make_map_house(festivity, neighbourhood=lane, hidden=hidden)
    (feature,) = features(client, "neighbourhoods")
    assert feature["properties"] == {
        "name": "Candy Cane Lane", "slug": "candy-cane-lane", "houses": 2, "points": 46.7,
    }  # fmt: skip


def test_a_neighbourhood_without_houses_is_shown_without_points(client: Client) -> None:
    make.make_neighbourhood()
    assert features(client, "neighbourhoods")[0]["properties"]["houses"] == 0


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


def test_a_driver_sees_their_own_tracks_and_nobody_elses(client: Client) -> None:
    driver, other = make.make_user(), make.make_user()
    drive = make.make_drive(driver)
    for second in (0, 10, 20, 400, 410):
        make.make_track_point(drive, make.NIGHT + timedelta(seconds=second), make.place(second))
    client.force_login(driver)
    lines = features(client, "tracks")
    assert [line["properties"] for line in lines] == [{"drive": drive.public_id, "title": drive.title}] * 2
    response = get(client, "tracks.mvt")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response.headers["Vary"]
    client.force_login(other)
    assert get(client, "tracks.mvt").status_code == 204
    client.logout()
    assert get(client, "tracks.mvt").status_code == 401
