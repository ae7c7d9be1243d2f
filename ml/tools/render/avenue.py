"""A street of a town seen from a car: shops, signs, lamps in rows, traffic and its lights."""

from __future__ import annotations

import numpy as np

from ml.tools.render import colour
from ml.tools.render.distance import LAND, lay_plane
from ml.tools.render.everyday import put_car
from ml.tools.render.facade import draw_facade
from ml.tools.render.light import Lamp
from ml.tools.render.mesh import Frame3, Paint
from ml.tools.render.scene import Scene
from ml.tools.render.signs import draw_shops, draw_sign
from ml.tools.render.stamp import Billboard, leaves
from ml.tools.render.traffic import (
    MARKS,
    METAL,
    SLABS,
    TARMAC,
    YELLOW_MARKS,
    put_bus,
    put_driving_car,
    put_lamp_row,
    put_own_beam,
    put_shelter,
    put_signal,
    put_walk_signal,
)

LANE_M = 3.3
FAR_END_M = 330.0


def build_avenue(scene: Scene, rng: np.random.Generator) -> None:
    """A straight road to the north with the camera on it at the origin, driving on the right."""
    lanes = int(rng.integers(1, 4))
    half = lanes * LANE_M + 2.2
    left, right = -half - LANE_M / 2, half - LANE_M / 2
    lay_plane(scene, (-400, 400), (-60, 600), 0.005, LAND)
    lay_plane(scene, (left, right), (-60, 600), 0.02, TARMAC)
    for inner, outer in ((right, right + 4.2), (left - 4.2, left)):
        lay_plane(scene, (inner, outer), (-60, 500), 0.14, SLABS)
    add_marks(scene, rng, lanes)
    busy = float(rng.uniform(0, 1))
    for side, kerb in ((1, right), (-1, left)):
        add_buildings(scene, rng, side, kerb + side * 4.2, busy)
        add_trees(scene, rng, kerb + side * 1.3)
        add_parked(scene, rng, kerb - side * 1.1)
        if rng.random() < 0.5 * busy:
            put_shelter(scene, kerb + side * 1.9, float(rng.uniform(9, 40)), -90.0 * side, rng)
    add_lamps(scene, rng, left, right)
    add_junctions(scene, rng, left, right)
    add_traffic(scene, rng, lanes)
    put_own_beam(scene, rng)


def add_marks(scene: Scene, rng: np.random.Generator, lanes: int) -> None:
    """A double line in the middle and dashes between the lanes."""
    middle = YELLOW_MARKS if rng.random() < 0.5 else MARKS
    for x in (-LANE_M / 2 - 0.15, -LANE_M / 2 + 0.15):
        lay_plane(scene, (x - 0.06, x + 0.06), (-5, 200), 0.03, middle)
    for lane in [*range(1, lanes), *range(-lanes, -1)]:
        x = (lane if lane > 0 else lane + 1) * LANE_M - LANE_M / 2
        for y in np.arange(3, 60, 9.0):
            lay_plane(scene, (x - 0.06, x + 0.06), (y, y + 3), 0.03, MARKS)


def add_buildings(scene: Scene, rng: np.random.Generator, side: int, x: float, busy: float) -> None:
    """One side of the street, house by house, from behind the camera to the far end."""
    y = -18.0
    storeys = float(rng.choice([1.0, 2.5, 4.5, 8.0, 14.0]))
    while y < FAR_END_M * 0.75:
        wide = float(rng.uniform(9, 30))
        if rng.random() < 0.12:
            y += wide * 0.6
            continue
        high = 4.0 + 3.2 * max(0, round(storeys * float(np.exp(rng.normal(0, 0.4))) - 1))
        add_building(scene, rng, (x, y + wide / 2, side), (wide, high), busy)
        y += wide + float(rng.choice([0.0, 0.0, rng.uniform(1, 9)]))


def add_building(
    scene: Scene,
    rng: np.random.Generator,
    at: tuple[float, float, int],
    size: tuple[float, float],
    busy: float,
) -> None:
    """A building with shops below and windows above; `at` is x, y and the side of the road."""
    (x, y, side), (wide, high) = at, size
    frame = Frame3.facing(x + side * float(rng.choice([0.0, 0.0, rng.uniform(0, 6)])), y, -90.0 * side)
    shade = float(rng.uniform(0.08, 0.35))
    scene.mesh.add_box(
        frame, (-wide / 2, -14, 0), (wide / 2, -0.06, high + 0.4), Paint((shade, shade * 0.95, shade * 0.9))
    )
    floor = min(float(rng.uniform(3.4, 4.6)), high)
    near = 6.0 if y < 45 else 3.0
    kind = str(rng.choice(["flats", "balconies", "office", "hotel", "old", "glass", "decks", "dark"]))
    if high > floor + 1:
        picture = draw_facade(rng, kind, wide, high - floor, near)
        scene.paint_wall(frame, (-wide / 2, wide / 2), (floor, high), 0.0, picture)
    shops = bool(rng.random() < 0.3 + 0.6 * busy)
    share = busy if shops else 0.0
    scene.paint_wall(frame, (-wide / 2, wide / 2), (0, floor), 0.0, draw_shops(rng, wide, floor, share))
    if share > 0.3 and y < 60:
        light = colour.kelvin_tint(float(rng.uniform(0.2, 0.8))) * share * float(rng.uniform(8, 40))
        scene.lamps.append(Lamp(frame.place([(0, 1.6, 2.2)])[0], light, seen=False, size_m=2.0))
    if shops and rng.random() < 0.55 * busy + 0.1:
        add_blade_sign(scene, rng, frame, wide, floor, high)
    if high > floor + 3 and rng.random() < 0.15 * busy:
        span = wide * float(rng.uniform(0.2, 0.45))
        scene.paint_wall(frame, (-span, span), (high - 2.4, high - 0.6), 0.2, draw_sign(rng, 2 * span, 1.8))


