"""Pictures of patch grids: blown up to the size of a photo, laid over it, side by side, with a line of words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from ml.types import Floats, Image

CAPTION_PX, GAP_PX = 22, 4
GROUND, INK = (18, 18, 22), (232, 232, 232)
GLOW = np.array(
    [(10, 8, 32), (58, 22, 110), (138, 34, 120), (212, 66, 82), (246, 140, 48), (252, 238, 150)],
    dtype=np.float32,
)


def glow(values: Floats) -> Image:
    """(h, w) in [0, 1] -> (h, w, 3): dark blue over red to pale yellow, lightness rising all the way."""
    at = np.clip(values, 0, 1) * (len(GLOW) - 1)
    steps = np.arange(len(GLOW))
    return np.stack([np.interp(at, steps, GLOW[:, channel]) for channel in range(3)], axis=-1).astype(
        np.uint8
    )


def blown_up(grid: Image, height: int, width: int) -> Image:
    """Grid colours (h, w, 3) uint8 at (height, width): every patch stays one flat rectangle."""
    return np.asarray(Pillow.fromarray(grid).resize((width, height), Pillow.Resampling.NEAREST))


def font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The letters of all words in pictures."""
    return ImageFont.load_default(size=size_px)


def at_height(image: Image, height: int) -> Image:
    """The picture so many pixels high, in its own shape."""
    width = max(1, round(image.shape[1] * height / image.shape[0]))
    return np.asarray(Pillow.fromarray(image).resize((width, height), Pillow.Resampling.BILINEAR))


def shrunk(image: Image, long_side: int) -> Image:
    """The picture with a long side of at most `long_side` pixels."""
    scale = min(1.0, long_side / max(image.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in image.shape[:2])
    return np.asarray(Pillow.fromarray(image).resize((width, height), Pillow.Resampling.BILINEAR))


def captioned(image: Image, words: str) -> Image:
    """The picture with a line of words under it."""
    page = Pillow.new("RGB", (image.shape[1], image.shape[0] + CAPTION_PX), GROUND)
    page.paste(Pillow.fromarray(image), (0, 0))
    ImageDraw.Draw(page).text((4, image.shape[0] + 2), words, fill=INK, font=font(14))
    return np.asarray(page)


def beside(images: Sequence[Image]) -> Image:
    """Pictures of one height from left to right, with a narrow gap."""
    height = max(image.shape[0] for image in images)
    width = sum(image.shape[1] for image in images) + GAP_PX * (len(images) - 1)
    page = np.full((height, width, 3), GROUND, dtype=np.uint8)
    left = 0
    for image in images:
        page[: image.shape[0], left : left + image.shape[1]] = image
        left += image.shape[1] + GAP_PX
    return page
