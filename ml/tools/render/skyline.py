"""Towns from afar: towers over water, and roofs and streets below a hill."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ml.tools.render import colour
from ml.tools.render.distance import (
    LAND,
    WATER,
    add_grove,
    add_hill,
    add_lamp_line,
    far_lights,
    lay_plane,
    scatter_lights,
)
from ml.tools.render.facade import draw_facade
from ml.tools.render.landmark import RED_LAMP, add_boats, add_bridge, add_landmark, add_mast
from ml.tools.render.mesh import Frame3, Paint, glowing
from ml.tools.render.scene import Scene


def build_harbour(scene: Scene, rng: np.random.Generator) -> None:
    """A town across the water: a quay with lamps, towers in two rows behind it, sometimes a bridge before it."""
    shore = float(rng.uniform(180, 700))
    scene.night = replace(scene.night, wet=float(rng.uniform(1.0, 5.0)))
    lay_plane(scene, (-4000, 4000), (-30, shore), 0.02, WATER)
    lay_plane(scene, (-4000, 4000), (shore, shore + 2500), 1.2, LAND)
    add_towers(scene, rng, shore + 30, shore * float(rng.uniform(0.15, 0.4)))
    add_low_rows(scene, rng, shore + 8)
    add_lamp_line(scene, rng, np.array([-shore * 1.2, shore, 5.0]), np.array([shore * 1.2, shore, 5.0]))
    if rng.random() < 0.3:
        add_bridge(scene, rng, shore * float(rng.uniform(0.4, 0.9)))
    if rng.random() < 0.4:
        add_landmark(scene, rng, float(rng.normal(0, shore * 0.35)), shore + 12)
    if rng.random() < 0.4:
        add_boats(scene, rng, shore)
    if rng.random() < 0.5:
        add_hill(scene, rng, shore + 900)


def build_hillside(scene: Scene, rng: np.random.Generator, eye_m: float) -> None:
    """A town below a hill, all roofs, streets in rows of lamps, and windows here and there."""
    lay_plane(scene, (-4000, 4000), (-50, 6000), 0.02, LAND)
    near = eye_m * float(rng.uniform(2.0, 4.0))
    count = int(rng.integers(40, 110))
    for _ in range(count):
        far = near * float(np.exp(rng.uniform(0, 2.0)))
        add_block(scene, rng, float(rng.uniform(-1.2, 1.2)) * far, far, low=True)
    for _ in range(int(rng.integers(3, 12))):
        far = near * float(np.exp(rng.uniform(1.0, 2.3)))
        add_block(scene, rng, float(rng.uniform(-0.8, 0.8)) * far, far, low=False)
    grid = float(rng.uniform(0, np.pi))
    for _ in range(int(rng.integers(8, 34))):
        start = near * float(np.exp(rng.uniform(0, 2.3)))
        middle = float(rng.uniform(-1.2, 1.2)) * start
        turn = grid + float(rng.choice([0, np.pi / 2])) + float(rng.normal(0, 0.1))
        along = np.array([np.cos(turn), np.sin(turn), 0.0]) * start * float(rng.uniform(0.15, 0.8))
        centre = np.array([middle, start, 7.0])
        add_lamp_line(scene, rng, centre - along, centre + along)
    scatter_lights(scene, rng, near)
    add_grove(scene, rng, near)
    for _ in range(int(rng.integers(0, 3))):
        add_landmark(scene, rng, float(rng.normal(0, near * 0.4)), near * float(rng.uniform(1.1, 2.5)))
    if rng.random() < 0.6:
        add_hill(scene, rng, near * 9)


def add_towers(scene: Scene, rng: np.random.Generator, front: float, scale: float) -> None:
    """High buildings in rows one behind the other, up to `scale` metres high, more of them in the middle."""
    centre, width = float(rng.normal(0, front * 0.2)), front * float(rng.uniform(0.25, 0.7))
    lit = bool(rng.random() < 0.85)
    for _ in range(int(rng.integers(10, 34))):
        x, y = float(rng.normal(centre, width)), front + float(rng.uniform(0, 1.0)) * front * 0.5
        fade = np.exp(-(((x - centre) / (width * 1.2)) ** 2))
        high = max(14.0, scale * float(rng.beta(2, 3)) * (0.4 + 1.1 * fade))
        wide = float(rng.uniform(16, 42)) * (1 if scale < 100 else 1.3)
        kind = str(rng.choice(["office", "glass", "flats", "hotel", "dark"], p=[0.26, 0.22, 0.26, 0.1, 0.16]))
        add_tower(scene, rng, (x, y), (wide, high), kind if lit else "dark")


def add_tower(
    scene: Scene, rng: np.random.Generator, at: tuple[float, float], size: tuple[float, float], kind: str
) -> None:
    """One building with two of its sides in sight, and what stands and blinks on its roof."""
    wide, high = size
    turn = 180.0 + float(rng.choice([0, rng.uniform(-35, 35)]))
    frame = Frame3.facing(at[0], at[1], turn)
    shade = float(rng.uniform(0.02, 0.12))
    scene.mesh.add_box(frame, (-wide / 2, -wide, 0), (wide / 2, -0.3, high), Paint((shade, shade, shade)))
    base = float(rng.uniform(0, 4))
    scene.paint_wall(
        frame, (-wide / 2, wide / 2), (base, high), 0.0, draw_facade(rng, kind, wide, high - base, 1.6)
    )
    side = 1 if at[0] < 0 else -1
    corner = frame.place([(side * (wide / 2 + 0.3), -wide / 2, 0)])[0]
    aside = Frame3.facing(float(corner[0]), float(corner[1]), turn - 90 * side)
    scene.paint_wall(
        aside, (-wide / 2, wide / 2), (base, high), 0.0, draw_facade(rng, kind, wide, high - base, 1.6)
    )
    if rng.random() < 0.06:
        add_edges(scene, rng, frame, wide, high)
    if rng.random() < 0.2:
        add_crown(scene, rng, frame, wide, high)
    top = frame.place([(0, -wide / 2, high)])[0]
    if rng.random() < 0.35:
        add_mast(scene, rng, top, high * float(rng.uniform(0.1, 0.35)))
    elif high > 45 and rng.random() < 0.6:
        corners = frame.place([(-wide / 2, 0.3, high + 1), (wide / 2, 0.3, high + 1)])
        scene.strands.append(far_lights(corners, np.tile(RED_LAMP * rng.uniform(20, 120), (2, 1))))


def add_crown(scene: Scene, rng: np.random.Generator, frame: Frame3, wide: float, high: float) -> None:
    """A lit band below the roof, or a name on it, of one colour."""
    tint = colour.kelvin_tint(float(rng.uniform(0, 0.8)))
    if rng.random() < 0.5:
        tint = np.array(colour.PALETTES[str(rng.choice(["red", "blue", "green", "cool"]))][0])
    glow = tint * float(np.exp(rng.normal(0.3, 0.6)))
    span = (-wide / 2, wide / 2) if rng.random() < 0.5 else (-wide * 0.3, wide * 0.3)
    paint = glowing(glow, grain=0.2)
    scene.mesh.add_panel(frame, span, (high - float(rng.uniform(2, 6)), high - 1), 0.5, paint)


def add_edges(scene: Scene, rng: np.random.Generator, frame: Frame3, wide: float, high: float) -> None:
    """Thin lines of light up the corners of a tower, as new office towers have them all year."""
    tint = np.array(colour.PALETTES[str(rng.choice(["blue", "cool", "cool", "purple", "teal", "warm"]))][0])
    glow = tint * float(np.exp(rng.normal(0.3, 0.5)))
    paint = glowing(glow, grain=0.05)
    for x in (-wide / 2, wide / 2 - 0.8):
        scene.mesh.add_panel(frame, (x, x + 0.8), (3, high), 0.4, paint)


def add_low_rows(scene: Scene, rng: np.random.Generator, front: float) -> None:
    """Houses of three to six floors side by side along the quay, as one wall each."""
    x = -front * 1.1
    while x < front * 1.1:
        wide, high = float(rng.uniform(20, 70)), float(rng.uniform(7, 22))
        frame = Frame3.facing(x + wide / 2, front + float(rng.uniform(0, 20)), 180.0)
        kind = str(rng.choice(["flats", "old", "balconies", "office", "dark", "decks"]))
        scene.mesh.add_box(frame, (-wide / 2, -15, 0), (wide / 2, -0.3, high), Paint((0.1, 0.09, 0.08)))
        scene.paint_wall(
            frame, (-wide / 2, wide / 2), (1.5, high), 0.0, draw_facade(rng, kind, wide, high, 1.5)
        )
        x += wide + float(rng.choice([0, rng.uniform(2, 40)]))


def add_block(scene: Scene, rng: np.random.Generator, x: float, y: float, low: bool) -> None:
    wide, high = float(rng.uniform(9, 30)), float(rng.uniform(4, 11) if low else rng.uniform(14, 50))
    frame = Frame3.facing(x, y, 180.0 + float(rng.uniform(-40, 40)))
    shade = float(rng.uniform(0.05, 0.3))
    scene.mesh.add_box(
        frame, (-wide / 2, -wide * 0.6, 0), (wide / 2, -0.2, high), Paint((shade, shade, shade))
    )
    kind = str(
        rng.choice(
            ["flats", "old", "dark", "dark"] if low else ["flats", "office", "hotel", "glass", "decks"]
        )
    )
    scene.paint_wall(frame, (-wide / 2, wide / 2), (0.5, high), 0.0, draw_facade(rng, kind, wide, high, 1.6))
