"""Draws trees and figures, which are flat pictures standing upright, into the depth buffer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.tools.render.camera import NEAR_M, Camera
from ml.tools.render.mesh import Points
from ml.tools.render.raster import Buffers, Window, window_of
from ml.tools.render.stamp import Billboard

LARGEST_STAMP_PX = 2400


@dataclass(frozen=True)
class Stamped:
    """One billboard as drawn: where, its cover there, and its paint and glow (h, w, 3) of that window."""

    window: Window
    number: int
    albedo: NDArray[np.float32]
    glow: NDArray[np.float32] | None
    billboard: Billboard


def draw_billboards(
    buffers: Buffers, camera: Camera, billboards: Sequence[Billboard], first: int
) -> list[Stamped]:
    """Draw trees and figures where they are nearest; their surface numbers start at `first` + 1."""
    if not billboards:
        return []
    feet = camera.to_camera(np.array([billboard.foot for billboard in billboards]))
    drawn = []
    for number, (billboard, foot) in enumerate(zip(billboards, feet, strict=True), start=first + 1):
        if foot[2] > NEAR_M + 0.5 and abs(foot[0]) < foot[2] + billboard.width_m:
            stamped = draw_billboard(buffers, camera, billboard, foot, number)
            if stamped is not None:
                drawn.append(stamped)
    return drawn


def draw_billboard(
    buffers: Buffers, camera: Camera, billboard: Billboard, foot: Points, number: int
) -> Stamped | None:
    tip = foot + billboard.height_m * np.array([camera.right[2], camera.up[2], 0.0])
    (x0, y1), (x1, y0) = camera.to_pixels(np.stack([foot, tip]))
    turned = 1.0
    if billboard.right is not None:
        turned = max(0.12, abs(float(billboard.right @ camera.right)))
    wide, tall = billboard.width_m * turned * camera.focal_px / foot[2], y1 - y0
    if tall < 2 or wide < 1 or tall > LARGEST_STAMP_PX or wide > LARGEST_STAMP_PX:
        return None
    left, top = (x0 + x1) / 2 - wide / 2, y0
    window = window_of(np.array([[left, top], [left + wide - 1, y1 - 1]]))
    if window is None:
        return None
    cover = cut(billboard.stamp.cover, (left, top, wide, tall), window) > 100
    x0_px, y0_px, x1_px, y1_px = window
    near = np.float32(1 / foot[2])
    cover &= near > buffers.nearness[y0_px:y1_px, x0_px:x1_px]
    buffers.nearness[y0_px:y1_px, x0_px:x1_px][cover] = near
    buffers.surface[y0_px:y1_px, x0_px:x1_px][cover] = number
    paint = colours_in(billboard.stamp.albedo, (left, top, wide, tall), window)
    glow = billboard.stamp.glow
    lit = (
        None
        if glow is None
        else colours_in(glow, (left, top, wide, tall), window) * np.float32(billboard.glow)
    )
    return Stamped(window, number, paint, lit, billboard)


def cut(picture: NDArray[Any], box: tuple[float, float, float, float], window: Window) -> NDArray[Any]:
    """The window's part of a picture that is stretched over a box (left, top, width, height) in pixels."""
    left, top, wide, tall = box
    high_px, wide_px = picture.shape[:2]
    x0, y0, x1, y1 = window
    part = (
        max((x0 - left) / wide * wide_px, 0.0), max((y0 - top) / tall * high_px, 0.0),
        min((x1 - left) / wide * wide_px, wide_px), min((y1 - top) / tall * high_px, high_px),
    )  # fmt: skip
    return np.asarray(
        Image.fromarray(picture).resize((x1 - x0, y1 - y0), Image.Resampling.BILINEAR, box=part)
    )


def colours_in(
    picture: NDArray[np.float32], box: tuple[float, float, float, float], window: Window
) -> NDArray[np.float32]:
    planes = [cut(np.ascontiguousarray(picture[..., plane]), box, window) for plane in range(3)]
    return np.stack(planes, axis=-1).astype(np.float32)
