"""Independent random street scenes for training a scorer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ml.tools.render import lens
from ml.tools.render.camera import Camera, aim
from ml.tools.render.display import decorate, draw_recipe
from ml.tools.render.draw import Picture, Shot, take_picture
from ml.tools.render.everyday import furnish, put_car, put_distant_lights, put_moon, put_sign, put_street_lamp
from ml.tools.render.house import House, draw_style
from ml.tools.render.mesh import Frame3
from ml.tools.render.scene import Scene, draw_night
from ml.tools.render.shell import build_house
from ml.tools.render.world import PAVEMENT, ROAD


def render_frames(seed: int, count: int) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.bool_]]]:
    """`count` pictures (450, 800, 3) uint8 RGB with their festive masks (450, 800) bool.

    Frame k depends on `seed` and k alone: the same pair gives the same bytes. About a third of the frames hold no
    display at all. Pictures went through JPEG once, as a phone's do.
    """
    for number in range(count):
        picture, quality = render_frame(seed, number)
        yield lens.through_jpeg(picture.rgb, quality), picture.mask


def render_frame(seed: int, number: int) -> tuple[Picture, int]:
    """One random scene, and the JPEG quality that goes with it."""
    rng = np.random.default_rng([seed, number, 2026])
    scene = random_street(rng)
    phone = lens.draw_phone(rng)
    blur = float(np.abs(rng.normal(0, 3.0))) if rng.random() < 0.7 else 0.0
    shot = Shot(
        (blur, float(rng.normal(0, 1.2))), float(rng.normal(0, 1.0)), float(np.exp(rng.normal(0, 0.3)))
    )
    picture = take_picture(scene, random_camera(rng), phone, shot, rng)
    return picture, phone.quality


def random_camera(rng: np.random.Generator) -> Camera:
    """Standing on the road at the origin, looking across it to the north, more or less."""
    place = np.array([rng.uniform(-4, 4), 0.0, rng.uniform(1.0, 1.9)])
    turn = float(rng.normal(0, 14)) if rng.random() < 0.8 else float(rng.uniform(-60, 60))
    return aim(
        place, turn, float(rng.normal(2.5, 3.5)), float(rng.normal(0, 2.0)), float(rng.uniform(58, 84))
    )


def random_street(rng: np.random.Generator) -> Scene:
    """A straight street from west to east with houses along its north side."""
    scene = Scene(draw_night(rng))
    kerb = float(
        rng.choice([rng.uniform(2, 6), rng.uniform(6, 14), rng.uniform(14, 32)], p=[0.6, 0.28, 0.12])
    )
    setback = float(rng.uniform(4.5, 12.0))
    add_road(scene, -20.0, kerb)
    festive_share = 0.0 if rng.random() < 0.3 else float(rng.uniform(0.35, 0.95))
    east = -44.0 + float(rng.uniform(0, 8))
    recipes = [draw_recipe(int(rng.integers(1 << 31)), 1) for _ in range(3)]
    for number in range(1, 7):
        if abs(east) < 42:
            front = setback + float(rng.normal(0, 0.6))
            recipe = 1 + int(rng.integers(3)) if rng.random() < festive_share else 0
            house = House(number, east, kerb + 1.8 + front, 180.0, front + 1.8, draw_style(rng), recipe)
            edges = build_house(scene.mesh, house)
            furnish(scene, house, edges, rng)
            if recipe:
                decorate(scene, house, edges, recipes[recipe - 1])
        east += float(rng.uniform(14.5, 20.0))
    add_street_things(scene, kerb, rng)
    return scene


def add_road(scene: Scene, south: float, kerb: float) -> None:
    frame = Frame3.facing(0.0, 0.0, 0.0)
    for low, high, paint in ((kerb, kerb + 1.7, PAVEMENT), (south, kerb, ROAD)):
        corners = [(-90, low, 0), (90, low, 0), (90, high, 0), (-90, high, 0)]
        scene.mesh.add(frame.place(corners), paint, 0, True)


def add_street_things(scene: Scene, kerb: float, rng: np.random.Generator) -> None:
    """Parked and driving cars, street lamps, sometimes a shop, lights of other streets."""
    along = np.array([1.0, 0.0, 0.0])
    east = -35.0
    while east < 35:
        east += float(rng.uniform(6, 30))
        near_camera = abs(east) < 4 and kerb < 3.4
        if not near_camera and kerb > 2.2:
            put_car(scene, np.array([east, kerb - 1.1, 0.0]), along, rng)
    if rng.random() < 0.15 and kerb > 5:
        put_car(scene, np.array([rng.uniform(-14, 14), kerb / 2 + 0.6, 0.0]), along, rng, lit=True)
    if rng.random() < 0.6:
        for east in (rng.uniform(-30, 30), rng.uniform(-60, 60)):
            put_street_lamp(scene, np.array([east, kerb + 0.5, 0.0]), np.array([0.0, -1.0, 0.0]), rng)
    if rng.random() < 0.06:
        put_sign(scene, Frame3.facing(float(rng.uniform(-30, 30)), kerb + 16, 180.0), rng)
    if rng.random() < 0.08:
        put_moon(scene, float(rng.uniform(-40, 40)), rng)
    put_distant_lights(scene, np.zeros(3), rng)
