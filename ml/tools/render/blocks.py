"""Flats close by and plain houses with more everyday lamps than most, as phones at the side windows see them."""

from __future__ import annotations

import numpy as np

from ml.tools.render import colour
from ml.tools.render.distance import LAND, lay_plane
from ml.tools.render.everyday import (
    DOWN,
    furnish,
    put_car,
    put_path_lights,
    put_soffit_lights,
    put_street_lamp,
)
from ml.tools.render.facade import draw_facade
from ml.tools.render.house import House, draw_style
from ml.tools.render.light import Lamp
from ml.tools.render.mesh import Frame3, Paint, Points, glowing
from ml.tools.render.scene import Scene
from ml.tools.render.shell import Edges, build_house, frame_of
from ml.tools.render.signs import draw_shops, draw_sign
from ml.tools.render.stamp import Billboard, leaves
from ml.tools.render.traffic import METAL, SLABS, TARMAC

EAST = np.array([1.0, 0.0, 0.0])
SOUTH = np.array([0.0, -1.0, 0.0])


def build_flats(scene: Scene, rng: np.random.Generator) -> None:
    """Blocks of flats along the far side of a street, with entrances, lamps, cars and trees before them."""
    kerb, front = float(rng.uniform(4, 14)), float(rng.uniform(3, 22))
    lay_ground(scene, kerb)
    x = -70.0 + float(rng.uniform(0, 25))
    while x < 60:
        wide = float(rng.uniform(14, 48))
        add_flats(scene, rng, x + wide / 2, kerb + 1.7 + front + float(rng.uniform(0, 4)), wide)
        x += wide + float(rng.choice([0.0, rng.uniform(3, 14)]))
    add_kerb_things(scene, rng, kerb)


def lay_ground(scene: Scene, kerb: float) -> None:
    lay_plane(scene, (-300, 300), (-20, 400), 0.004, LAND)
    lay_plane(scene, (-200, 200), (-20, kerb), 0.015, TARMAC)
    lay_plane(scene, (-200, 200), (kerb, kerb + 1.7), 0.12, SLABS)


def add_kerb_things(scene: Scene, rng: np.random.Generator, kerb: float) -> None:
    """Parked cars, one that drives by, street lamps, and trees behind the pavement."""
    share, x = float(rng.uniform(0, 0.9)), -24.0
    while x < 24:
        if rng.random() < share and kerb > 3:
            put_car(scene, np.array([x, kerb - 1.1, 0.0]), EAST, rng)
        x += float(rng.uniform(5.5, 9))
    if rng.random() < 0.3 and kerb > 6:
        put_car(scene, np.array([rng.uniform(-12, 12), kerb / 2, 0.0]), EAST, rng, lit=True)
    if rng.random() < 0.75:
        gap, state = float(rng.uniform(14, 34)), rng.bit_generator.state
        for x in np.arange(-60 + rng.uniform(0, gap), 60, gap):
            rng.bit_generator.state = state
            put_street_lamp(scene, np.array([float(x), kerb + 0.6, 0.0]), SOUTH, rng)
    for _ in range(int(rng.integers(0, 6))):
        tall = float(rng.uniform(3, 9))
        foot = np.array([rng.uniform(-30, 30), kerb + rng.uniform(1.8, 4), 0.0])
        kind = str(rng.choice(["tree", "tree", "palm", "fir"]))
        scene.billboards.append(Billboard(foot, tall * 0.8, tall, leaves(kind, int(rng.integers(12)))))


def add_flats(scene: Scene, rng: np.random.Generator, x: float, y: float, wide: float) -> None:
    """One block: windows or balconies, lit entrances, shops below, lamps between the floors."""
    frame, high = Frame3.facing(x, y, 180.0), 3.0 * float(rng.integers(2, 10))
    shade = float(rng.uniform(0.1, 0.4))
    scene.mesh.add_box(
        frame, (-wide / 2, -12, 0), (wide / 2, -0.06, high + 0.5), Paint((shade, shade * 0.96, shade * 0.9))
    )
    kind = str(rng.choice(["flats", "flats", "balconies", "balconies", "old", "hotel", "office", "decks"]))
    base = 3.6 if rng.random() < 0.25 else 0.6
    scene.paint_wall(
        frame, (-wide / 2, wide / 2), (base, high), 0.0, draw_facade(rng, kind, wide, high - base, 8.0)
    )
    if base > 3:
        shops = draw_shops(rng, wide, base, float(rng.uniform(0.1, 1)))
        scene.paint_wall(frame, (-wide / 2, wide / 2), (0, base), 0.0, shops)
    else:
        add_entrances(scene, rng, frame, wide)
    if rng.random() < 0.13:
        add_gallery_lamps(scene, rng, frame, wide, high)


