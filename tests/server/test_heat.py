from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from server.houses.services import hide_house, publish_scores, show_house
from server.maps.legend import STOPS, legend, ramp
from server.maps.models import HeatCell
from server.maps.services import publish_heat
from server.maps.tiles.grid import Tile, latitude, longitude
from server.maps.tiles.heat import Cells, draw, shown_points

from . import factories as make

pytestmark = pytest.mark.django_db
Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def publish(**houses: Any) -> int:
    return publish_heat(scorer=make.the_scorer(), season=make.make_season(), **houses)


def pixels(client: Client, z: int, x: int, y: int) -> Pixels:
    response = client.get(f"/tiles/heat/{z}/{x}/{y}.png")
    assert response.headers["Content-Type"] == "image/png"
    return np.asarray(Image.open(io.BytesIO(response.content)).convert("RGBA"))


def lone_cell(x: float, y: float, festivity: float = 0.1) -> Cells:
    return Cells(*(np.array([number], np.float32) for number in (x, y, 1, festivity)))


def test_a_cell_holds_the_mean_of_its_houses() -> None:
    for festivity in (0.1, 0.3):
        make.score_house(make.make_house(), festivity)
    assert publish() == 1
    cell = HeatCell.objects.get()
    assert (cell.houses, cell.festivity) == (2, pytest.approx(0.2))


def test_a_cell_is_the_tile_of_zoom_20_that_its_houses_stand_in() -> None:
    make.score_house(make.make_house(make.HOME))
    publish()
    cell = HeatCell.objects.get()
    west, south, east, north = Tile(20, cell.x, cell.y).box()
    assert west <= make.HOME[0] < east
    assert south < make.HOME[1] <= north
    assert longitude(cell.centre_x, 2**20) == pytest.approx(make.HOME[0])
    assert latitude(cell.centre_y, 2**20) == pytest.approx(make.HOME[1])


def test_publishing_some_houses_writes_their_cells_only_and_right() -> None:
    near, far = make.make_house(), make.make_house(make.place(1000, 0))
    for house in (near, far, make.make_house()):
        make.score_house(house, 0.1)
    publish()
    everything = list(HeatCell.objects.order_by("x").values())
    near.scores.update(festivity=0.3)
    far.scores.update(festivity=0.3)
    assert publish(house_ids=[near.pk]) == 1
    assert [cell.festivity for cell in HeatCell.objects.order_by("x")] == [
        pytest.approx(0.2),
        everything[1]["festivity"],
    ]


def test_a_house_that_moves_over_a_cells_border_takes_its_heat_along() -> None:
    house = make.make_house()
    make.score_house(house)
    publish()
    house.position.x += 360 / 2**20
    house.save()
    publish(house_ids=[house.pk])
    assert HeatCell.objects.get().centre_x == pytest.approx((house.position.x + 180) / 360 * 2**20)


def test_publishing_again_writes_nothing() -> None:
    make.score_house(make.make_house())
    assert [publish(), publish()] == [1, 0]


def test_a_hidden_house_leaves_its_cell_at_once_and_comes_back() -> None:
    house, other = make.make_house(), make.make_house()
    make.score_house(house, 0.3)
    make.score_house(other, 0.1)
    publish()
    hide_house(house)
    assert HeatCell.objects.get().festivity == pytest.approx(0.1)
    hide_house(other)
    assert not HeatCell.objects.exists()
    show_house(house)
    assert HeatCell.objects.get().festivity == pytest.approx(0.3)


def test_a_suppressed_sighting_leaves_the_heat_map() -> None:
    house = make.make_house()
    sighting = make.see(house)
    both = {"scorer": make.the_scorer(), "season": make.make_season(), "house_ids": [house.pk]}
    publish_scores(**both)
    publish_heat(**both)
    sighting.suppressed = True
    sighting.save()
    publish_scores(**both)
    publish_heat(**both)
    assert not HeatCell.objects.exists()


def test_houses_at_the_poles_and_the_antimeridian_are_no_trouble(client: Client) -> None:
    for where in ((0, 90), (0, -90), (180, 0.001), (-180, 0.001)):
        make.score_house(make.make_house(where), 0.5)
    publish()
    assert sorted(HeatCell.objects.values_list("x", flat=True)) == [0, 2**20 - 1]
    assert pixels(client, 0, 0, 0)[..., 3].any()


def test_heat_shines_across_the_antimeridian(client: Client) -> None:
    make.score_house(make.make_house((-179.9999, 0.0)), 0.5)
    publish()
    assert pixels(client, 16, 2**16 - 1, 2**15)[0, -1, 3] > 200
    assert pixels(client, 16, 0, 2**15)[0, 0, 3] > 200


@pytest.mark.parametrize("zoom", [9, 14, 17, 21])
def test_tiles_meet_without_a_seam(zoom: int) -> None:
    here, east, south = Tile(zoom, 40, 50), Tile(zoom, 41, 50), Tile(zoom, 40, 51)
    at_corner = shown_points(here, lone_cell(1.0, 1.0), 0.08)
    assert np.abs(at_corner[:, -1] - shown_points(east, lone_cell(0.0, 1.0), 0.08)[:, 0]).max() < 2
    assert np.abs(at_corner[-1] - shown_points(south, lone_cell(1.0, 0.0), 0.08)[0]).max() < 2
    assert at_corner[-1, -1] > 65


def test_tiles_of_the_server_meet_without_a_seam(client: Client) -> None:
    for east_m in range(-600, 600, 40):
        make.score_house(make.make_house(make.place(east_m, east_m / 7)), 0.05 + (east_m % 7) / 50)
    publish()
    cell = HeatCell.objects.order_by("x")[15]
    x, y = cell.x >> 5, cell.y >> 5
    left, right = pixels(client, 15, x, y).astype(int), pixels(client, 15, x + 1, y).astype(int)
    step = np.abs(np.diff(left, axis=1)).max()
    assert np.abs(left[:, -1] - right[:, 0]).max() <= step


def test_a_lone_house_shows_its_own_points_at_every_zoom() -> None:
    for zoom in range(23):
        assert shown_points(Tile(zoom, 0, 0), lone_cell(0.5, 0.5), 0.08).max() == pytest.approx(71.3, abs=1.5)


def test_many_houses_are_no_hotter_than_one() -> None:
    dense = Cells(
        *(np.array(numbers, np.float32) for numbers in ([0.5] * 9, [0.5] * 9, [7.0] * 9, [0.1] * 9))
    )
    assert shown_points(Tile(14, 0, 0), dense, 0.08).max() <= 71.4


def test_the_heat_map_is_clear_where_nothing_is(client: Client) -> None:
    assert not pixels(client, 14, 5, 5)[..., 3].any()


def test_the_same_cells_give_the_same_bytes() -> None:
    tile = Tile(14, 3, 3)
    assert draw(tile, lone_cell(0.3, 0.3), 0.08) == draw(tile, lone_cell(0.3, 0.3), 0.08)


def test_every_colour_of_the_map_stands_in_the_legend() -> None:
    drawn = Image.open(io.BytesIO(draw(Tile(14, 0, 0), lone_cell(0.5, 0.5, 0.9), 0.08))).convert("RGBA")
    assert {colour for _, colour in drawn.getcolors(999)} <= {tuple(colour) for colour in ramp().tolist()}


def test_the_ramp_climbs_in_lightness_and_opacity() -> None:
    lightness = ramp()[:, :3] @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(lightness) > -1).all()
    assert (np.diff(ramp()[:, 3].astype(int)) >= 0).all()
    assert len(legend()) == len(STOPS)