def add_blade_sign(
    scene: Scene, rng: np.random.Generator, frame: Frame3, wide: float, floor: float, high: float
) -> None:
    """A sign that stands out over the pavement and faces along the road."""
    reach, tall = float(rng.uniform(0.8, 1.6)), float(rng.uniform(0.7, 1.2))
    if high > floor + 3 and rng.random() < 0.4:
        tall = float(rng.uniform(2.5, min(7.0, high - floor)))
    place = frame.place([(float(rng.uniform(-0.4, 0.4)) * wide, 0.2 + reach / 2, 0)])[0]
    sign = Frame3.facing(float(place[0]), float(place[1]), 180.0)
    z = floor - 0.3
    scene.paint_wall(sign, (-reach / 2, reach / 2), (z, z + tall), 0.0, draw_sign(rng, reach, tall))


def add_trees(scene: Scene, rng: np.random.Generator, x: float) -> None:
    if rng.random() < 0.5:
        return
    gap, kind = float(rng.uniform(9, 22)), str(rng.choice(["tree", "tree", "palm"]))
    for y in np.arange(rng.uniform(4, 20), 120, gap):
        tall = float(rng.uniform(4, 8))
        foot = np.array([x, float(y), 0.0])
        scene.billboards.append(Billboard(foot, tall * 0.8, tall, leaves(kind, int(rng.integers(12)))))


def add_parked(scene: Scene, rng: np.random.Generator, x: float) -> None:
    y, share = float(rng.uniform(4, 12)), float(rng.choice([0.0, 0.3, 0.8]))
    while y < 48:
        if rng.random() < share:
            put_car(
                scene, np.array([x, y, 0.0]), np.array([0.0, 1.0, 0.0]), rng, lit=bool(rng.random() < 0.03)
            )
        y += float(rng.uniform(5.6, 9))


def add_lamps(scene: Scene, rng: np.random.Generator, left: float, right: float) -> None:
    """Rows on one side, on both, or in the middle; some streets have none that work."""
    layout = str(rng.choice(["both", "both", "right", "left", "none"]))
    reach = float(rng.uniform(1, 3))
    state = rng.bit_generator.state
    if layout in ("both", "right"):
        put_lamp_row(scene, rng, right + 0.6, (8, FAR_END_M), -reach)
    if layout == "both":
        rng.bit_generator.state = state
    if layout in ("both", "left"):
        put_lamp_row(scene, rng, left - 0.6, (8, FAR_END_M), reach)


def add_junctions(scene: Scene, rng: np.random.Generator, left: float, right: float) -> None:
    """Traffic lights at none to three junctions ahead."""
    y = float(rng.uniform(12, 60))
    for _ in range(int(rng.integers(0, 4))):
        overhead = bool(rng.random() < 0.5)
        state = rng.bit_generator.state
        put_signal(scene, right + 0.5, y, overhead, rng)
        rng.bit_generator.state = state
        put_signal(scene, left - 0.5, y, overhead, rng)
        for x in (left - 0.9, right + 0.9):
            put_walk_signal(scene, x, y + 9, rng)
        for x in np.arange(left + 0.6, right, 1.0):
            lay_plane(scene, (float(x), float(x) + 0.5), (y - 3.6, y - 0.6), 0.03, MARKS)
        if rng.random() < 0.6:
            light = Paint((0.02, 0.1, 0.05), (0.02, 0.25, 0.1) if rng.random() < 0.5 else (0.0, 0.0, 0.0))
            scene.mesh.add_panel(
                Frame3.facing(right - 2, y + 0.3, 180.0), (-1.0, 1.0), (5.0, 5.5), 0.0, light
            )
            scene.mesh.add_panel(
                Frame3.facing(right - 2, y + 0.4, 180.0), (-2.0, 2.5), (5.5, 5.6), 0.0, METAL
            )
        y += float(rng.uniform(45, 110))


def add_traffic(scene: Scene, rng: np.random.Generator, lanes: int) -> None:
    """Cars in every lane: few, or close together before a red light."""
    for lane in range(lanes):
        for towards_us in (False, True):
            x = (-(lane + 1) if towards_us else lane) * LANE_M
            gap, y = float(np.exp(rng.uniform(2.1, 4.6))), float(rng.uniform(9, 30))
            while y < FAR_END_M:
                if rng.random() < 0.04:
                    put_bus(scene, x, y, towards_us, rng)
                    y += 10
                else:
                    put_driving_car(scene, x, y, towards_us, rng)
                y += 5.0 + gap * float(rng.exponential())