def add_entrances(scene: Scene, rng: np.random.Generator, frame: Frame3, wide: float) -> None:
    """Doors with glass and a lamp over each, all alike."""
    tint, gap = colour.kelvin_tint(float(rng.random())), float(rng.uniform(9, 20))
    power = float(np.exp(rng.normal(2.6, 0.7)))
    glass = glowing(tint * float(rng.uniform(0.2, 1.4)), 0.05, grain=0.2)
    for x in np.arange(-wide / 2 + gap / 2, wide / 2, gap):
        scene.mesh.add_panel(frame, (x - 0.8, x + 0.8), (0.1, 2.3), 0.05, glass)
        scene.mesh.add_panel(frame, (x - 0.05, x + 0.05), (0.1, 2.3), 0.07, METAL)
        scene.mesh.add_box(frame, (x - 1.2, 0, 2.6), (x + 1.2, 1.1, 2.75), METAL)
        scene.lamps.append(Lamp(frame.place([(x, 0.5, 2.5)])[0], tint * power, size_m=0.1))


def add_gallery_lamps(
    scene: Scene, rng: np.random.Generator, frame: Frame3, wide: float, high: float
) -> None:
    """Open passages along every floor with a lamp at each door: rows of equal lamps that are not festive."""
    tint = colour.kelvin_tint(float(rng.random())) * float(rng.uniform(1, 8))
    gap = float(rng.uniform(3.5, 7))
    for z in np.arange(2.5, high, 3.0):
        for x in np.arange(-wide / 2 + 1.5, wide / 2, gap):
            if rng.random() < 0.93:
                place = frame.place([(x, 0.35, float(z))])[0]
                scene.lamps.append(Lamp(place, tint, DOWN, 0.6, size_m=0.1))


def build_plain_houses(scene: Scene, rng: np.random.Generator) -> None:
    """Houses without a display whose owners like lamps: lanterns, path lights, lit garage doors, flood lamps."""
    kerb, setback = float(rng.uniform(2.5, 12)), float(rng.uniform(4.5, 11))
    lay_ground(scene, kerb)
    x = -44.0 + float(rng.uniform(0, 8))
    fond = float(rng.uniform(0.3, 0.9))
    for number in range(1, 7):
        house = House(number, x, kerb + 1.8 + setback, 180.0, setback + 1.8, draw_style(rng), 0)
        edges = build_house(scene.mesh, house)
        furnish(scene, house, edges, rng)
        add_house_lamps(scene, rng, house, edges, fond)
        x += float(rng.uniform(14.5, 19.0))
    add_kerb_things(scene, rng, kerb)
    if rng.random() < 0.15:
        add_corner_shop(scene, rng, kerb + 12)


def add_house_lamps(scene: Scene, rng: np.random.Generator, house: House, edges: Edges, fond: float) -> None:
    """Everyday lamps of one house, each sort with the odds `fond`."""
    if rng.random() < fond:
        add_lanterns(scene, rng, house)
    if rng.random() < fond * 0.6:
        put_path_lights(scene, house, rng)
        put_path_lights(scene, house, rng)
    if rng.random() < fond * 0.5:
        add_lawn_row(scene, rng, house)
    if rng.random() < fond * 0.15:
        put_soffit_lights(scene, edges, rng)
    if rng.random() < fond * 0.7:
        add_garage_lights(scene, rng, house)
    if rng.random() < fond * 0.4:
        add_wall_floods(scene, rng, house)


