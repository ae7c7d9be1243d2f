"""Motorways, car parks and petrol stations: arrays of lamps, long rows of cars, big lit boards."""

from __future__ import annotations

import numpy as np

from ml.tools.render import colour
from ml.tools.render.distance import LAND, add_hill, far_lights, lay_plane, scatter_lights
from ml.tools.render.everyday import DOWN, put_car
from ml.tools.render.facade import draw_facade
from ml.tools.render.light import Lamp
from ml.tools.render.mesh import Frame3, Paint, glowing
from ml.tools.render.scene import Scene
from ml.tools.render.signs import draw_shops, draw_sign
from ml.tools.render.stamp import Billboard, leaves
from ml.tools.render.traffic import (
    HEAD,
    MARKS,
    METAL,
    TAIL,
    TARMAC,
    YELLOW_MARKS,
    put_driving_car,
    put_lamp_row,
    put_own_beam,
)

LANE_M = 3.6


def build_motorway(scene: Scene, rng: np.random.Generator) -> None:
    """Two carriageways to the north with a wall between them; ours is the right one."""
    lanes = int(rng.integers(2, 5))
    lane = int(rng.integers(lanes))
    ours = (-(lane + 0.5) * LANE_M, (lanes - lane - 0.5) * LANE_M)
    gap = float(rng.uniform(1.5, 6))
    lay_plane(scene, (-900, 900), (-60, 1500), 0.004, LAND)
    lay_plane(scene, (ours[0] - 1, ours[1] + 3), (-60, 1500), 0.02, TARMAC)
    theirs = (ours[0] - 2 - gap - lanes * LANE_M, ours[0] - 2 - gap)
    lay_plane(scene, (theirs[0] - 3, theirs[1] + 1), (-60, 1500), 0.02, TARMAC)
    add_lines(scene, ours, lanes)
    wall = Frame3.facing(ours[0] - 1.5 - gap / 2, 0, 90.0)
    scene.mesh.add_panel(
        wall, (-60, 700), (0, float(rng.uniform(0.7, 1.1))), 0, Paint((0.3, 0.29, 0.27), panels_m=4.0)
    )
    for number in range(lanes):
        add_stream(scene, rng, ours[0] + (number + 0.5) * LANE_M, False)
        add_stream(scene, rng, theirs[0] + (number + 0.5) * LANE_M, True)
    if rng.random() < 0.6:
        put_lamp_row(scene, rng, ours[1] + 3.5, (15, 600), -2.0)
    if rng.random() < 0.5:
        put_lamp_row(scene, rng, ours[0] - 1.5 - gap / 2, (15, 600), 1.5)
    for y in np.arange(float(rng.uniform(30, 120)), 500, float(rng.uniform(120, 260))):
        if rng.random() < 0.7:
            add_gantry(scene, rng, ours, float(y))
    if rng.random() < 0.35:
        add_overpass(scene, rng, float(rng.uniform(60, 200)))
    for _ in range(int(rng.integers(0, 30))):
        add_roadside(scene, rng, ours[1] + 8, theirs[0] - 8)
    scatter_lights(scene, rng, 120.0)
    if rng.random() < 0.5:
        add_hill(scene, rng, 1400.0)
    put_own_beam(scene, rng)


def add_lines(scene: Scene, ours: tuple[float, float], lanes: int) -> None:
    lay_plane(scene, (ours[0] - 0.1, ours[0] + 0.05), (-5, 300), 0.03, YELLOW_MARKS)
    lay_plane(scene, (ours[1] - 0.05, ours[1] + 0.1), (-5, 300), 0.03, MARKS)
    for number in range(1, lanes):
        x = ours[0] + number * LANE_M
        for y in np.arange(4, 110, 12.0):
            lay_plane(scene, (x - 0.07, x + 0.07), (float(y), float(y) + 3.5), 0.03, MARKS)


def add_stream(scene: Scene, rng: np.random.Generator, x: float, towards_us: bool) -> None:
    """The cars of one lane up to the horizon; far ones are points of light."""
    gap, y = float(np.exp(rng.uniform(2.4, 5.0))), float(rng.uniform(11, 60))
    places = []
    while y < 900:
        if y < 200:
            put_driving_car(scene, x, y, towards_us, rng)
        else:
            places += [(x - 0.65, y, 0.75), (x + 0.65, y, 0.75)]
        y += 6.0 + gap * float(rng.exponential())
    if places:
        power = rng.uniform(60, 250, len(places)) if towards_us else rng.choice([3.0, 9.0], len(places))
        scene.strands.append(far_lights(np.array(places), np.outer(power, HEAD if towards_us else TAIL)))


