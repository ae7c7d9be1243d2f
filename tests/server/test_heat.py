"""How heat tiles are drawn."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from server.maps.legend import STOPS, legend, ramp
from server.maps.models import HeatCell
from server.maps.tiles.grid import Tile
from server.maps.tiles.heat import Cells, Driven, draw, shown_points, veil_of

from . import factories as make

pytestmark = pytest.mark.django_db
Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def pixels(client: Client, z: int, x: int, y: int) -> Pixels:
    response = client.get(f"/tiles/heat/{z}/{x}/{y}.png")
    assert response.headers["Content-Type"] == "image/png"
    return np.asarray(Image.open(io.BytesIO(response.content)).convert("RGBA"))


def lone_cell(x: float, y: float, festivity: float = 0.1) -> Cells:
    return Cells(*(np.array([number], np.float32) for number in (x, y, 1, festivity)))


def picture(tile: Tile, cells: Cells, driven: Driven | None = None) -> Image.Image:
    return Image.open(io.BytesIO(draw(tile, cells, driven or Driven.nowhere(tile), 0.08))).convert("RGBA")


def test_houses_at_the_poles_and_the_antimeridian_are_no_trouble(client: Client) -> None:
    for where in ((0, 90), (0, -90), (180, 0.001), (-180, 0.001)):
        make.score_house(make.make_house(where), 0.5)
    make.publish_map()
    assert sorted(HeatCell.objects.filter(level=20).values_list("x", flat=True)) == [0, 2**20 - 1]
    assert pixels(client, 0, 0, 0)[..., 3].any()


def test_heat_shines_across_the_antimeridian(client: Client) -> None:
    make.make_map_house(0.5, (-179.9999, 0.0))
    assert pixels(client, 16, 2**16 - 1, 2**15)[0, -1, 3] > 200
    assert pixels(client, 16, 0, 2**15)[0, 0, 3] > 200


@pytest.mark.parametrize("zoom", [9, 14, 17, 18])
def test_tiles_meet_without_a_seam(zoom: int) -> None:
    here, east, south = Tile(zoom, 40, 50), Tile(zoom, 41, 50), Tile(zoom, 40, 51)
    at_corner = shown_points(here, lone_cell(1.0, 1.0), 0.08)
    assert np.abs(at_corner[:, -1] - shown_points(east, lone_cell(0.0, 1.0), 0.08)[:, 0]).max() < 2
    assert np.abs(at_corner[-1] - shown_points(south, lone_cell(1.0, 0.0), 0.08)[0]).max() < 2
    assert at_corner[-1, -1] > 65


def test_tiles_of_the_server_meet_without_a_seam(client: Client) -> None:
    for east_m in range(-600, 600, 40):
        make.score_house(make.make_house(make.place(east_m, east_m / 7)), 0.05 + (east_m % 7) / 50)
    make.publish_map()
    cell = HeatCell.objects.filter(level=20).order_by("x")[0]
    x, y = cell.x >> 5, cell.y >> 5
    left, right = pixels(client, 15, x, y).astype(int), pixels(client, 15, x + 1, y).astype(int)
    step = np.abs(np.diff(left, axis=1)).max()
    assert np.abs(left[:, -1] - right[:, 0]).max() <= step


def test_a_lone_house_shows_its_own_points_at_every_zoom() -> None:
    for zoom in range(19):
        assert shown_points(Tile(zoom, 0, 0), lone_cell(0.5, 0.5), 0.08).max() == pytest.approx(71.3, abs=1.5)


def test_many_houses_are_no_hotter_than_one() -> None:
    dense = Cells(
        *(np.array(numbers, np.float32) for numbers in ([0.5] * 9, [0.5] * 9, [7.0] * 9, [0.1] * 9))
    )
    assert shown_points(Tile(14, 0, 0), dense, 0.08).max() <= 71.4


def test_where_nothing_is_the_heat_map_is_empty(client: Client) -> None:
    assert client.get("/tiles/heat/14/5/5.png").status_code == 204
    assert draw(Tile(14, 0, 0), Cells.none(), Driven.nowhere(Tile(14, 0, 0)), 0.08) == b""


def test_a_driven_dark_street_has_a_veil_and_a_street_not_driven_has_none() -> None:
    tile = Tile(14, 100, 100)
    driven = Driven.of(tile, [(100 * 16 + column, 100 * 16 + 8) for column in range(4)])
    opacity = np.asarray(picture(tile, Cells.none(), driven))[..., 3]
    assert opacity[8 * 16 + 8, 24] > 30
    assert not opacity[:, 128:].any()


@pytest.mark.parametrize("zoom", [3, 13, 14, 16, 18])
def test_the_veil_is_even_and_meets_without_a_seam(zoom: int) -> None:
    here, east = Tile(zoom, 2, 3), Tile(zoom, 3, 3)
    window = Driven.nowhere(here).window
    all_driven = [
        (x, y) for x in range(window.west, window.east + 1) for y in range(window.north, window.south + 1)
    ]
    assert veil_of(here, Driven.of(here, all_driven)) == pytest.approx(1)
    half = [(x, y) for x, y in all_driven if x <= window.east - 2]
    beside = [(x, y) for x, y in half if x >= Driven.nowhere(east).window.west]
    left, right = veil_of(here, Driven.of(here, half)), veil_of(east, Driven.of(east, beside))
    assert np.abs(left[:, -1] - right[:, 0]).max() < 0.6


def test_lights_are_never_hidden_under_the_veil() -> None:
    tile = Tile(14, 0, 0)
    driven = Driven.of(tile, [(8, 8)])
    plain, veiled = (np.asarray(picture(tile, lone_cell(0.5, 0.5, 0.3), seen)) for seen in (None, driven))
    assert np.abs(plain[128, 128].astype(int) - veiled[128, 128]).max() < 8


def test_the_same_cells_give_the_same_bytes() -> None:
    tile = Tile(14, 3, 3)
    nowhere = Driven.nowhere(tile)
    assert draw(tile, lone_cell(0.3, 0.3), nowhere, 0.08) == draw(tile, lone_cell(0.3, 0.3), nowhere, 0.08)


def test_every_colour_of_the_map_stands_in_the_legend() -> None:
    tile = Tile(14, 0, 0)
    drawn = picture(tile, lone_cell(0.5, 0.5, 0.9), Driven.nowhere(tile))
    seen = {colour for _, colour in drawn.getcolors(999) if colour[3]}
    assert seen <= {tuple(colour) for colour in ramp().tolist()}


def test_faint_heat_over_the_veil_is_nowhere_darker_than_the_veil() -> None:
    tile = Tile(14, 0, 0)
    all_over = [(column, row) for column in range(-1, 17) for row in range(-1, 17)]
    drawn = np.asarray(picture(tile, lone_cell(0.5, 0.5, 0.9), Driven.of(tile, all_over))).astype(int)
    red_on_black = drawn[..., 0] * drawn[..., 3] / 255
    assert red_on_black.min() > 0.9 * red_on_black[0, 0]


@pytest.mark.parametrize("seed", range(3))
def test_however_much_shines_the_colours_fit_into_a_palette(seed: int) -> None:
    chance, tile = np.random.default_rng(seed), Tile(14, 0, 0)
    cells = Cells(*chance.random((2, 60)), np.ones(60), chance.random(60) * 0.6)
    driven = Driven.of(tile, [(int(x), int(y)) for x, y in chance.integers(0, 16, (60, 2))])
    assert len(picture(tile, cells, driven).getcolors(999)) <= 256


def test_the_ramp_climbs_in_lightness_and_opacity() -> None:
    lightness = ramp()[:, :3] @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(lightness) > -1).all()
    assert (np.diff(ramp()[:, 3].astype(int)) >= 0).all()
    assert len(legend()) == len(STOPS)
