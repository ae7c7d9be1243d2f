"""Draws what a camera sees of a scene: the light on every pixel, the festive mask and the houses' places."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.tools.render import lens
from ml.tools.render.billboard import draw_billboards
from ml.tools.render.camera import Camera
from ml.tools.render.lens import Phone, Planes
from ml.tools.render.light import strongest
from ml.tools.render.mask import FestiveMask
from ml.tools.render.points import PointLights, Shown
from ml.tools.render.raster import draw_faces, empty_buffers
from ml.tools.render.scene import Scene
from ml.tools.render.shade import light_up
from ml.tools.render.surface import paint_surfaces

LAMPS_AT_MOST = 26
STARS_AT_MOST = 14
FAINTEST = 0.0012
FLOOD_LEAST = 0.035


@dataclass(frozen=True)
class Shot:
    """How one picture is taken: blur in pixels by the car's movement, how far the hand bends it, and a change of
    exposure."""

    blur_px: tuple[float, float] = (0.0, 0.0)
    bend_px: float = 0.0
    gain: float = 1.0


@dataclass(frozen=True)
class Picture:
    """`rgb` (h, w, 3) uint8, `mask` (h, w) bool, `houses` (h, w) int16: number of the house seen at a pixel, or 0."""

    rgb: NDArray[np.uint8]
    mask: NDArray[np.bool_]
    houses: NDArray[np.int16]


def take_picture(scene: Scene, camera: Camera, phone: Phone, shot: Shot, rng: np.random.Generator) -> Picture:
    """Render one frame: geometry, light on surfaces, bulbs and lamps, lens, tone, noise."""
    exposure = phone.exposure * shot.gain
    buffers = empty_buffers(camera)
    draw_faces(buffers, camera, scene.mesh.corners, scene.mesh.ground)
    stamped = draw_billboards(buffers, camera, scene.billboards, len(scene.mesh.corners))
    painted = paint_surfaces(buffers, camera, scene, stamped)
    lamps = strongest(scene.lamps, camera.place, LAMPS_AT_MOST)
    light, floods = light_up(painted, lamps, scene.night, FAINTEST / exposure)
    mask = FestiveMask(buffers, camera)
    mask.add_surfaces(painted)
    mask.add_floods(floods, painted, FLOOD_LEAST / exposure)
    points = PointLights(buffers, camera)
    points.add_strands(scene.strands, mask)
    for sheet in scene.sheets:
        mask.add_sheet(sheet)
    shown = points.add_lamps(scene.lamps)
    light += points.planes()
    if scene.night.wet > 0:
        points.add_murals(scene.murals)
        light += points.mirrored(painted.wet, scene.night.wet)
    shot = replace(shot, gain=shot.gain * lens.metering(light, exposure))
    spread = lens.spread(lens.smeared(light, shot.blur_px, shot.bend_px), phone, scene.night.haze)
    add_glare(spread, phone, shown)
    rgb = lens.develop(spread * np.float32(shot.gain), phone, rng)
    return Picture(rgb, mask.finished(rgb, phone.black), painted.houses)


def add_glare(light: Planes, phone: Phone, shown: list[Shown]) -> None:
    """Streaks around the brightest lamps, and their mirror images in the window."""
    kernel = lens.star(phone.smears)
    brightest = sorted(shown, key=lambda spot: float(spot[2].max()), reverse=True)[:STARS_AT_MOST]
    for x, y, flux in brightest:
        lens.add_star(light, kernel, x, y, flux)
        lens.add_ghost(light, x + phone.ghost_px[0], y + phone.ghost_px[1], flux * phone.ghost)
