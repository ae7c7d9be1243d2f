"""A pinhole camera in a street: world metres (east, north, up) to pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ml.tools.render.mesh import Points

WIDTH = 800
HEIGHT = 450
NEAR_M = 0.3


@dataclass(frozen=True)
class Camera:
    """Place in metres, an orthonormal basis (right, up, forward) and the focal length in pixels."""

    place: Points
    right: Points
    up: Points
    forward: Points
    focal_px: float

    def to_camera(self, points: Points) -> Points:
        """World points (n, 3) to camera axes (n, 3): right, up, depth in metres."""
        return (points - self.place) @ np.stack([self.right, self.up, self.forward], axis=1)

    def to_pixels(self, seen: Points) -> Points:
        """Camera-axis points with positive depth to pixel coordinates (n, 2), x right, y down."""
        x = WIDTH / 2 + self.focal_px * seen[:, 0] / seen[:, 2]
        y = HEIGHT / 2 - self.focal_px * seen[:, 1] / seen[:, 2]
        return np.stack([x, y], axis=1)


def aim(place: Points, azimuth_deg: float, pitch_deg: float, roll_deg: float, field_deg: float) -> Camera:
    """Camera at `place` looking to a compass azimuth, tilted up by `pitch_deg`, with a horizontal field of view."""
    azimuth, pitch, roll = np.radians([azimuth_deg, pitch_deg, roll_deg])
    forward = np.array([np.sin(azimuth) * np.cos(pitch), np.cos(azimuth) * np.cos(pitch), np.sin(pitch)])
    level = np.array([np.cos(azimuth), -np.sin(azimuth), 0.0])
    above = np.cross(level, forward)
    right = level * np.cos(roll) + above * np.sin(roll)
    up = above * np.cos(roll) - level * np.sin(roll)
    focal_px = WIDTH / 2 / np.tan(np.radians(field_deg) / 2)
    return Camera(np.asarray(place, dtype=float), right, up, forward, float(focal_px))


@lru_cache(maxsize=4)
def pixel_slopes(focal_px: float, step: int = 1) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Right and up per metre of depth of every step-th pixel: a row (1, w) and a column (h, 1)."""
    x = (np.arange(0, WIDTH, step) + 0.5 - WIDTH / 2) / focal_px
    y = (HEIGHT / 2 - np.arange(0, HEIGHT, step) - 0.5) / focal_px
    return x[None, :].astype(np.float32), y[:, None].astype(np.float32)
