"""Renders a whole drive into a folder: photos with EXIF, masks, house images and the truth."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from PIL import Image

from ml.tools.render.camera import Camera, aim
from ml.tools.render.draw import Shot, take_picture
from ml.tools.render.exif import make_exif
from ml.tools.render.track import MOUNT_DEG, Pose
from ml.tools.render.truth import drive_truth, frame_truth
from ml.tools.render.world import Plan, World, build_world

STARTS_AT = datetime(2025, 12, 12, 17, 30, tzinfo=ZoneInfo("Europe/Helsinki"))
CAMERA_HEIGHT_M = 1.35
FIELD_DEG = 70.0
EXPOSURE_S = 1 / 40
LOOK_M = 15.0
SIGHT_M = 80.0
Progress = Callable[[int, int], None]
_world: World | None = None


def render_drive(
    out: Path, plan: Plan, jobs: int | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Render one drive into `out` and return its truth, which is also written to `out/truth.json`.

    `jobs` processes share the work (default: one per core). `progress(done, total)` is called after every frame.
    """
    world = build_world(plan)
    names = photo_names(world)
    for folder in ("photos", "masks", "houses"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    frames: list[dict[str, Any]] = []
    for truth in frame_truths(world, names, out, jobs or cores()):
        frames.append(truth)
        if progress:
            progress(len(frames), len(names))
    truth = drive_truth(world, frames)
    (out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return truth


def render_drives(
    out: Path, plan: Plan, drives: int, jobs: int | None = None, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """The same houses on several evenings, each into its own folder `drive_1`, `drive_2`, … of `out`."""
    return [
        render_drive(out / f"drive_{evening + 1}", replace(plan, evening=evening), jobs, progress)
        for evening in range(drives)
    ]


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def frame_truths(world: World, names: list[str], out: Path, jobs: int) -> Iterator[dict[str, Any]]:
    """Render all frames, in order, in forked processes where the system can fork."""
    global _world
    _world = world
    tasks = [(number, name, out) for number, name in enumerate(names)]
    if jobs > 1 and "fork" in multiprocessing.get_all_start_methods():
        with multiprocessing.get_context("fork").Pool(jobs) as pool:
            yield from pool.imap(write_frame, tasks, chunksize=4)
    else:
        yield from map(write_frame, tasks)


def taken_at(plan: Plan, pose: Pose) -> datetime:
    """Local time of a photo."""
    return STARTS_AT + timedelta(days=plan.evening, minutes=13 * plan.evening, seconds=round(pose.at_s, 3))


def photo_names(world: World) -> list[str]:
    """phone_left_YYYYmmdd_HHMMSS.jpg in local time, with _2, _3 … for more photos within one second."""
    names: list[str] = []
    for pose in world.poses:
        stem = f"phone_{pose.side}_{taken_at(world.plan, pose):%Y%m%d_%H%M%S}"
        same = sum(name.startswith(stem) for name in names[-8:])
        names.append(f"{stem}_{same + 1}.jpg" if same else f"{stem}.jpg")
    return names


def write_frame(task: tuple[int, str, Path]) -> dict[str, Any]:
    """Render one frame of the world in hand and write its files; returns its truth."""
    number, name, out = task
    world = _world
    assert world is not None
    pose, plan = world.poses[number], world.plan
    rng = np.random.default_rng([plan.seed, 6, plan.evening, number])
    camera = camera_at(pose, rng)
    phone = world.phones[pose.side]
    scene = world.scene.near(camera.place, SIGHT_M)
    picture = take_picture(scene, camera, phone, shot_at(pose, camera, rng), rng)
    lon, lat = world.plane.to_lon_lat(pose.measured[None])[0]
    at = taken_at(plan, pose)
    exif = make_exif(float(lon), float(lat), at)
    Image.fromarray(picture.rgb).save(out / "photos" / name, "JPEG", quality=phone.quality, exif=exif)
    stem = Path(name).stem
    Image.fromarray(picture.mask.astype(np.uint8) * 255).save(out / "masks" / f"{stem}.png", compress_level=4)
    Image.fromarray(picture.houses.astype(np.uint8 if plan.houses < 256 else np.uint16)).save(
        out / "houses" / f"{stem}.png", compress_level=4
    )
    return frame_truth(name, pose, at, world.plane, picture)


def camera_at(pose: Pose, rng: np.random.Generator) -> Camera:
    """The phone sits at the window, held level within a degree or two."""
    place = np.array([pose.true[0], pose.true[1], CAMERA_HEIGHT_M + rng.normal(0, 0.02)])
    azimuth = pose.heading_deg + MOUNT_DEG[pose.side] + float(rng.normal(0, 0.8))
    return aim(place, azimuth, 3.0 + float(rng.normal(0, 0.6)), float(rng.normal(0, 0.9)), FIELD_DEG)


def shot_at(pose: Pose, camera: Camera, rng: np.random.Generator) -> Shot:
    """Blur by the car's speed at the distance of a house, with a trembling hand, and a wandering exposure."""
    across = pose.speed_m_s * EXPOSURE_S * camera.focal_px / LOOK_M * float(rng.uniform(0.3, 1.0))
    return Shot(
        (across, float(rng.normal(0, 0.8))), float(rng.normal(0, 0.6)), float(np.exp(rng.normal(0, 0.12)))
    )
