"""Lights on the house: strings, icicles, outlines, floods, projections and wreaths.

Every maker adds one part of a display to the scene and returns the area in m² that a person would paint for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ml.tools.render import colour
from ml.tools.render.house import House
from ml.tools.render.light import Lamp, Sheet, Strand
from ml.tools.render.mesh import Points
from ml.tools.render.scene import Scene
from ml.tools.render.shell import Edges, frame_of

if TYPE_CHECKING:
    from ml.tools.render.display import Recipe

Maker = Callable[[Scene, House, Edges, "Recipe", np.random.Generator], float]
LINE_M = 0.16


def along(line: Points, spacing_m: float) -> Points:
    """Points every `spacing_m` along a polyline (n, 3)."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.arange(0.0, at[-1], spacing_m)
    return np.stack([np.interp(wanted, at, line[:, axis]) for axis in range(3)], axis=1)


def length_m(line: Points) -> float:
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


def jittered(points: Points, rng: np.random.Generator, sag_m: float) -> Points:
    """Bulbs do not hang in a ruler's line: they sag between clips and sway a little."""
    wave = np.abs(np.sin(np.arange(len(points)) * rng.uniform(0.15, 0.5))) * sag_m
    moved = points + rng.normal(0, 0.012, points.shape)
    moved[:, 2] -= wave
    return moved


def brightness(count: int, rng: np.random.Generator) -> Points:
    """Relative brightness of bulbs, (n, 1): they differ, and a few are out."""
    level = np.exp(rng.normal(0, 0.22, (count, 1)))
    return np.where(rng.random((count, 1)) < 0.02, 0.0, level)


def string(
    scene: Scene,
    house: House,
    line: Points,
    recipe: Recipe,
    rng: np.random.Generator,
    palette: str,
    sag_m: float = 0.03,
) -> float:
    """One string of bulbs along a polyline."""
    places = jittered(along(line, recipe.spacing_m), rng, sag_m)
    if len(places) < 2:
        return 0.0
    intensities = colour.pattern(palette, len(places)) * brightness(len(places), rng) * recipe.bulb_cd
    scene.hang(Strand(places, intensities, house.number))
    return length_m(line) * LINE_M


def strings(
    scene: Scene,
    house: House,
    lines: Sequence[Points],
    recipe: Recipe,
    rng: np.random.Generator,
    palette: str,
) -> float:
    return sum(string(scene, house, line, recipe, rng, palette) for line in lines)


