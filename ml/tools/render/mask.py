"""The festive mask: the area of the displays as a person would paint it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from ml.tools.render.camera import HEIGHT, WIDTH, Camera
from ml.tools.render.light import Sheet, Strand
from ml.tools.render.mesh import Points
from ml.tools.render.raster import Buffers, clip_near, plane_nearness, polygon_cover, window_of
from ml.tools.render.surface import Painted

THINNEST_PX = 3.0
WIDEST_PX = 14.0
DIM_LEVEL = 16


class FestiveMask:
    """Collects festive areas, each hidden where something stands in front of it."""

    def __init__(self, buffers: Buffers, camera: Camera) -> None:
        self.buffers = buffers
        self.camera = camera
        self.lines = Image.new("L", (WIDTH, HEIGHT))
        self.pen = ImageDraw.Draw(self.lines)
        self.areas = np.zeros((HEIGHT, WIDTH), dtype=bool)

    def add_surfaces(self, painted: Painted) -> None:
        """Figures and nets that are festive as a whole."""
        self.areas |= painted.festive

    def add_floods(self, floods: NDArray[np.float32], painted: Painted, least: float) -> None:
        """Walls that a coloured flood light paints brighter than the radiance `least`."""
        self.areas |= (floods > least) & (painted.houses > 0)

    def add_strand(self, strand: Strand, pixels: Points, depth_m: Points, shown: NDArray[np.bool_]) -> None:
        """A string of lights: bulbs at `pixels` (n, 2), joined where neighbours are both `shown`."""
        if not strand.lines:
            return
        widths = np.clip(
            strand.width_m * self.camera.focal_px / np.maximum(depth_m, 0.5), THINNEST_PX, WIDEST_PX
        )
        for number in np.flatnonzero(shown):
            (x, y), half = pixels[number], widths[number] / 2
            self.pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
        for number in np.flatnonzero(shown[:-1] & shown[1:]):
            ends = [tuple(pixels[number]), tuple(pixels[number + 1])]
            self.pen.line(ends, fill=255, width=round(widths[number]))

    def add_sheet(self, sheet: Sheet) -> None:
        """A planar area, tested pixel by pixel against what stands before it."""
        seen = clip_near(self.camera.to_camera(sheet.corners))
        if len(seen) < 3:
            return
        pixels = np.clip(self.camera.to_pixels(seen), -4000, 4800)
        window = window_of(pixels)
        if window is None:
            return
        x0, y0, x1, y1 = window
        cover = polygon_cover(pixels, window)
        cover = cover & (
            plane_nearness(self.camera, seen, window) >= self.buffers.nearness[y0:y1, x0:x1] * 0.97
        )
        self.areas[y0:y1, x0:x1] |= cover

    def finished(self, rgb: NDArray[np.uint8], black: Points) -> NDArray[np.bool_]:
        """The mask (h, w), without areas so dark in the picture that nobody would paint them."""
        painted = self.areas | (np.asarray(self.lines) > 0)
        if not painted.any():
            return painted
        bright = Image.fromarray((rgb.max(axis=2) > black.max() + DIM_LEVEL).astype(np.uint8) * 255)
        near = bright.resize((WIDTH // 4, HEIGHT // 4), Image.Resampling.BOX).filter(ImageFilter.MaxFilter(5))
        return painted & (np.asarray(near.resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)) > 10)
