"""The light on what a camera sees: lamps, ambient light, highlights and sky."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ml.tools.render.camera import HEIGHT, NEAR_M, WIDTH, Camera
from ml.tools.render.light import Lamp, irradiance, reach_m
from ml.tools.render.scene import Night
from ml.tools.render.surface import STEP, Painted, Planes

SHININESS = np.float32(90)


def light_up(
    painted: Painted, lamps: Sequence[Lamp], night: Night, faintest: float
) -> tuple[Planes, NDArray[np.float32]]:
    """Radiance (3, h, w) of everything lit by the lamps, the ambient light and itself; and the radiance that coloured
    flood lights alone throw on their own house, (h, w)."""
    arriving = (
        np.zeros((3, *painted.texture.shape), dtype=np.float32)
        + night.ambient.astype(np.float32)[:, None, None] * np.pi
    )
    floods = np.zeros(painted.texture.shape, dtype=np.float32)
    own = painted.houses[::STEP, ::STEP]
    for lamp in lamps:
        window = reach_window(painted.camera, lamp, reach_m(lamp, faintest))
        place = tuple(plane[window] for plane in painted.place)
        if place[0].size == 0:
            continue
        light = irradiance(lamp, place, tuple(plane[window] for plane in painted.normal))
        arriving[(slice(None), *window)] += light * lamp.intensity.astype(np.float32)[:, None, None]
        if lamp.festive_house:
            floods[window] += light * np.float32(lamp.intensity.max()) * (own[window] == lamp.festive_house)
    lit = painted.albedo * painted.enlarged(arriving * (painted.texture / np.float32(np.pi)))
    shining = np.nonzero(painted.emission.max(axis=0))
    texture = np.take(painted.texture, painted.sample[shining])
    for plane in range(3):
        lit[plane][shining] += painted.emission[plane][shining] * texture
    if painted.gloss.any():
        lit += painted.enlarged(mirror_spots(painted, lamps, night))
    lit += night.sky.astype(np.float32)[:, None, None] * painted.sky * sky_fade()
    return lit, painted.enlarged(floods) * painted.albedo.max(axis=0) / np.float32(np.pi)


def reach_window(camera: Camera, lamp: Lamp, reach: float) -> tuple[slice, slice]:
    """Rows and columns of the half-size picture that a lamp's light can reach."""
    x, y, depth = camera.to_camera(lamp.place[None])[0]
    if depth + reach < NEAR_M:
        return slice(0, 0), slice(0, 0)
    if depth - reach < 1.0:
        return slice(None), slice(None)
    nearest, scale = depth - reach, camera.focal_px / STEP
    x0, x1 = (
        WIDTH / 2 / STEP + scale * min((x - reach) / nearest, (x - reach) / depth),
        WIDTH / 2 / STEP + scale * max((x + reach) / nearest, (x + reach) / depth),
    )
    y0, y1 = (
        HEIGHT / 2 / STEP - scale * max((y + reach) / nearest, (y + reach) / depth),
        HEIGHT / 2 / STEP - scale * min((y - reach) / nearest, (y - reach) / depth),
    )
    return slice(max(int(y0), 0), max(int(y1) + 1, 0)), slice(max(int(x0), 0), max(int(x1) + 1, 0))


def mirror_spots(painted: Painted, lamps: Sequence[Lamp], night: Night) -> Planes:
    """Highlights of the lamps on car paint and glass (Blinn's half vector), on every second pixel."""
    shine = np.zeros((3, *painted.gloss.shape), dtype=np.float32)
    rows, columns = np.nonzero(painted.gloss > 0)
    if len(rows) == 0:
        return shine
    place = np.stack([plane[rows, columns] for plane in painted.place], axis=1)
    normal = np.stack([plane[rows, columns] for plane in painted.normal], axis=1)
    gloss = painted.gloss[rows, columns]
    back = painted.camera.place.astype(np.float32) - place
    back /= np.linalg.norm(back, axis=1, keepdims=True)
    total = np.outer(gloss * np.maximum(normal[:, 2], 0.15), night.ambient * 2).astype(np.float32)
    for lamp in lamps:
        way = lamp.place.astype(np.float32) - place
        square = (way * way).sum(axis=1) + np.float32(0.3)
        half = way / np.sqrt(square)[:, None] + back
        half /= np.linalg.norm(half, axis=1, keepdims=True) + np.float32(1e-6)
        lobe = np.maximum((half * normal).sum(axis=1), 0) ** SHININESS * gloss / square
        total += lobe[:, None] * lamp.intensity.astype(np.float32)
    shine[:, rows, columns] = total.T
    return shine


@lru_cache(maxsize=1)
def sky_fade() -> NDArray[np.float32]:
    """The sky is brighter near the horizon, (h, 1)."""
    return (0.25 + 0.75 * np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None] ** 2).astype(np.float32)
