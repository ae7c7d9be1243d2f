"""Lights on the lawn: shrubs, fences, wire figures, inflatables, stakes, candy canes, wrapped trees.

Every maker adds one part of a display to the scene and returns the area in m² that a person would paint for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ml.tools.render import colour
from ml.tools.render.hang import Maker, along, brightness, string
from ml.tools.render.house import House
from ml.tools.render.light import Lamp, Sheet, Strand
from ml.tools.render.scene import Scene
from ml.tools.render.shell import Edges, frame_of
from ml.tools.render.stamp import INFLATABLES, Billboard, inflatable, leaves

if TYPE_CHECKING:
    from ml.tools.render.display import Recipe

Outline = list[tuple[float, float]]
DEER: Outline = [
    (0.05, 0.0), (0.08, 0.35), (0.0, 0.6), (0.02, 0.85), (0.1, 0.92), (0.04, 1.0), (0.14, 0.95), (0.6, 0.92), (0.78, 1.2),
    (0.8, 1.32), (0.72, 1.5), (0.62, 1.55), (0.73, 1.52), (0.72, 1.72), (0.76, 1.5), (0.84, 1.35), (0.9, 1.5), (0.88, 1.7),
    (0.92, 1.52), (1.02, 1.58), (0.93, 1.48), (0.88, 1.34), (1.06, 1.25), (1.04, 1.16), (0.9, 1.12), (0.84, 0.85),
    (0.8, 0.62), (0.82, 0.35), (0.8, 0.0), (0.74, 0.0), (0.74, 0.35), (0.7, 0.56), (0.4, 0.52), (0.2, 0.56), (0.16, 0.35),
    (0.12, 0.0), (0.05, 0.0),
]  # fmt: skip
STAR: Outline = [
    (
        (0.5 if turn % 2 else 1.0) * 0.5 * np.sin(turn * np.pi / 5),
        0.5 + (0.5 if turn % 2 else 1.0) * 0.5 * np.cos(turn * np.pi / 5),
    )
    for turn in range(11)
]
BALLS: tuple[tuple[float, float], ...] = ((0.4, 0.4), (1.05, 0.3), (1.55, 0.22))


def spot(house: House, edges: Edges, rng: np.random.Generator, far: float = 0.75) -> tuple[float, float]:
    """A free place on the lawn, in the house's frame."""
    low, high = edges.lawn_x
    x = float(rng.uniform(low + 0.3, max(high - 0.3, low + 0.5)))
    return x, float(rng.uniform(1.2, max(1.6, house.setback_m * far - 1.5)))


def outline_figure(
    scene: Scene,
    house: House,
    outline: Outline,
    at: tuple[float, float, float],
    scale: float,
    palette: str,
    cd: float,
) -> float:
    """A wire figure with bulbs along an outline in metres, standing at local x, y and height z."""
    frame = frame_of(house)
    x, y, z = at
    corners = frame.place([(x + px * scale, y, z + pz * scale) for px, pz in outline])
    places = along(corners, 0.07)
    scene.hang(Strand(places, colour.pattern(palette, len(places)) * cd, house.number, width_m=0.08))
    scene.sheets.append(Sheet(corners, house.number))
    return 0.5 * scale * scale


