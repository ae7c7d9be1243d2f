"""An old town's square from a window above it: floodlit fronts, lanterns, parked cars, lit roofs."""

from __future__ import annotations

import numpy as np

from ml.tools.render import colour
from ml.tools.render.distance import LAND, add_hill, far_lights, lay_plane
from ml.tools.render.everyday import DOWN, put_car
from ml.tools.render.facade import draw_facade
from ml.tools.render.landmark import add_landmark
from ml.tools.render.light import Lamp
from ml.tools.render.mesh import Frame3, Paint
from ml.tools.render.scene import Scene
from ml.tools.render.signs import draw_shops
from ml.tools.render.stamp import Billboard, leaves
from ml.tools.render.traffic import METAL, SLABS

PLASTERS = ((0.5, 0.46, 0.36), (0.5, 0.4, 0.25), (0.45, 0.44, 0.42), (0.4, 0.25, 0.2), (0.55, 0.5, 0.42))


def build_square(scene: Scene, rng: np.random.Generator) -> None:
    """Old fronts around an open place, with more roofs behind them."""
    deep, half = float(rng.uniform(28, 80)), float(rng.uniform(22, 60))
    lay_plane(scene, (-900, 900), (-60, 2000), 0.004, LAND)
    lay_plane(scene, (-half, half), (-30, deep), 0.02, SLABS)
    washed = bool(rng.random() < 0.6)
    tint = colour.kelvin_tint(float(rng.choice([0.0, 0.3, 0.6, 0.9, 1.0])))
    add_side(scene, rng, Frame3.facing(0, deep, 180.0 + float(rng.normal(0, 8))), half * 1.2, tint * washed)
    for side in (-1, 1):
        add_side(scene, rng, Frame3.facing(side * half, deep * 0.4, -90.0 * side), deep * 0.6, tint * washed)
    if rng.random() < 0.55:
        add_landmark(scene, rng, float(rng.uniform(-0.7, 0.7)) * half, deep + float(rng.uniform(-14, 20)))
    add_lanterns(scene, rng, deep, half)
    for _ in range(int(rng.integers(0, 14))):
        place = np.array([rng.uniform(-half, half), rng.uniform(14, deep - 4), 0.0])
        put_car(scene, place, np.array([0.0, 1.0, 0.0]), rng)
    for _ in range(int(rng.integers(0, 7))):
        place, tall = (
            np.array([rng.uniform(-half, half), rng.uniform(12, deep), 0.0]),
            float(rng.uniform(3, 9)),
        )
        scene.billboards.append(Billboard(place, tall * 0.8, tall, leaves("tree", int(rng.integers(12)))))
    count = int(rng.integers(10, 160))
    places = np.stack(
        [rng.uniform(-500, 500, count), rng.uniform(deep + 60, 900, count), rng.uniform(6, 40, count)], axis=1
    )
    glow = np.outer(np.exp(rng.normal(2.6, 1.0, count)), colour.kelvin_tint(float(rng.uniform(0.2, 1))))
    scene.strands.append(far_lights(places, glow))
    if rng.random() < 0.5:
        add_hill(scene, rng, 1200.0)


def add_side(
    scene: Scene, rng: np.random.Generator, frame: Frame3, half: float, wash: colour.Colours
) -> None:
    """Fronts side by side, with pitched roofs; flood lamps of the tint `wash` at their feet unless it is black."""
    x = -half
    while x < half:
        wide, high = float(rng.uniform(8, 22)), float(rng.uniform(7, 17))
        red, green, blue = PLASTERS[int(rng.integers(len(PLASTERS)))]
        scene.mesh.add_box(frame, (x, -12, 0), (x + wide, -0.06, high), Paint((red, green, blue), grain=0.2))
        roof = [(x, 0.3, high), (x + wide, 0.3, high), (x + wide, -6, high + 4), (x, -6, high + 4)]
        scene.mesh.add(frame.place(roof), Paint((0.1, 0.06, 0.05), boards_m=0.5, grain=0.3))
        floor = 3.6 if rng.random() < 0.4 else 0.4
        picture = draw_facade(rng, "old", wide, high - floor, 6.0)
        wall = picture[..., :3] > 0.05
        picture[..., :3] = np.where(wall, np.array([red, green, blue], dtype=np.float32), picture[..., :3])
        scene.paint_wall(frame, (x, x + wide), (floor, high), 0.0, picture)
        if floor > 1:
            shops = draw_shops(rng, wide, floor, float(rng.uniform(0, 0.7)))
            scene.paint_wall(frame, (x, x + wide), (0, floor), 0.0, shops)
        if wash.any() and rng.random() < 0.7:
            aim = np.array([0.0, 0.0, 1.0])
            place = frame.place([(x + wide / 2, 1.8, 0.4)])[0]
            power = wash * float(np.exp(rng.normal(5.1, 0.8)))
            scene.lamps.append(Lamp(place, power, aim, 1.5, seen=False, size_m=0.8))
        x += wide + float(rng.choice([0, 0, 0, 5]))


def add_lanterns(scene: Scene, rng: np.random.Generator, deep: float, half: float) -> None:
    """Lanterns on posts across the square, all alike, and some on the walls."""
    tint, tall = colour.kelvin_tint(float(rng.choice([0.2, 0.6, 0.9, 1.0]))), float(rng.uniform(3.5, 7))
    power, gap = float(rng.uniform(20, 140)), float(rng.uniform(12, 26))
    aimed = bool(rng.random() < 0.4)
    for y in np.arange(10 + float(rng.uniform(0, 8)), deep, gap):
        for x in np.arange(-half + float(rng.uniform(2, 8)), half, gap):
            if rng.random() < 0.3:
                continue
            frame = Frame3.facing(float(x), float(y), 180.0)
            scene.mesh.add_panel(frame, (-0.07, 0.07), (0, tall), 0, METAL)
            place = np.array([float(x), float(y), tall + 0.2])
            scene.lamps.append(Lamp(place, tint * power, DOWN if aimed else None, 0.8, size_m=0.2))
