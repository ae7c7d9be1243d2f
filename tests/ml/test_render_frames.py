"""Independent random scenes, and what counts as festive in them."""

from __future__ import annotations

import numpy as np
import pytest

from ml.tools.render import render_frames
from ml.tools.render.camera import aim
from ml.tools.render.display import HOUSE_PARTS, LAWN_PARTS, Recipe, decorate
from ml.tools.render.draw import Picture, Shot, take_picture
from ml.tools.render.everyday import furnish, put_car, put_path_lights, put_sign, put_street_lamp
from ml.tools.render.house import House, draw_style
from ml.tools.render.lens import draw_phone
from ml.tools.render.mesh import Frame3
from ml.tools.render.scene import Night, Scene
from ml.tools.render.shell import build_house

DARK = Night(np.zeros(3), np.full(3, 0.003))


def a_house(number: int = 1, recipe: int = 0) -> House:
    return House(number, 0.0, 14.0, 180.0, 9.0, draw_style(np.random.default_rng(4)), recipe)


def photograph(scene: Scene) -> Picture:
    camera = aim(np.array([0.0, 0.0, 1.4]), 0.0, 3.0, 0.0, 70.0)
    phone = draw_phone(np.random.default_rng(8))
    return take_picture(scene, camera, phone, Shot(), np.random.default_rng(1))


def test_the_same_seed_gives_the_same_frames_and_another_seed_others() -> None:
    first, again, other = (list(render_frames(seed, 2)) for seed in (5, 5, 6))
    for (rgb, mask), (rgb_again, mask_again) in zip(first, again, strict=True):
        assert np.array_equal(rgb, rgb_again)
        assert np.array_equal(mask, mask_again)
    assert not np.array_equal(first[0][0], other[0][0])


def test_frames_are_dark_pictures_of_the_phones_size_with_masks() -> None:
    frames = list(render_frames(1, 6))
    assert all(rgb.shape == (450, 800, 3) and rgb.dtype == np.uint8 for rgb, _ in frames)
    assert all(mask.shape == (450, 800) and mask.dtype == bool for _, mask in frames)
    assert all(float(np.median(rgb)) < 60 for rgb, _ in frames)
    assert any(mask.any() for _, mask in frames)


def test_lamps_cars_signs_and_lit_windows_alone_are_not_festive() -> None:
    scene, rng = Scene(DARK), np.random.default_rng(2)
    house = a_house()
    edges = build_house(scene.mesh, house)
    for _ in range(4):
        furnish(scene, house, edges, rng)
    put_path_lights(scene, house, rng)
    put_street_lamp(scene, np.array([5.0, 4.0, 0.0]), np.array([0.0, -1.0, 0.0]), rng)
    put_car(scene, np.array([-4.0, 5.0, 0.0]), np.array([1.0, 0.0, 0.0]), rng, lit=True)
    put_sign(scene, Frame3.facing(16.0, 20.0, 180.0), rng)
    picture = photograph(scene)
    assert picture.rgb.max() > 200
    assert not picture.mask.any()


@pytest.mark.parametrize("part", [*HOUSE_PARTS, *LAWN_PARTS])
def test_every_part_of_a_display_shines_and_is_in_the_mask(part: str) -> None:
    scene, house = Scene(DARK), a_house(recipe=1)
    edges = build_house(scene.mesh, house)
    recipe = Recipe((part,), "multi", "red_green", 0.2, 0.2, 5)
    strength = decorate(scene, house, edges, recipe)
    picture = photograph(scene)
    assert 0 < strength < 1
    assert 0.0005 < picture.mask.mean() < 0.25
    assert picture.rgb[picture.mask].max() > picture.rgb[~picture.mask].mean() + 60


def test_more_parts_make_a_stronger_display() -> None:
    strengths = []
    for parts in (("eaves",), ("eaves", "icicles"), ("eaves", "icicles", "inflatable", "deer")):
        scene, house = Scene(DARK), a_house(recipe=1)
        edges = build_house(scene.mesh, house)
        strengths.append(decorate(scene, house, edges, Recipe(parts, "multi", "cool", 0.2, 0.2, 5)))
    assert strengths == sorted(strengths)
    assert strengths[0] < strengths[2]


def test_a_car_before_a_display_takes_its_place_out_of_the_mask() -> None:
    areas = []
    for with_car in (False, True):
        scene, house = Scene(DARK), a_house(recipe=1)
        edges = build_house(scene.mesh, house)
        decorate(scene, house, edges, Recipe(("stakes",), "multi", "cool", 0.2, 0.2, 5))
        if with_car:
            middle = edges.lawn_x[0] / 2 + edges.lawn_x[1] / 2
            way = np.array([1.0, 0.0, 0.0])
            put_car(scene, np.array([middle, 3.5, 0.0]), way, np.random.default_rng(3), lit=False)
        areas.append(photograph(scene).mask.mean())
    assert areas[1] < 0.8 * areas[0]