def hang_eaves(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    lines = edges.eaves or edges.rakes
    return strings(scene, house, lines, recipe, rng, recipe.palette)


def hang_rakes(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    lines = edges.rakes or edges.eaves
    return strings(scene, house, lines, recipe, rng, recipe.palette)


def hang_ridge(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    return strings(scene, house, edges.ridges, recipe, rng, recipe.second)


def hang_garage(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    return strings(scene, house, edges.garage_door, recipe, rng, recipe.second)


def hang_windows(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    return strings(scene, house, edges.windows, recipe, rng, recipe.palette)


def hang_icicles(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """Short strings of many small bulbs that hang down from an edge."""
    drop_m = float(np.random.default_rng(recipe.seed).uniform(0.25, 0.75))
    palette = (
        recipe.palette if recipe.palette in ("warm", "cool", "blue", "multi_five", "blue_white") else "cool"
    )
    lines = edges.eaves[-2:] or edges.rakes
    return sum(icicle_line(scene, house, line, drop_m, palette, rng) for line in lines)


def icicle_line(
    scene: Scene, house: House, line: Points, drop_m: float, palette: str, rng: np.random.Generator
) -> float:
    tops = along(line, float(rng.uniform(0.1, 0.17)))
    drops = drop_m * np.tile([1.0, 0.45, 0.75, 0.3, 0.9, 0.55], len(tops) // 6 + 1)[: len(tops)]
    falls = [
        top - np.array([0, 0, depth])
        for top, most in zip(tops, drops, strict=True)
        for depth in np.arange(rng.uniform(0, 0.1), most + 0.02, 0.11)
    ]
    places = np.array(falls) + rng.normal(0, 0.012, (len(falls), 3))
    cd = float(np.exp(rng.normal(-3.1, 0.3)))
    intensities = colour.pattern(palette, len(places), 5) * brightness(len(places), rng) * cd
    scene.hang(Strand(places, intensities, house.number, lines=False))
    down = np.array([0, 0, 0.8 * drop_m])
    for start, end in itertools.pairwise(line):
        lift = np.array([0, 0, 0.06])
        scene.sheets.append(
            Sheet(np.array([start + lift, end + lift, end - down, start - down]), house.number)
        )
    return length_m(line) * (0.8 * drop_m + 0.06)


def hang_permanent(
    scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator
) -> float:
    """Lights built into the eaves, which wash the wall below in colour."""
    area = 0.0
    for line in edges.eaves + edges.rakes:
        places = along(line, 0.45)
        if len(places) < 2:
            continue
        inward = -frame_of(house).out * 0.25
        intensities = colour.pattern(recipe.palette, len(places), 3) * 0.35
        scene.strands.append(Strand(places, intensities, house.number, width_m=0.2))
        scene.lamps += [
            Lamp(place + inward - np.array([0, 0, 0.05]), light * 2.5, seen=False)
            for place, light in zip(places[::3], intensities[::3], strict=True)
        ]
        area += length_m(line) * 0.3
    return area


def hang_flood(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """One or two coloured flood lights on the lawn, aimed at the front."""
    frame, wing = frame_of(house), house.style.main
    colours = colour.PALETTES[recipe.palette if recipe.palette not in ("warm", "cool") else "red_green"]
    count = int(np.random.default_rng(recipe.seed).integers(1, 3))
    for number, x in enumerate(np.linspace(wing.x0 + 2.5, wing.x1 - 2.5, count)):
        foot, target = frame.place([(x, wing.y_front + 3.2, 0.25), (x, wing.y_front, 1.9)])
        aim = (target - foot) / np.linalg.norm(target - foot)
        light = np.array(colours[number % len(colours)]) * float(rng.uniform(25, 70))
        scene.lamps.append(Lamp(foot, light, aim, 5.0, seen=False, festive_house=house.number))
    return count * 7.0


def hang_projector(
    scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator
) -> float:
    """Coloured spots that a projector throws on the wall."""
    frame, wing = frame_of(house), house.style.garage or house.style.main
    middle, wide = (wing.x0 + wing.x1) / 2, (wing.x1 - wing.x0) * 0.42
    count = int(rng.integers(60, 260))
    spots = rng.normal(0, [wide * 0.5, 0.55], (count, 2)).clip([-wide, -1.1], [wide, 1.1])
    local = [(middle + x, wing.y_front + 0.05, 1.35 + z) for x, z in spots]
    shades = colour.pattern(recipe.palette, count) * rng.uniform(0.2, 1.0, (count, 1)) * 0.012
    scene.hang(Strand(frame.place(local), shades[rng.permutation(count)], house.number, lines=False))
    reach = np.minimum(np.abs(spots).max(axis=0), [wide, 1.1]) * 0.8
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    area = [(middle + sx * reach[0], wing.y_front + 0.05, 1.35 + sz * reach[1]) for sx, sz in corners]
    scene.sheets.append(Sheet(frame.place(area), house.number))
    return float(4 * reach[0] * reach[1])


def hang_wreath(scene: Scene, house: House, edges: Edges, recipe: Recipe, rng: np.random.Generator) -> float:
    """Lit wreaths or stars on the wall."""
    frame, style = frame_of(house), house.style
    spots = [(style.door_x, style.main.y_front + 0.1, 1.6)]
    if style.garage:
        spots.append(
            ((style.garage.x0 + style.garage.x1) / 2, style.garage.y_front + 0.1, style.garage.eave_m - 0.1)
        )
    for x, y, z in spots:
        turn = np.linspace(0, 2 * np.pi, 26, endpoint=False)
        ring = [(x + 0.38 * np.cos(a), y, z + 0.38 * np.sin(a)) for a in turn]
        places = frame.place(ring)
        intensities = colour.pattern("red_green" if rng.random() < 0.5 else recipe.second, 26, 4) * 0.05
        scene.hang(Strand(places, intensities, house.number, lines=False))
        scene.sheets.append(Sheet(places, house.number))
    return len(spots) * 0.5


PARTS: dict[str, Maker] = {
    "eaves": hang_eaves,
    "rakes": hang_rakes,
    "ridge": hang_ridge,
    "garage": hang_garage,
    "windows": hang_windows,
    "icicles": hang_icicles,
    "permanent": hang_permanent,
    "flood": hang_flood,
    "projector": hang_projector,
    "wreath": hang_wreath,
}
