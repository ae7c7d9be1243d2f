"""Which face is seen at which pixel: polygons and billboards into a depth buffer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ml.tools.render.camera import HEIGHT, NEAR_M, WIDTH, Camera, pixel_slopes
from ml.tools.render.mesh import Points, normals_of

SKY = -1
LAWN = -2
FURTHEST_M = 220.0
Window = tuple[int, int, int, int]


@dataclass(frozen=True)
class Buffers:
    """`surface` (h, w) int32 is the number of the face or billboard (or SKY, LAWN); `nearness` (h, w) is 1/depth."""

    surface: NDArray[np.int32]
    nearness: NDArray[np.float32]


def empty_buffers(camera: Camera) -> Buffers:
    """Sky above the horizon, the flat ground at height 0 below it."""
    x, y = pixel_slopes(camera.focal_px)
    nearness = ground_nearness(camera, x, y)
    return Buffers(np.where(nearness > 1 / FURTHEST_M, LAWN, SKY).astype(np.int32), np.maximum(nearness, 0))


def ground_nearness(camera: Camera, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    """1/depth of the plane z = 0 at the given slopes; negative above the horizon."""
    falling = x * np.float32(camera.right[2]) + y * np.float32(camera.up[2]) + np.float32(camera.forward[2])
    return np.asarray(-falling / np.float32(camera.place[2]), dtype=np.float32)


def clip_near(seen: Points) -> Points:
    """The part of a polygon in camera axes (n, 3) that lies beyond the near plane (Sutherland-Hodgman)."""
    inside = seen[:, 2] >= NEAR_M
    if inside.all():
        return seen
    kept: list[Points] = []
    for here, there, here_in, there_in in zip(
        seen, np.roll(seen, -1, axis=0), inside, np.roll(inside, -1), strict=True
    ):
        if here_in:
            kept.append(here)
        if here_in != there_in:
            share = (NEAR_M - here[2]) / (there[2] - here[2])
            kept.append(here + (there - here) * share)
    return np.array(kept) if len(kept) >= 3 else np.empty((0, 3))


def window_of(pixels: Points) -> Window | None:
    """Whole-pixel window (x0, y0, x1, y1) around pixel points, or None when it is off the picture."""
    x0, y0 = np.floor(pixels.min(axis=0)).astype(int)
    x1, y1 = np.ceil(pixels.max(axis=0)).astype(int) + 1
    x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, WIDTH), min(y1, HEIGHT)
    return (int(x0), int(y0), int(x1), int(y1)) if x1 > x0 and y1 > y0 else None


def polygon_cover(pixels: Points, window: Window) -> NDArray[np.bool_]:
    """Pixels of the window that the polygon covers."""
    x0, y0, x1, y1 = window
    picture = Image.new("L", (x1 - x0, y1 - y0))
    outline = [(float(x) - x0, float(y) - y0) for x, y in pixels]
    ImageDraw.Draw(picture).polygon(outline, fill=1)
    return np.asarray(picture).view(np.bool_)


def plane_nearness(camera: Camera, seen: Points, window: Window) -> NDArray[np.float32]:
    """1/depth of the plane through a polygon in camera axes, at the pixels of the window."""
    normal = normals_of([seen])[0]
    offset = float(normal @ seen.mean(axis=0))
    if abs(offset) < 1e-9:
        return np.zeros((window[3] - window[1], window[2] - window[0]), dtype=np.float32)
    a, b, c = (normal / offset).astype(np.float32)
    x, y = pixel_slopes(camera.focal_px)
    return np.asarray(x[:, window[0] : window[2]] * a + (y[window[1] : window[3]] * b + c), dtype=np.float32)


def draw_faces(buffers: Buffers, camera: Camera, corners: Sequence[Points], ground: Sequence[bool]) -> None:
    """Draw all faces; ground faces first and in their order, the others where they are the nearest."""
    counts = np.array([len(face) for face in corners], dtype=int)
    if len(counts) == 0:
        return
    seen = camera.to_camera(np.concatenate(list(corners)))
    starts = np.concatenate([[0], np.cumsum(counts)])
    chosen = np.flatnonzero(in_view(camera, seen, starts[:-1]))
    for face in sorted(map(int, chosen), key=lambda number: not ground[number]):
        draw_face(buffers, camera, face, seen[starts[face] : starts[face + 1]], ground[face])


def in_view(camera: Camera, seen: Points, starts: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Which faces may touch the picture; faces that reach behind the near plane count as touching."""
    shallowest = np.minimum.reduceat(seen[:, 2], starts)
    deepest = np.maximum.reduceat(seen[:, 2], starts)
    depth = np.maximum(seen[:, 2], NEAR_M)
    x, y = camera.focal_px * seen[:, 0] / depth, camera.focal_px * seen[:, 1] / depth
    aside = (np.minimum.reduceat(x, starts) > WIDTH / 2) | (np.maximum.reduceat(x, starts) < -WIDTH / 2)
    above = (np.minimum.reduceat(y, starts) > HEIGHT / 2) | (np.maximum.reduceat(y, starts) < -HEIGHT / 2)
    return np.asarray((deepest > NEAR_M) & ((shallowest <= NEAR_M) | ~(aside | above)))


def draw_face(buffers: Buffers, camera: Camera, number: int, seen: Points, is_ground: bool) -> None:
    """Draw one face given in camera axes."""
    seen = clip_near(seen)
    if len(seen) < 3:
        return
    pixels = np.clip(camera.to_pixels(seen), -4000, 4800)
    window = window_of(pixels)
    if window is None:
        return
    x0, y0, x1, y1 = window
    cover = polygon_cover(pixels, window)
    if is_ground:
        cover = cover & (buffers.surface[y0:y1, x0:x1] != SKY)
    else:
        nearness = plane_nearness(camera, seen, window)
        cover = cover & (nearness > buffers.nearness[y0:y1, x0:x1])
        np.copyto(buffers.nearness[y0:y1, x0:x1], nearness, where=cover)
    buffers.surface[y0:y1, x0:x1][cover] = number


def shows_through(buffers: Buffers, camera: Camera, seen: Points, slack: float) -> NDArray[np.bool_]:
    """Whether points in camera axes (n, 3) are on the picture and not hidden; `slack` is a share of their depth."""
    ahead = seen[:, 2] > NEAR_M
    shown = np.zeros(len(seen), dtype=bool)
    pixels = camera.to_pixels(seen[ahead])
    x, y = np.floor(pixels).astype(int).T
    inside = (x >= 0) & (x < WIDTH) & (y >= 0) & (y < HEIGHT)
    near = buffers.nearness[np.clip(y, 0, HEIGHT - 1), np.clip(x, 0, WIDTH - 1)]
    shown[ahead] = inside & (1 / seen[ahead, 2] >= near * (1 - slack))
    return shown