def put_deer(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """One to three deer, some looking the other way."""
    x, y = spot(house, edges, rng)
    area = 0.0
    for number in range(int(np.random.default_rng(recipe.seed).integers(1, 4))):
        turned = [(-px, pz) for px, pz in DEER] if rng.random() < 0.4 else DEER
        palette = "warm" if recipe.second != "cool" else "cool"
        area += outline_figure(
            scene,
            house,
            turned,
            (x + 1.3 * number, y + 0.4 * number, 0),
            rng.uniform(0.8, 1.1),
            palette,
            0.035,
        )
    return area


def put_star(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """A star on the front, high up."""
    wing = house.style.garage or house.style.main
    x, z = (wing.x0 + wing.x1) / 2, wing.eave_m + 0.1
    return outline_figure(scene, house, STAR, (x, wing.y_front + 0.55, z), 1.3, recipe.palette, 0.06)


def put_snowman(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """Three rings of bulbs on top of each other."""
    x, y = spot(house, edges, rng)
    for middle, radius in BALLS:
        turn = np.linspace(0, 2 * np.pi, 17)
        ring = [(radius * float(np.cos(a)), middle + radius * float(np.sin(a))) for a in turn]
        outline_figure(scene, house, ring, (x, y, 0), 1.1, "cool", 0.04)
    return 1.1


def put_cone(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """A tree of strings that fan out from the tip of a pole."""
    x, y = spot(house, edges, rng)
    high, wide = float(rng.uniform(1.6, 3.6)), float(rng.uniform(0.5, 1.0))
    frame = frame_of(house)
    for share in np.linspace(-1, 1, 9):
        bend = 0.4 * np.cos(share * 1.5)
        places = along(frame.place([(x, y, high), (x + share * wide, y + bend, 0.05)]), 0.16)
        lights = colour.pattern(recipe.palette, len(places)) * brightness(len(places), rng) * 0.05
        scene.strands.append(Strand(places, lights, house.number, lines=False))
    glow = np.array(colour.PALETTES[recipe.palette]).mean(axis=0) * 4.0
    scene.lamps.append(Lamp(frame.place([(x, y + 0.5, high * 0.4)])[0], glow, seen=False))
    scene.sheets.append(Sheet(frame.place([(x - wide, y, 0), (x + wide, y, 0), (x, y, high)]), house.number))
    return high * wide


def put_shrubs(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """Shrubs under a net of small bulbs."""
    low, high = edges.lawn_x
    area = 0.0
    for x in np.linspace(low + 0.6, high - 0.6, max(1, int((high - low) / 2.4))):
        wide, tall = float(rng.uniform(0.9, 1.8)), float(rng.uniform(0.6, 1.3))
        area += lit_shrub(scene, house, (float(x), float(rng.uniform(0.8, 1.8))), wide, tall, recipe, rng)
    return area


def lit_shrub(
    scene: Scene,
    house: House,
    at: tuple[float, float],
    wide: float,
    tall: float,
    recipe: Recipe,
    rng: np.random.Generator,
) -> float:
    frame = frame_of(house)
    foot = frame.place([(at[0], at[1], 0)])[0]
    stamp = leaves("shrub", int(rng.integers(8)))
    scene.billboards.append(Billboard(foot, wide, tall, stamp, house.number, True))
    count = int(45 * wide * tall) + 12
    angle, reach = rng.uniform(0, np.pi, count), np.sqrt(rng.random(count))
    local = np.stack(
        [
            at[0] + np.cos(angle) * reach * wide * 0.45,
            np.full(count, at[1] + 0.3),
            np.sin(angle) * reach * tall * 0.92,
        ],
        axis=1,
    )
    lights = colour.pattern(recipe.second, count) * brightness(count, rng) * 0.05
    scene.hang(Strand(frame.place(local), lights, house.number, lines=False))
    return 0.75 * wide * tall


def put_fence(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """Lights along the front fence, or along the edge of the lawn."""
    low, high = edges.lawn_x
    y = house.setback_m - 1.2
    xs = np.linspace(low, high, max(2, int((high - low) / 1.6)))
    height = float(np.random.default_rng(recipe.seed).choice([0.25, 0.8, 1.0]))
    wave = [height - (0.15 if number % 2 else 0.0) for number in range(len(xs))]
    line = frame_of(house).place([(x, y, z) for x, z in zip(xs, wave, strict=True)])
    return string(scene, house, line, recipe, rng, recipe.second)


def put_inflatable(
    scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator
) -> float:
    """One to three cloth figures, lit from inside."""
    chosen = np.random.default_rng(recipe.seed)
    area = 0.0
    for _ in range(int(chosen.integers(1, 4))):
        kind = str(chosen.choice(list(INFLATABLES)))
        tall = float(chosen.uniform(1.2, 2.6))
        x, y = spot(house, edges, rng)
        frame = frame_of(house)
        foot = frame.place([(x, y, 0)])[0]
        glow = float(np.exp(rng.normal(1.3, 0.5)))
        scene.billboards.append(
            Billboard(foot, tall * 0.8, tall, inflatable(kind), house.number, True, frame.right, glow)
        )
        tint = inflatable(kind).albedo.mean(axis=(0, 1)) * glow * 1.5
        scene.lamps.append(Lamp(frame.place([(x, y + 0.4, tall / 2)])[0], tint, seen=False))
        area += 0.5 * tall * tall
    return area


def put_stakes(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """Coloured lights on sticks along the edge of the lawn."""
    low, high = edges.lawn_x
    y = house.setback_m - 0.8
    local = [(x, y, 0.3) for x in np.arange(low, high, 0.45)]
    if len(local) < 2:
        return 0.0
    lights = colour.pattern(recipe.palette, len(local)) * 0.12
    scene.hang(Strand(frame_of(house).place(local), lights, house.number, width_m=0.3))
    return len(local) * 0.13


def put_canes(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """Candy canes along the path to the door."""
    frame, x = frame_of(house), house.style.door_x
    area = 0.0
    for y in np.arange(1.5, house.setback_m - 1.5, 1.5):
        for side in (-0.85, 0.85):
            hook = [
                (x + side, y, 0.0),
                (x + side, y, 0.6),
                (x + side + 0.08, y, 0.7),
                (x + side + 0.18, y, 0.62),
            ]
            places = along(frame.place(hook), 0.07)
            scene.hang(Strand(places, colour.pattern("candy", len(places), 2) * 0.03, house.number, 0.1))
            area += 0.12
    return area


def put_trunk(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """A tree wrapped with strings up to its branches."""
    x, y = spot(house, edges, rng)
    frame, turns = frame_of(house), np.arange(0, 34 * np.pi, 0.45)
    high = float(rng.uniform(1.8, 3.0))
    stamp = leaves("tree", int(rng.integers(12)))
    scene.billboards.append(
        Billboard(frame.place([(x, y, 0)])[0], high * 2.1, high * 2.2, stamp, house.number)
    )
    rise = np.linspace(0.1, high, len(turns))
    local = np.stack([x + 0.16 * np.cos(turns), y + 0.1 + 0.16 * np.abs(np.sin(turns)), rise], axis=1)
    lights = colour.pattern(recipe.palette, len(turns)) * brightness(len(turns), rng) * 0.03
    scene.hang(Strand(frame.place(local), lights, house.number, width_m=0.3))
    return high * 0.4


def put_arch(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """Leaping arches of light along the front of the lawn."""
    low, high = edges.lawn_x
    y = house.setback_m - 1.6
    arches = max(1, int((high - low) / 1.6))
    for number in range(arches):
        turn = np.linspace(0, np.pi, 12)
        middle = low + 0.8 + 1.6 * number
        line = frame_of(house).place([(middle + 0.75 * np.cos(a), y, 0.9 * np.sin(a)) for a in turn])
        places = along(line, 0.09)
        lights = colour.pattern(recipe.palette, len(places), 40) * 0.06
        scene.hang(Strand(places, lights, house.number))
    return arches * 0.4


PARTS: dict[str, Maker] = {
    "shrubs": put_shrubs,
    "fence": put_fence,
    "deer": put_deer,
    "snowman": put_snowman,
    "cone": put_cone,
    "star": put_star,
    "inflatable": put_inflatable,
    "stakes": put_stakes,
    "canes": put_canes,
    "trunk": put_trunk,
    "arch": put_arch,
}
