"""Single things that a town is known by from afar: floodlit towers, bridges, boats and masts."""

from __future__ import annotations

import numpy as np

from ml.tools.render import colour
from ml.tools.render.distance import UPWARDS, add_lamp_line, far_lights
from ml.tools.render.facade import draw_facade
from ml.tools.render.light import Lamp
from ml.tools.render.mesh import Frame3, Paint, Points, glowing
from ml.tools.render.scene import Scene

RED_LAMP = np.array([1.0, 0.03, 0.02])


def add_landmark(scene: Scene, rng: np.random.Generator, x: float, y: float) -> None:
    """A church or a castle, painted by flood lamps at its foot."""
    frame = Frame3.facing(x, y, 180.0 + float(rng.normal(0, 15)))
    stone = Paint((0.45, 0.42, 0.36), grain=0.12, grain_m=2.5, boards_m=1.1, groove=0.15)
    half, high = float(rng.uniform(3, 6)), float(rng.uniform(22, 50))
    scene.mesh.add_box(frame, (-half, -2 * half, 0), (half, 0, high), stone)
    tip = (0.0, -half, high + half * float(rng.uniform(1.5, 5)))
    for left, right in (
        ((-half, 0), (half, 0)),
        ((-half, -2 * half), (-half, 0)),
        ((half, 0), (half, -2 * half)),
    ):
        scene.mesh.add(frame.place([(*left, high), (*right, high), tip]), Paint((0.08, 0.12, 0.1)))
    wing, eave = half * float(rng.uniform(2, 6)), high * float(rng.uniform(0.25, 0.5))
    scene.mesh.add_box(frame, (half, -2 * half, 0), (half + wing, -0.5, eave), stone)
    for across, up in (((-half, half), (high * 0.35, high * 0.95)), ((half, half + wing), (0.5, eave))):
        openings = draw_facade(rng, "dark", across[1] - across[0], up[1] - up[0], 3.0)
        openings[..., :3] = np.where(openings[..., :3] > 0.05, stone.albedo, 0.02).astype(np.float32)
        scene.paint_wall(frame, across, up, 0.1, openings)
    tint = colour.kelvin_tint(float(rng.uniform(0.0, 1.0)))
    for at in (0.0, half + wing / 2):
        aim = np.array([0.0, 0.5, 1.0]) / np.sqrt(1.25)
        place = frame.place([(at, half * 1.8, 1.0)])[0]
        power = float(np.exp(rng.normal(7.7, 0.7)))
        scene.lamps.append(Lamp(place, tint * power, aim, 1.0, seen=False, size_m=1.0))


def add_bridge(scene: Scene, rng: np.random.Generator, y: float) -> None:
    """A long bridge across the picture: lamps along its deck, and cables or arches in its own light."""
    deck, dark = float(rng.uniform(8, 22)), Paint((0.08, 0.08, 0.08))
    slope = float(rng.uniform(-0.3, 0.3))
    frame = Frame3.facing(0, y, 180.0 + np.degrees(np.arctan(slope)))
    scene.mesh.add_panel(frame, (-y * 1.6, y * 1.6), (deck - 2, deck), 0, dark)
    ends = frame.place([(-y * 1.3, 0.5, deck + 6), (y * 1.3, 0.5, deck + 6)])
    add_lamp_line(scene, rng, ends[0], ends[1])
    tint = colour.kelvin_tint(float(rng.uniform(0, 0.9))) * float(rng.uniform(0.5, 3))
    lit = glowing(tint * 0.3, 0.3, grain=0.3)
    high, gap = deck + y * float(rng.uniform(0.1, 0.22)), y * float(rng.uniform(0.5, 0.9))
    for x in np.arange(-y * 1.2, y * 1.2, gap) + float(rng.uniform(0, gap)):
        scene.mesh.add_panel(frame, (x - y * 0.006, x + y * 0.006), (0, high), 0.3, lit)
        for step in np.linspace(0.15, 0.48, 5) * gap:
            for way in (-1, 1):
                foot = x + way * step
                cable = [(x, 0.2, high), (x, 0.2, high - 1.2), (foot, 0.2, deck), (foot, 0.2, deck + 0.8)]
                scene.mesh.add(frame.place(cable), dark)
        scene.strands.append(far_lights(frame.place([(x, 0.6, high + 2)]), RED_LAMP[None] * 120))


def add_boats(scene: Scene, rng: np.random.Generator, shore: float) -> None:
    for _ in range(int(rng.integers(1, 5))):
        y = shore * float(rng.uniform(0.25, 0.95))
        frame = Frame3.facing(float(rng.uniform(-0.6, 0.6)) * y, y, 180.0)
        long, high = float(rng.uniform(6, 40)), float(rng.uniform(2, 7))
        scene.mesh.add_box(frame, (-long / 2, -5, 0), (long / 2, 0, high * 0.4), Paint((0.3, 0.3, 0.3)))
        scene.paint_wall(
            frame,
            (-long * 0.3, long * 0.3),
            (high * 0.4, high),
            0.1,
            draw_facade(rng, "hotel", long * 0.6, high, 3),
        )
        tips = frame.place([(-long / 2, 0.2, high + 2), (long / 2, 0.2, high), (0, 0.2, high + 4)])
        scene.strands.append(far_lights(tips, np.array([colour.RED, colour.GREEN, colour.COOL_WHITE]) * 8.0))


def add_mast(scene: Scene, rng: np.random.Generator, foot: Points, tall: float) -> None:
    """A thin mast with red warning lamps for aircraft; some of them blink and are off just now."""
    frame = Frame3.facing(float(foot[0]), float(foot[1]), 180.0, float(foot[2]))
    half = max(0.25, tall * 0.02)
    scene.mesh.add_panel(frame, (-half, half), (0, tall), 0.3, Paint((0.1, 0.1, 0.1)))
    heights = np.linspace(tall / 3, tall, int(rng.integers(1, 4)))
    on = rng.random(len(heights)) < 0.8
    places = foot + heights[:, None] * UPWARDS + np.array([0.0, -0.5, 0.0])
    scene.strands.append(far_lights(places, np.outer(on * rng.uniform(20, 150), RED_LAMP)))
