"""Paint, texture, places and normals of the faces that a camera sees. Light is worked out on every second pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ml.tools.render.billboard import Stamped
from ml.tools.render.camera import Camera, pixel_slopes
from ml.tools.render.mesh import Mesh, Paint
from ml.tools.render.mesh import normals_of as face_normals
from ml.tools.render.mural import paint_mural
from ml.tools.render.raster import SKY, Buffers
from ml.tools.render.scene import Scene

Planes = NDArray[np.float32]
STEP = 2
GRASS = Paint((0.05, 0.06, 0.03), grain=0.6, grain_m=0.35)
NOISE_SIDE = 256


@dataclass(frozen=True)
class Painted:
    """What is seen, before light: albedo and emission (3, h, w), festive and houses (h, w); places, normals and
    texture on every second pixel; `gloss` and `wet` (bool) likewise. `sample` (h, w)
    is the number of the second pixel that stands for each pixel."""

    camera: Camera
    albedo: Planes
    emission: Planes
    houses: NDArray[np.int16]
    festive: NDArray[np.bool_]
    sky: NDArray[np.bool_]
    place: tuple[Planes, Planes, Planes]
    normal: tuple[Planes, Planes, Planes]
    texture: Planes
    gloss: Planes
    wet: NDArray[np.bool_]
    sample: NDArray[np.intp]

    def enlarged(self, planes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Planes of every second pixel at full size, (…, h, w), each pixel taking the light of its own face."""
        flat = planes.reshape(*planes.shape[:-2], -1)
        return np.take(flat, self.sample, axis=-1)


@dataclass(frozen=True)
class Tables:
    """Per face, with a last row for the lawn: columns for fast look-up by face number."""

    albedo: NDArray[np.float32]
    emission: NDArray[np.float32]
    normal: NDArray[np.float32]
    corner: NDArray[np.float32]
    along: NDArray[np.float32]
    upward: NDArray[np.float32]
    boards: NDArray[np.float32]
    panels: NDArray[np.float32]
    groove: NDArray[np.float32]
    grain: NDArray[np.float32]
    grain_m: NDArray[np.float32]
    gloss: NDArray[np.float32]
    wets: NDArray[np.bool_]
    house: NDArray[np.int16]
    festive: NDArray[np.bool_]


def make_tables(mesh: Mesh) -> Tables:
    paints = [*mesh.paints, GRASS]
    normal = np.concatenate([face_normals(mesh.corners), [[0.0, 0.0, 1.0]]])
    along = np.stack([-normal[:, 1], normal[:, 0], np.zeros(len(normal))], axis=1)
    flat = np.abs(normal[:, 2]) > 0.98
    along[flat] = (1.0, 0.0, 0.0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)

    def column(name: str) -> NDArray[np.float32]:
        return np.array([getattr(paint, name) for paint in paints], dtype=np.float32)

    return Tables(
        albedo=column("albedo"),
        emission=column("emission"),
        normal=normal.astype(np.float32),
        corner=np.array([*(corners[0] for corners in mesh.corners), (0.0, 0.0, 0.0)], dtype=np.float32),
        along=along.astype(np.float32),
        upward=np.cross(normal, along).astype(np.float32),
        boards=column("boards_m"),
        panels=column("panels_m"),
        groove=column("groove"),
        grain=column("grain"),
        grain_m=column("grain_m"),
        gloss=column("gloss"),
        wets=np.array([paint.wets for paint in paints]),
        house=np.array([*mesh.houses, 0], dtype=np.int16),
        festive=np.array([paint.festive for paint in paints]),
    )


