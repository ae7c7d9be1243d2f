"""Pairs of rendered frames of which it is known, pixel by pixel, where one shows what the other shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ml.tools.render import lens
from ml.tools.render.billboard import draw_billboards
from ml.tools.render.camera import Camera, pixel_slopes
from ml.tools.render.draw import take_picture
from ml.tools.render.drive import SIGHT_M, camera_at, shot_at
from ml.tools.render.raster import Buffers, draw_faces, empty_buffers, shows_through
from ml.tools.render.world import Plan, World, build_world
from ml.types import Image

LEAST_NEARNESS = 1 / 60
SLACK = 0.05
STEP_PX = 8
FURTHEST_APART_M = 60.0


@dataclass(frozen=True)
class View:
    """One rendered frame: `image` (450, 800, 3), its camera, its depth buffer, and where the car was, in metres."""

    image: Image
    camera: Camera
    buffers: Buffers
    side: str
    place_m: NDArray[np.float64]


@dataclass(frozen=True)
class Flow:
    """Where pixels of A lie in B: `start` (n, 2) and `end` (n, 2) in pixels x, y; only what both show.

    `share` in [0, 1]: how much of what A shows nearer than 60 m, B shows too.
    """

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    share: float


def photograph(world: World, number: int) -> View:
    """The frame that the drive takes at pose `number`, as JPEG leaves it."""
    pose, plan = world.poses[number], world.plan
    rng = np.random.default_rng([plan.seed, 6, plan.evening, number])
    camera = camera_at(pose, rng)
    scene = world.scene.near(camera.place, SIGHT_M)
    phone = world.phones[pose.side]
    picture = take_picture(scene, camera, phone, shot_at(pose, camera, rng), rng)
    buffers = empty_buffers(camera)
    draw_faces(buffers, camera, scene.mesh.corners, scene.mesh.ground)
    draw_billboards(buffers, camera, scene.billboards, len(scene.mesh.corners))
    return View(lens.through_jpeg(picture.rgb, phone.quality), camera, buffers, pose.side, pose.true)


def flow(first: View, second: View) -> Flow:
    """The dense truth of a pair, every 8 pixels."""
    half = STEP_PX // 2
    nearness = first.buffers.nearness[half::STEP_PX, half::STEP_PX]
    x, y = pixel_slopes(first.camera.focal_px)
    rows, columns = np.nonzero(nearness > LEAST_NEARNESS)
    pixels_x, pixels_y = columns * STEP_PX + half, rows * STEP_PX + half
    depth = 1 / nearness[rows, columns]
    eye = first.camera
    rays = x[0, pixels_x, None] * eye.right + y[pixels_y, 0, None] * eye.up + eye.forward
    seen = second.camera.to_camera(eye.place + rays * depth[:, None])
    shown = shows_through(second.buffers, second.camera, seen, SLACK)
    start = np.stack([pixels_x, pixels_y], axis=1)[shown] + 0.5
    return Flow(
        np.asarray(start, dtype=np.float64),
        second.camera.to_pixels(seen[shown]),
        float(shown.mean()) if len(shown) else 0.0,
    )


def rendered_views(seed: int, houses: int) -> list[View]:
    """All frames of a drive past so many houses."""
    world = build_world(Plan(seed=seed, houses=houses, decorated=0.7))
    return [photograph(world, number) for number in range(len(world.poses))]


def near_pairs(views: list[View]) -> Iterator[tuple[View, View]]:
    """Pairs of one side of the car within 60 m."""
    for first, second in combinations(views, 2):
        near = float(np.linalg.norm(first.place_m - second.place_m)) <= FURTHEST_APART_M
        if near and first.side == second.side:
            yield first, second