def add_lanterns(scene: Scene, rng: np.random.Generator, house: House) -> None:
    """Equal lanterns on both sides of the door and of the garage, sometimes on the gate posts."""
    frame, style = frame_of(house), house.style
    tint = colour.kelvin_tint(float(rng.uniform(0.2, 1.0))) * float(np.exp(rng.normal(2.0, 0.6)))
    places = [(style.door_x - 0.9, 0.2, 1.9), (style.door_x + 0.9, 0.2, 1.9)]
    if style.garage:
        wing = style.garage
        places += [(x, wing.y_front + 0.2, 1.95) for x in (wing.x0 + 0.25, wing.x1 - 0.25)]
    if rng.random() < 0.25:
        places += [(style.door_x + x, house.setback_m - 1.5, 1.3) for x in (-1.4, 1.4)]
    body = glowing(tint * 0.12, 0.35, grain=0.02)
    for place in places:
        x, y, z = place
        scene.mesh.add_panel(frame, (x - 0.09, x + 0.09), (z - 0.18, z + 0.14), y, body)
        scene.lamps.append(Lamp(frame.place([(x, y + 0.1, z)])[0], tint, size_m=0.09))


def add_lawn_row(scene: Scene, rng: np.random.Generator, house: House) -> None:
    """Solar garden lamps along the edge of the lawn: one row, low, dim and all alike."""
    frame = frame_of(house)
    tint = colour.kelvin_tint(float(rng.choice([0.0, 0.3, 0.7]))) * float(rng.uniform(0.2, 1.5))
    low, high = house.style.main.x0, house.style.main.x1
    y = house.setback_m - float(rng.uniform(1.0, 3.5))
    for x in np.arange(low, high, float(rng.uniform(1.2, 2.4))):
        scene.lamps.append(Lamp(frame.place([(float(x), y, 0.4)])[0], tint, size_m=0.05))


def add_garage_lights(scene: Scene, rng: np.random.Generator, house: House) -> None:
    """A row of small lit panes in the garage door."""
    wing = house.style.garage
    if wing is None:
        return
    tint = colour.kelvin_tint(float(rng.uniform(0, 0.9))) * float(np.exp(rng.normal(-0.1, 0.6)))
    glass = glowing(tint, 0.03, grain=0.15)
    x0, x1, count = wing.x0 + 0.7, wing.x1 - 0.7, int(rng.integers(3, 9))
    step = (x1 - x0) / count
    low = float(rng.choice([1.65, 1.1]))
    for number in range(count):
        left = x0 + number * step
        scene.mesh.add_panel(
            frame_of(house),
            (left + step * 0.12, left + step * 0.88),
            (low, low + 0.34),
            wing.y_front + 0.08,
            glass,
        )


def add_wall_floods(scene: Scene, rng: np.random.Generator, house: House) -> None:
    """White or warm lamps in the ground that wash up the wall, between the windows."""
    frame, main = frame_of(house), house.style.main
    tint = colour.kelvin_tint(float(rng.uniform(0.2, 0.95))) * float(np.exp(rng.normal(2.6, 0.6)))
    aim: Points = np.array([0.0, 0.25, 0.97])
    for x in np.linspace(main.x0 + 0.8, main.x1 - 0.8, int(rng.integers(2, 6))):
        place = frame.place([(float(x), main.y_front + 0.5, 0.15)])[0]
        scene.lamps.append(Lamp(place, tint, aim, 4.0, seen=False))


def add_corner_shop(scene: Scene, rng: np.random.Generator, y: float) -> None:
    frame = Frame3.facing(float(rng.uniform(-12, 12)), y, 180.0)
    scene.mesh.add_box(frame, (-8, -9, 0), (8, -0.06, 4.8), Paint((0.3, 0.28, 0.26)))
    scene.paint_wall(frame, (-8, 8), (0, 3.9), 0.0, draw_shops(rng, 16, 3.9, 0.9))
    scene.paint_wall(frame, (-4, 4), (3.9, 5.4), 0.1, draw_sign(rng, 8, 1.5))
    scene.lamps.append(
        Lamp(frame.place([(0, 2, 2.4)])[0], np.array([1.0, 0.9, 0.75]) * 60, seen=False, size_m=2.0)
    )