def add_gantry(scene: Scene, rng: np.random.Generator, ours: tuple[float, float], y: float) -> None:
    """A beam over the road with boards of green or blue that shine in the beams of the cars."""
    frame = Frame3.facing(0, y, 180.0)
    scene.mesh.add_panel(frame, (ours[0] - 1.5, ours[1] + 2), (6.6, 6.9), 0.0, METAL)
    for x in (ours[0] - 1.5, ours[1] + 2):
        scene.mesh.add_panel(frame, (x - 0.2, x + 0.2), (0, 6.9), 0.0, METAL)
    ground = np.array(((0.02, 0.16, 0.07), (0.03, 0.08, 0.3), (0.25, 0.25, 0.25))[int(rng.integers(3))])
    x = ours[0]
    while x + 3 < ours[1]:
        wide = float(rng.uniform(2.6, 5))
        board = draw_sign(rng, wide, 2.4)
        strokes = (
            np.clip(board[..., 3:].max(axis=2) / max(float(board[..., 3:].max()), 1e-6), 0, 1)[..., None]
            > 0.6
        )
        board[..., 3:] = np.where(strokes, 0.8, ground) * float(rng.uniform(0.3, 1.4))
        scene.paint_wall(frame, (x, x + wide), (5.6, 8.0), 0.2, board)
        x += wide + float(rng.uniform(0.3, 4))


def add_overpass(scene: Scene, rng: np.random.Generator, y: float) -> None:
    frame = Frame3.facing(0, y, 180.0)
    scene.mesh.add_box(frame, (-200, -9, 6.5), (200, 0, 8.4), Paint((0.2, 0.19, 0.18), panels_m=6.0))
    for x in (-30.0, 30.0):
        scene.mesh.add_box(frame, (x - 0.8, -5, 0), (x + 0.8, -3, 6.5), Paint((0.2, 0.19, 0.18)))
    places = np.stack([rng.uniform(-120, 120, 12), np.full(12, y + 4), np.full(12, 9.2)], axis=1)
    scene.strands.append(far_lights(places, np.outer(rng.uniform(5, 60, 12), HEAD)))


def add_roadside(scene: Scene, rng: np.random.Generator, right: float, left: float) -> None:
    """A tree, or a hall with a big sign on its roof, somewhere beside the road."""
    side, y = (1 if rng.random() < 0.5 else -1), float(np.exp(rng.uniform(2.9, 5.5)))
    x = right + float(rng.exponential(12)) if side > 0 else left - float(rng.exponential(12))
    if rng.random() < 0.75:
        tall = float(rng.uniform(4, 10))
        scene.billboards.append(
            Billboard(np.array([x, y, 0.0]), tall * 0.9, tall, leaves("tree", int(rng.integers(12))))
        )
        return
    frame, wide, high = (
        Frame3.facing(x + side * 20, y, 180.0),
        float(rng.uniform(14, 30)),
        float(rng.uniform(5, 16)),
    )
    scene.mesh.add_box(frame, (-wide / 2, -20, 0), (wide / 2, -0.1, high), Paint((0.2, 0.2, 0.2)))
    kind = str(rng.choice(["office", "flats", "dark"]))
    scene.paint_wall(frame, (-wide / 2, wide / 2), (0.5, high), 0, draw_facade(rng, kind, wide, high, 3.0))
    scene.paint_wall(frame, (-4, 4), (high, high + 2.5), 0.1, draw_sign(rng, 8, 2.5))


def build_car_park(scene: Scene, rng: np.random.Generator) -> None:
    """A car park with lamps in a grid and a supermarket or a petrol station behind it."""
    lay_plane(scene, (-400, 400), (-30, 500), 0.004, LAND)
    lay_plane(scene, (-120, 120), (-30, 120), 0.015, TARMAC)
    deep = float(rng.uniform(28, 85))
    add_mast_grid(scene, rng, deep)
    add_car_rows(scene, rng, deep)
    if rng.random() < 0.65:
        add_store(scene, rng, deep)
    else:
        add_station(scene, rng, float(rng.uniform(-10, 10)), deep * float(rng.uniform(0.35, 0.8)))
    scatter_lights(scene, rng, deep * 2)


def add_mast_grid(scene: Scene, rng: np.random.Generator, deep: float) -> None:
    """Masts with one to four heads each."""
    tint, tall = colour.kelvin_tint(float(rng.choice([0.0, 0.3, 0.6, 1.0]))), float(rng.uniform(6, 11))
    power, gap = float(rng.uniform(100, 450)), float(rng.uniform(15, 28))
    heads = [(-0.8, 0.0), (0.8, 0.0), (0.0, 0.8), (0.0, -0.8)][: int(rng.choice([1, 2, 4]))]
    for y in np.arange(float(rng.uniform(7, 16)), deep + 5, gap):
        for x in np.arange(-60 + float(rng.uniform(0, gap)), 60, gap):
            frame = Frame3.facing(float(x), float(y), 180.0)
            scene.mesh.add_panel(frame, (-0.08, 0.08), (0, tall), 0, METAL)
            for dx, dy in heads:
                place = np.array([x + dx, y + dy, tall - 0.1])
                scene.lamps.append(Lamp(place, tint * power / len(heads), DOWN, 1.0, size_m=0.2))


