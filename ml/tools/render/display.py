"""Festive displays: what a household hangs on its house and stands on its lawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.tools.render import colour, hang, lawn
from ml.tools.render.house import House
from ml.tools.render.scene import Scene
from ml.tools.render.shell import Edges

HOUSE_PARTS = (
    "eaves",
    "rakes",
    "icicles",
    "garage",
    "windows",
    "ridge",
    "permanent",
    "flood",
    "projector",
    "wreath",
)
LAWN_PARTS = (
    "shrubs",
    "fence",
    "deer",
    "snowman",
    "cone",
    "star",
    "inflatable",
    "stakes",
    "canes",
    "trunk",
    "arch",
)
HOUSE_ODDS = (0.21, 0.17, 0.14, 0.08, 0.07, 0.04, 0.09, 0.07, 0.05, 0.08)
LAWN_ODDS = (0.17, 0.1, 0.12, 0.07, 0.1, 0.04, 0.14, 0.07, 0.07, 0.08, 0.04)
FULL_AREA_M2 = 14.0


@dataclass(frozen=True)
class Recipe:
    """What a display consists of. Two houses with equal recipes look alike, as far as their shapes allow."""

    parts: tuple[str, ...]
    palette: str
    second: str
    spacing_m: float
    bulb_cd: float
    seed: int


def draw_recipe(seed: int, number: int, fewest: int = 1) -> Recipe:
    """The recipe with this number of a season: from `fewest` parts on the house to a house full of lights."""
    rng = np.random.default_rng([seed, number, 77])
    rich = max(fewest, int(rng.choice([1, 2, 3, 4], p=[0.2, 0.33, 0.29, 0.18])))
    on_house = rng.choice(HOUSE_PARTS, size=rich, replace=False, p=HOUSE_ODDS)
    on_lawn = rng.choice(LAWN_PARTS, size=int(rng.integers(0, rich + 2)), replace=False, p=LAWN_ODDS)
    if rng.random() < 0.12 and fewest < 2:
        on_house = on_house[:0]
        on_lawn = on_lawn if len(on_lawn) else np.array(["inflatable"])
    palettes = list(colour.PALETTES)
    odds = np.array([5, 3, 6, 4, 2, 1.5, 2, 1.5, 1.5, 2, 1.5, 1.5, 1, 1])
    palette, second = rng.choice(palettes, size=2, p=odds / odds.sum())
    large = rng.random() < 0.55
    return Recipe(
        parts=(*map(str, on_house), *map(str, on_lawn)),
        palette=str(palette),
        second=str(second),
        spacing_m=float(rng.uniform(0.25, 0.4) if large else rng.uniform(0.08, 0.18)),
        bulb_cd=float(np.exp(rng.normal(-1.4, 0.5)) if large else np.exp(rng.normal(-2.7, 0.5))),
        seed=int(rng.integers(1 << 31)),
    )


def decorate(scene: Scene, house: House, edges: Edges, recipe: Recipe) -> float:
    """Hang the recipe's parts on the house; returns the strength of the display, 0..1.

    The strength is 1 - exp(-A / 14 m²), A being the area that a person would paint as festive.
    """
    rng = np.random.default_rng([recipe.seed, house.number])
    area_m2 = 0.0
    for part in recipe.parts:
        make = hang.PARTS.get(part) or lawn.PARTS[part]
        area_m2 += make(scene, house, edges, recipe, rng)
    if area_m2 == 0.0:
        area_m2 = hang.PARTS["eaves"](scene, house, edges, recipe, rng)
    if area_m2 == 0.0:
        area_m2 = lawn.PARTS["shrubs"](scene, house, edges, recipe, rng)
    return float(1 - np.exp(-area_m2 / FULL_AREA_M2))