@lru_cache(maxsize=1)
def noise_tile() -> NDArray[np.float32]:
    """A tile of smooth noise with mean 0 and deviation about 1, (256, 256), that repeats without a seam."""
    rng = np.random.default_rng(5)
    total = np.zeros((NOISE_SIDE, NOISE_SIDE), dtype=np.float32)
    for cells in (256, 128, 64, 32):
        layer = np.repeat(np.repeat(rng.standard_normal((cells, cells)), 256 // cells, 0), 256 // cells, 1)
        for axis in (0, 1):
            layer = (layer + np.roll(layer, 128 // cells, axis) + np.roll(layer, -128 // cells, axis)) / 3
        total += layer.astype(np.float32)
    return np.asarray(total / total.std())


def paint_surfaces(buffers: Buffers, camera: Camera, scene: Scene, stamped: Sequence[Stamped]) -> Painted:
    """Look up paint, places and normals of everything that is seen."""
    tables, faces = make_tables(scene.mesh), len(scene.mesh.corners)
    sky = buffers.surface == SKY
    number = np.where(buffers.surface < 0, faces, np.minimum(buffers.surface, faces)).astype(np.intp)
    albedo, emission = look_up(tables.albedo, number), look_up(tables.emission, number)
    houses, festive = np.take(tables.house, number), np.take(tables.festive, number)
    for stamp in stamped:
        paint_stamp(buffers, stamp, albedo, emission, houses, festive)
    for mural in scene.murals:
        paint_mural(buffers, camera, mural, albedo, emission)
    albedo *= ~sky
    small = number[::STEP, ::STEP]
    place = places_of(buffers, camera)
    normal = normals_of(buffers.surface[::STEP, ::STEP], small, tables, camera, faces)
    standing = buffers.surface[::STEP, ::STEP] > faces
    texture = np.where(standing, np.float32(1), texture_of(small, tables, place))
    gloss, wet = tables.gloss[small] * ~standing, tables.wets[small] & ~standing
    return Painted(
        camera,
        albedo,
        emission,
        houses,
        festive,
        sky,
        place,
        normal,
        texture,
        gloss,
        wet,
        samples_of(buffers.surface),
    )


def look_up(column: NDArray[np.float32], number: NDArray[np.intp]) -> Planes:
    """Colours (faces, 3) by face number (h, w), as three planes."""
    return np.stack([np.take(np.ascontiguousarray(column[:, plane]), number) for plane in range(3)])


def paint_stamp(
    buffers: Buffers,
    stamp: Stamped,
    albedo: Planes,
    emission: Planes,
    houses: NDArray[np.int16],
    festive: NDArray[np.bool_],
) -> None:
    """Put a billboard's paint over that of the faces, where it is seen."""
    x0, y0, x1, y1 = stamp.window
    here = buffers.surface[y0:y1, x0:x1] == stamp.number
    for plane in range(3):
        np.copyto(albedo[plane, y0:y1, x0:x1], stamp.albedo[..., plane], where=here)
        if stamp.glow is not None:
            np.copyto(emission[plane, y0:y1, x0:x1], stamp.glow[..., plane], where=here)
    houses[y0:y1, x0:x1][here] = stamp.billboard.house
    festive[y0:y1, x0:x1][here] = stamp.billboard.festive


def places_of(buffers: Buffers, camera: Camera) -> tuple[Planes, Planes, Planes]:
    """World place of every second pixel, three planes (h/2, w/2) in metres; the sky is far away."""
    depth = 1 / np.maximum(buffers.nearness[::STEP, ::STEP], np.float32(1e-3))
    x, y = pixel_slopes(camera.focal_px, STEP)
    planes = []
    for axis in range(3):
        slope = (
            x * np.float32(camera.right[axis])
            + y * np.float32(camera.up[axis])
            + np.float32(camera.forward[axis])
        )
        planes.append(np.asarray(np.float32(camera.place[axis]) + slope * depth, dtype=np.float32))
    return planes[0], planes[1], planes[2]


def normals_of(
    surface: NDArray[np.int32], small: NDArray[np.intp], tables: Tables, camera: Camera, faces: int
) -> tuple[Planes, Planes, Planes]:
    """Unit normals on every second pixel, turned to the camera; billboards face it."""
    towards = ((camera.place.astype(np.float32) - tables.corner) * tables.normal).sum(axis=1)
    facing = tables.normal * np.where(towards < 0, -1, 1).astype(np.float32)[:, None]
    normal = facing[small]
    standing = surface > faces
    back = -camera.forward.astype(np.float32)
    normal[standing] = back * 0.8 + np.array([0, 0, 0.6], dtype=np.float32)
    return tuple(np.ascontiguousarray(normal[..., axis]) for axis in range(3))  # type: ignore[return-value]


def texture_of(small: NDArray[np.intp], tables: Tables, place: tuple[Planes, Planes, Planes]) -> Planes:
    """Factor on the paint: grooves between boards and panels, and grain."""
    corner, along, upward = tables.corner[small], tables.along[small], tables.upward[small]
    offset = [place[axis] - corner[..., axis] for axis in range(3)]
    u = offset[0] * along[..., 0] + offset[1] * along[..., 1] + offset[2] * along[..., 2]
    v = offset[0] * upward[..., 0] + offset[1] * upward[..., 1] + offset[2] * upward[..., 2]
    factor = np.ones(u.shape, dtype=np.float32)
    for period, across in ((tables.boards[small], v), (tables.panels[small], u)):
        share = across / np.maximum(period, np.float32(1e-3))
        factor -= ((share - np.floor(share)) < 0.16) * (period > 0) * tables.groove[small]
    scale = np.float32(12) / tables.grain_m[small]
    row = (v * scale).astype(np.int32) & (NOISE_SIDE - 1)
    column = (u * scale).astype(np.int32) & (NOISE_SIDE - 1)
    factor *= 1 + noise_tile()[row, column] * tables.grain[small]
    return np.asarray(np.maximum(factor, np.float32(0.05)), dtype=np.float32)


def samples_of(surface: NDArray[np.int32]) -> NDArray[np.intp]:
    """For every pixel the number of a second pixel nearby that shows the same face, (h, w)."""
    small = surface[::STEP, ::STEP]
    rows, columns = small.shape
    numbers = np.arange(small.size, dtype=np.intp).reshape(small.shape)
    chosen = np.repeat(np.repeat(numbers, STEP, 0), STEP, 1)
    y, x = np.nonzero(surface != np.repeat(np.repeat(small, STEP, 0), STEP, 1))
    wanted, best = surface[y, x], chosen[y, x]
    for dy, dx in ((0, -1), (-1, 0), (1, 1), (1, 0), (0, 1)):
        row, column = np.clip(y // STEP + dy, 0, rows - 1), np.clip(x // STEP + dx, 0, columns - 1)
        best = np.where(small[row, column] == wanted, numbers[row, column], best)
    chosen[y, x] = best
    return chosen