def add_car_rows(scene: Scene, rng: np.random.Generator, deep: float) -> None:
    share, north = float(rng.uniform(0, 0.6)), np.array([0.0, 1.0, 0.0])
    for y in np.arange(9, min(deep - 6, 32), 11.0):
        for x in np.arange(-24, 24, 2.9):
            lay_plane(scene, (x - 1.5, x - 1.4), (y - 2.4, y + 2.4), 0.03, MARKS)
            if rng.random() < share * 0.5:
                put_car(scene, np.array([float(x), float(y), 0.0]), north, rng, lit=bool(rng.random() < 0.06))


def add_store(scene: Scene, rng: np.random.Generator, y: float) -> None:
    """A long low front with a wide row of panes and a big sign."""
    frame, half = Frame3.facing(float(rng.uniform(-15, 15)), y, 180.0), float(rng.uniform(14, 45))
    high = float(rng.uniform(5, 9))
    scene.mesh.add_box(
        frame, (-half, -25, 0), (half, -0.06, high), Paint((0.35, 0.33, 0.3), panels_m=1.2, groove=0.1)
    )
    scene.paint_wall(
        frame, (-half, half), (0, 4.2), 0.0, draw_shops(rng, 2 * half, 4.2, float(rng.uniform(0.3, 1)))
    )
    for x in rng.uniform(-0.8, 0.8, int(rng.integers(1, 4))) * half:
        wide = float(rng.uniform(2.5, 7))
        sign = draw_sign(rng, 2 * wide, 1.7)
        scene.paint_wall(frame, (x - wide, x + wide), (high - 2.1, high - 0.4), 0.15, sign)
    tint = colour.kelvin_tint(float(rng.uniform(0.1, 0.7)))
    for x in np.linspace(-half, half, 4):
        scene.lamps.append(Lamp(frame.place([(float(x), 2, 3.0)])[0], tint * 50, seen=False, size_m=2.0))


def add_station(scene: Scene, rng: np.random.Generator, x: float, y: float) -> None:
    """A petrol station: a bright roof with a coloured rim over the pumps, a price board, a small shop."""
    frame, half = Frame3.facing(x, y, 180.0), float(rng.uniform(6, 13))
    rim = np.array(
        colour.PALETTES[str(rng.choice(["red", "blue", "green", "amber", "cool"]))][0]
    ) * rng.uniform(0.4, 2)
    band = glowing(rim, 0.3, grain=0.03)
    scene.mesh.add_box(frame, (-half, -9, 4.8), (half, 0, 5.7), band)
    under = Paint((0.7, 0.7, 0.7), (0.5, 0.5, 0.48))
    corners = [(-half, -9, 4.79), (half, -9, 4.79), (half, 0, 4.79), (-half, 0, 4.79)]
    scene.mesh.add(frame.place(corners), under)
    for at in np.linspace(-half + 1.5, half - 1.5, int(rng.integers(3, 6))):
        for out in (-7.0, -4.5, -2.0):
            scene.lamps.append(
                Lamp(
                    frame.place([(float(at), out, 4.7)])[0],
                    np.array([0.9, 0.97, 1.0]) * 70,
                    DOWN,
                    0.8,
                    size_m=0.25,
                )
            )
    for at in (-half * 0.5, half * 0.5):
        scene.mesh.add_box(frame, (at - 0.2, -4.7, 0), (at + 0.2, -4.3, 4.8), METAL)
        scene.mesh.add_box(frame, (at - 0.5, -4.0, 0), (at + 0.5, -3.4, 1.9), Paint((0.5, 0.5, 0.5)))
    shop = Frame3.facing(x + 2, y + 17, 180.0)
    scene.mesh.add_box(shop, (-8, -6, 0), (8, -0.06, 4.2), Paint((0.4, 0.4, 0.4)))
    scene.paint_wall(shop, (-8, 8), (0, 4.0), 0, draw_shops(rng, 16, 4.0, 1.0))
    board = frame.place([(half + 3.5, 3, 0)])[0]
    post = Frame3.facing(float(board[0]), float(board[1]), 180.0)
    scene.paint_wall(post, (-1.1, 1.1), (1.5, 6.5), 0, draw_sign(rng, 2.2, 5.0))
