"""Cuts faces that reach far out of the picture down to a view a little wider than it, so that they project well."""

from __future__ import annotations

import numpy as np

from ml.tools.render.camera import HEIGHT, NEAR_M, WIDTH, Camera
from ml.tools.render.mesh import Mesh, Points

VIEW_SHARE = 2.0
FURTHEST_PX = 3500.0


def trim(mesh: Mesh, camera: Camera) -> None:
    """Cut all faces that need it, in place and in their order; what is out of sight shrinks to a speck behind."""
    basis = np.stack([camera.right, camera.up, camera.forward], axis=1)
    normals = view_planes(camera) @ basis.T
    for number, corners in enumerate(mesh.corners):
        seen = (corners - camera.place) @ basis
        depth = np.maximum(seen[:, 2], NEAR_M)
        reach = np.abs(seen[:, :2]).max(axis=1) / depth * camera.focal_px
        if seen[:, 2].max() > NEAR_M and (seen[:, 2].min() < NEAR_M or reach.max() > FURTHEST_PX):
            mesh.corners[number] = cut(corners, camera, normals)


def view_planes(camera: Camera) -> Points:
    """Normals in camera axes of the four sides of the view, pointing inwards, (4, 3)."""
    x, y = (VIEW_SHARE * side / 2 / camera.focal_px for side in (WIDTH, HEIGHT))
    return np.array([(-1.0, 0.0, x), (1.0, 0.0, x), (0.0, -1.0, y), (0.0, 1.0, y)])


def cut(corners: Points, camera: Camera, normals: Points) -> Points:
    """A polygon (n, 3) cut by the near plane and the sides of the view (Sutherland-Hodgman), in world metres."""
    near = camera.place + camera.forward * NEAR_M * 1.01
    for origin, normal in [(near, camera.forward), *((camera.place, normal) for normal in normals)]:
        heights = (corners - origin) @ normal
        corners = keep_above(corners, heights)
        if len(corners) < 3:
            return camera.place - camera.forward + np.stack([camera.right, camera.up, -camera.right]) * 0.01
    return corners


def keep_above(corners: Points, heights: Points) -> Points:
    """The part of a polygon where the heights (n,) of its corners over a plane are not negative."""
    if (heights >= 0).all():
        return corners
    kept = []
    for number in range(len(corners)):
        here, there = number, (number + 1) % len(corners)
        if heights[here] >= 0:
            kept.append(corners[here])
        if (heights[here] >= 0) != (heights[there] >= 0):
            share = heights[here] / (heights[here] - heights[there])
            kept.append(corners[here] + (corners[there] - corners[here]) * share)
    return np.array(kept).reshape(-1, 3)
