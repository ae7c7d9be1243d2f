"""Pictures on upright walls: rows of windows, shop fronts and signs, seen in perspective."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.tools.render.camera import HEIGHT, WIDTH, Camera
from ml.tools.render.mesh import Points
from ml.tools.render.raster import Buffers, clip_near, window_of

WallPicture = NDArray[np.float32]
JITTER = ((0.2, 0.4), (0.6, 0.2), (0.8, 0.7), (0.4, 0.9))
FINEST_TEXEL_PX = 0.8
GLINT_M = 1.6


@dataclass(frozen=True)
class Mural:
    """A picture stretched over the upright rectangle of face number `face`.

    `corner` (3,) is its lower left corner in metres and `right` (3,) the unit axis along it. `picture` (h, w, 6), top
    row first, holds linear albedo and then linear radiance.
    """

    face: int
    corner: Points
    right: Points
    width_m: float
    height_m: float
    picture: WallPicture

    def corners(self) -> Points:
        along, up = self.right * self.width_m, np.array([0.0, 0.0, self.height_m])
        return np.array([self.corner, self.corner + along, self.corner + along + up, self.corner + up])


def paint_mural(
    buffers: Buffers,
    camera: Camera,
    mural: Mural,
    albedo: NDArray[np.float32],
    emission: NDArray[np.float32],
) -> None:
    """Put a wall's picture over the paint of its face, (3, h, w) each, where that face is seen."""
    seen = clip_near(camera.to_camera(mural.corners()))
    window = window_of(np.clip(camera.to_pixels(seen), -4000, 4800)) if len(seen) > 2 else None
    if window is None:
        return
    x0, y0, x1, y1 = window
    rows, columns = np.nonzero(buffers.surface[y0:y1, x0:x1] == mural.face)
    if len(rows) == 0:
        return
    x, y = columns + x0, rows + y0
    picture = reduced(mural.picture, texels_per_px(camera, mural, x[::5], y[::5]))
    high, wide = picture.shape[:2]
    flat, total = picture.reshape(-1, 6), np.zeros((len(x), 6), dtype=np.float32)
    for dx, dy in JITTER:
        across, down = wall_shares(camera, mural, x + dx, y + dy)
        column = np.clip((across * wide).astype(np.int32), 0, wide - 1)
        row = np.clip((down * high).astype(np.int32), 0, high - 1)
        total += np.take(flat, row * wide + column, axis=0)
    total *= np.float32(1 / len(JITTER))
    for plane in range(3):
        albedo[plane, y, x] = total[:, plane]
        emission[plane, y, x] = total[:, plane + 3]


def wall_shares(camera: Camera, mural: Mural, x: NDArray[Any], y: NDArray[Any]) -> Points:
    """Where on the wall the pixel places (n,) lie: shares of its width from the left and of its height from the top,
    (2, n). Source: the ray through a pixel solved against the wall's corner and its two axes."""
    along = camera.to_camera(camera.place + mural.right * mural.width_m)
    up = camera.to_camera(camera.place + np.array([0.0, 0.0, mural.height_m]))
    basis = np.stack([along, up, camera.to_camera(mural.corner)], axis=1)
    ray = np.stack([(x - WIDTH / 2) / camera.focal_px, (HEIGHT / 2 - y) / camera.focal_px, np.ones(len(x))])
    along_share, up_share, nearness = np.linalg.pinv(basis) @ ray
    nearness = np.where(np.abs(nearness) < 1e-12, 1e-12, nearness)
    return np.stack([along_share / nearness, 1 - up_share / nearness])


def texels_per_px(
    camera: Camera, mural: Mural, x: NDArray[np.int_], y: NDArray[np.int_]
) -> tuple[float, float]:
    """How many texels of the picture one pixel covers, across and down: the median over some pixels."""
    here = wall_shares(camera, mural, x + 0.5, y + 0.5)
    steps = [np.abs(wall_shares(camera, mural, x + dx, y + dy) - here) for dx, dy in ((1.5, 0.5), (0.5, 1.5))]
    across, down = np.median(steps[0] + steps[1], axis=1)
    return float(across) * mural.picture.shape[1], float(down) * mural.picture.shape[0]


def reduced(picture: WallPicture, texels: tuple[float, float]) -> WallPicture:
    """The picture with neighbours averaged along each axis until a pixel covers about two texels."""
    for axis, covered in ((1, texels[0]), (0, texels[1])):
        while covered * FINEST_TEXEL_PX > 2 and picture.shape[axis] >= 2:
            even = picture.shape[axis] // 2 * 2
            turned = picture.swapaxes(0, axis)
            picture = ((turned[0:even:2] + turned[1:even:2]) * np.float32(0.5)).swapaxes(0, axis)
            covered /= 2
    return np.ascontiguousarray(picture)


def glints(mural: Mural) -> tuple[Points, Points]:
    """Points that stand for the light of a mural in mirrors: places (n, 3) and candela (n, 3)."""
    wide, high = max(1, round(mural.width_m / GLINT_M)), max(1, round(mural.height_m / GLINT_M))
    planes = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(mural.picture[..., 3 + plane])).resize(
                (wide, high), Image.Resampling.BOX
            )
        )
        for plane in range(3)
    ]
    light = np.stack(planes, axis=-1) * (mural.width_m * mural.height_m / (wide * high))
    rows, columns = np.nonzero(light.max(axis=2) > 0.05)
    across = (columns[:, None] + 0.5) / wide * mural.width_m
    up = (1 - (rows[:, None] + 0.5) / high) * mural.height_m
    places = mural.corner + across * mural.right + up * np.array([0.0, 0.0, 1.0])
    return places, light[rows, columns].astype(float)
