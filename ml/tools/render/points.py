"""Bulbs and lamps as points of light on the sensor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.tools.render.camera import HEIGHT, NEAR_M, WIDTH, Camera
from ml.tools.render.light import Lamp, Strand
from ml.tools.render.mask import FestiveMask
from ml.tools.render.mesh import Points
from ml.tools.render.mural import Mural, glints
from ml.tools.render.raster import Buffers, shows_through

Planes = NDArray[np.float32]
SLACK = 0.02
Shown = tuple[float, float, Points]


class PointLights:
    """Collects points of light; a point of I candela at D metres gives I * focal² / D² of radiance on its pixel."""

    def __init__(self, buffers: Buffers, camera: Camera) -> None:
        self.buffers = buffers
        self.camera = camera
        self.pixels: list[Points] = []
        self.fluxes: list[Points] = []
        self.places: list[Points] = []
        self.powers: list[Points] = []

    def add_strands(self, strands: Sequence[Strand], mask: FestiveMask) -> None:
        """Add all bulbs in sight, and paint their strings into the mask."""
        if not strands:
            return
        seen = self.camera.to_camera(np.concatenate([strand.places for strand in strands]))
        flux = self.flux(seen, np.concatenate([strand.intensities for strand in strands]))
        shown = shows_through(self.buffers, self.camera, seen, SLACK)
        pixels = self.camera.to_pixels(np.where(seen[:, 2:] > NEAR_M, seen, [[0.0, 0.0, NEAR_M]]))
        self.places.append(np.concatenate([strand.places for strand in strands])[shown])
        self.powers.append(np.concatenate([strand.intensities for strand in strands])[shown])
        self.pixels.append(pixels[shown])
        self.fluxes.append(flux[shown])
        start = 0
        for strand in strands:
            part = slice(start, start + len(strand.places))
            if shown[part].any():
                mask.add_strand(strand, pixels[part], seen[part, 2], shown[part])
            start = part.stop

    def add_lamps(self, lamps: Sequence[Lamp]) -> list[Shown]:
        """Add all lamps in sight as small discs; returns pixel and flux of each, for their glare."""
        lamps = [lamp for lamp in lamps if lamp.seen]
        if not lamps:
            return []
        seen = self.camera.to_camera(np.array([lamp.place for lamp in lamps]))
        flux = self.flux(seen, np.array([lamp.intensity * beam(lamp, self.camera) for lamp in lamps]))
        shown = np.flatnonzero(shows_through(self.buffers, self.camera, seen, 0.05))
        pixels = self.camera.to_pixels(seen[shown])
        self.places.append(np.array([lamps[number].place for number in shown]).reshape(-1, 3))
        self.powers.append(np.array([lamps[number].intensity for number in shown]).reshape(-1, 3))
        for number, pixel in zip(shown, pixels, strict=True):
            spread = disc(lamps[number].size_m * self.camera.focal_px / seen[number, 2])
            self.pixels.append(pixel + spread)
            self.fluxes.append(np.repeat(flux[number][None] / len(spread), len(spread), axis=0))
        return [(float(x), float(y), flux[number]) for number, (x, y) in zip(shown, pixels, strict=True)]

    def add_murals(self, murals: Sequence[Mural]) -> None:
        """Lit windows and signs shine only in mirrors here; they themselves are drawn as surfaces."""
        for mural in murals:
            places, powers = glints(mural)
            self.places.append(places)
            self.powers.append(powers)

    def flux(self, seen: Points, intensities: Points) -> Points:
        square = np.maximum((seen**2).sum(axis=1, keepdims=True), 1.0)
        return np.asarray(intensities * self.camera.focal_px**2 / square)

    def planes(self) -> Planes:
        """All points shared out over their four nearest pixels, (3, h, w)."""
        if not self.pixels:
            return np.zeros((3, HEIGHT, WIDTH), dtype=np.float32)
        return splat(np.concatenate(self.pixels), np.concatenate(self.fluxes))

    def mirrored(self, wet: NDArray[np.bool_], wetness: float) -> Planes:
        """The same points mirrored by wet ground, drawn out towards the camera, (3, h, w)."""
        if not self.places:
            return np.zeros((3, HEIGHT, WIDTH), dtype=np.float32)
        seen = self.camera.to_camera(np.concatenate(self.places) * (1.0, 1.0, -1.0))
        ahead = seen[:, 2] > NEAR_M
        flux = self.flux(seen, np.concatenate(self.powers))[ahead]
        image = splat(self.camera.to_pixels(seen[ahead]), flux)
        for reach in (10, 18, 30):
            image = drawn_out(image, reach, axis=1)
        for reach in (2, 5):
            image = drawn_out(image, reach, axis=2)
        return np.asarray(image * np.repeat(np.repeat(wet, 2, 0), 2, 1) * np.float32(0.05 * wetness))


def drawn_out(image: Planes, reach: int, axis: int) -> Planes:
    """Mean over `reach` pixels both ways along an axis: ripples of a wet road draw a lamp's image out."""
    pads = [(0, 0), (0, 0), (0, 0)]
    pads[axis] = (reach + 1, reach)
    sums = np.cumsum(np.pad(image, pads), axis=axis)
    span, size = 2 * reach + 1, image.shape[axis]
    later, earlier = np.take(sums, range(span, size + span), axis), np.take(sums, range(size), axis)
    return np.asarray((later - earlier) / np.float32(span), dtype=np.float32)


def beam(lamp: Lamp, camera: Camera) -> float:
    """Share of a lamp's intensity that goes towards the camera."""
    if lamp.aim is None:
        return 1.0
    towards = camera.place - lamp.place
    along = float(towards @ lamp.aim) / float(np.linalg.norm(towards))
    return float(max(max(along, 0.0) ** lamp.narrowness, 0.02))


def disc(radius_px: float) -> Points:
    """Offsets that fill a small disc, (n, 2)."""
    if radius_px < 0.8:
        return np.zeros((1, 2))
    steps = np.arange(-int(radius_px), int(radius_px) + 1)
    x, y = np.meshgrid(steps, steps)
    inside = np.hypot(x, y) <= radius_px
    return np.stack([x[inside], y[inside]], axis=1).astype(float)


def splat(pixels: Points, fluxes: Points) -> Planes:
    """Points (n, 2) with light (n, 3) into (3, h, w) by bilinear shares."""
    total = np.zeros((3, HEIGHT * WIDTH))
    corner = np.floor(pixels - 0.5).astype(int)
    share = pixels - 0.5 - corner
    for dx in (0, 1):
        for dy in (0, 1):
            x, y = corner[:, 0] + dx, corner[:, 1] + dy
            weight = np.abs(1 - dx - share[:, 0]) * np.abs(1 - dy - share[:, 1])
            inside = (x >= 0) & (x < WIDTH) & (y >= 0) & (y < HEIGHT)
            index = (y * WIDTH + x)[inside]
            for plane in range(3):
                total[plane] += np.bincount(index, (fluxes[:, plane] * weight)[inside], HEIGHT * WIDTH)
    return total.reshape(3, HEIGHT, WIDTH).astype(np.float32)
