"""Where in a rendered picture each kind of part of a display is: icicles, snowmen, stars, strings along a roof.

The renderer's truth does not say so; but all is drawn from seeds, so that the parts of every house are made once more, one by
one, and their points are seen through the same camera.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ml.tools.render import Plan, hang, lawn
from ml.tools.render.camera import HEIGHT, WIDTH, Camera
from ml.tools.render.display import draw_recipe
from ml.tools.render.drive import camera_at
from ml.tools.render.everyday import furnish
from ml.tools.render.lot import Lot
from ml.tools.render.scene import Night, Scene
from ml.tools.render.shell import build_house
from ml.tools.render.world import build_world

REACH_PX, FEWEST_PX = 4, 120
SMALLEST_PX = (24, 10)
WHOLE_SHARE = 0.95
Parts = dict[str, np.ndarray]


@dataclass(frozen=True)
class Part:
    """One part as one frame shows it: a lit point of it, the box around it, in [0, 1] of the picture, and its lit pixels."""

    frame: int
    house: int
    kind: str
    point: tuple[float, float]
    box: tuple[float, float, float, float]
    pixels: int


def parts_by_house(plan: Plan) -> dict[int, Parts]:
    """House number → kind → its points in metres (n, 3), of every decorated house."""
    lots = build_world(plan).lots
    return {lot.house.number: parts_of(lot, plan.seed) for lot in lots if lot.house.decorated}


def parts_of(lot: Lot, seed: int) -> Parts:
    house = lot.house
    scene = Scene(Night(np.zeros(3), np.zeros(3)))
    edges = build_house(scene.mesh, house)
    furnish(scene, house, edges, np.random.default_rng([seed, 2, house.number]))
    recipe = draw_recipe(seed, house.recipe, fewest=2)
    rng = np.random.default_rng([recipe.seed, house.number])
    found: Parts = {}
    for kind in recipe.parts:
        strands, boards, sheets = len(scene.strands), len(scene.billboards), len(scene.sheets)
        (hang.PARTS.get(kind) or lawn.PARTS[kind])(scene, house, edges, recipe, rng)
        points = [strand.places for strand in scene.strands[strands:]]
        points += [sheet.corners for sheet in scene.sheets[sheets:]]
        points += [corners_of(board) for board in scene.billboards[boards:] if board.festive]
        if points:
            found[kind] = np.concatenate(points)
    return found


def corners_of(board: Any) -> np.ndarray:
    right = (np.array([1.0, 0.0, 0.0]) if board.right is None else board.right) * board.width_m / 2
    up = np.array([0.0, 0.0, board.height_m])
    return np.array(
        [board.foot - right, board.foot + right, board.foot - right + up, board.foot + right + up]
    )


def best_views(folder: Path, plan: Plan, truth: dict[str, Any], parts: dict[int, Parts]) -> list[Part]:
    """Of each part of each house the frame that shows most lit pixels of it, whole; parts that no frame shows are left out."""
    best: dict[tuple[int, str], Part] = {}
    for number, (pose, frame) in enumerate(zip(build_world(plan).poses, truth["frames"], strict=True)):
        camera = camera_at(pose, np.random.default_rng([plan.seed, 6, plan.evening, number]))
        for part in parts_in(folder, number, frame, camera, parts):
            known = best.get((part.house, part.kind))
            if known is None or known.pixels < part.pixels:
                best[part.house, part.kind] = part
    return list(best.values())


def parts_in(
    folder: Path, number: int, frame: dict[str, Any], camera: Camera, parts: dict[int, Parts]
) -> Iterator[Part]:
    stem = Path(frame["photo"]).stem
    houses, festive = (np.asarray(Image.open(folder / kind / f"{stem}.png")) for kind in ("houses", "masks"))
    for seen in frame["houses"]:
        lit = (houses == seen["house"]) & (festive > 127)
        for kind, points in parts.get(seen["house"], {}).items():
            place = place_of(points, camera, lit)
            if place:
                yield Part(number, seen["house"], kind, *place)


def place_of(
    points: np.ndarray, camera: Camera, lit: np.ndarray
) -> tuple[tuple[float, float], tuple[float, float, float, float], int] | None:
    """Point, box and number of lit pixels; None where the part is not in the picture as a whole, too small, or hidden."""
    seen = camera.to_camera(points)
    if (seen[:, 2] < 1).any():
        return None
    pixels = camera.to_pixels(seen)
    inside = ((pixels >= 0) & (pixels < (WIDTH, HEIGHT))).all(axis=1)
    low, high = pixels.min(axis=0).clip(0), np.minimum(pixels.max(axis=0), (WIDTH - 1, HEIGHT - 1))
    if inside.mean() < WHOLE_SHARE or ((high - low) < SMALLEST_PX).any():
        return None
    near = np.zeros_like(lit)
    for x, y in pixels[inside].astype(int):
        near[max(0, y - REACH_PX) : y + REACH_PX + 1, max(0, x - REACH_PX) : x + REACH_PX + 1] = True
    rows, columns = np.nonzero(near & lit)
    if len(rows) < FEWEST_PX:
        return None
    middle = np.median(pixels[inside], axis=0)
    nearest = int(((columns - middle[0]) ** 2 + (rows - middle[1]) ** 2).argmin())
    point = (columns[nearest] + 0.5) / WIDTH, (rows[nearest] + 0.5) / HEIGHT
    return point, (low[0] / WIDTH, low[1] / HEIGHT, high[0] / WIDTH, high[1] / HEIGHT), len(rows)
