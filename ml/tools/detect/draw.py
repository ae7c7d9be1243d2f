"""Crops on their picture, and cut out of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from ml.tools.detect.crops import Crop
from ml.types import Image

COLOURS = ((255, 196, 60), (90, 200, 255), (255, 110, 150), (140, 230, 120))
SHADE = (0, 0, 0)


def with_boxes(image: Image, crops: Sequence[Crop]) -> Image:
    """The picture with a box, a word and a score for every crop."""
    page = Pillow.fromarray(image)
    pen = ImageDraw.Draw(page)
    height, width = image.shape[:2]
    line_px = max(2, min(height, width) // 200)
    font = ImageFont.load_default(size=max(11, min(height, width) // 30))
    for number, crop in enumerate(crops):
        x0, y0, x1, y1 = (edge * side for edge, side in zip(crop.box, (width, height) * 2, strict=True))
        colour = COLOURS[number % len(COLOURS)]
        pen.rectangle((x0, y0, max(x0, x1 - 1), max(y0, y1 - 1)), outline=colour, width=line_px)
        place, words = (x0 + line_px + 2, y0 + line_px + 1), f"{crop.why} {crop.score:.2f}"
        pen.rectangle(pen.textbbox(place, words, font=font), fill=SHADE)
        pen.text(place, words, fill=colour, font=font)
    return np.asarray(page)


def cut(image: Image, crop: Crop) -> Image:
    """The part of the picture inside the box, at least one pixel."""
    height, width = image.shape[:2]
    left, top = min(int(crop.box[0] * width), width - 1), min(int(crop.box[1] * height), height - 1)
    right, bottom = max(left + 1, round(crop.box[2] * width)), max(top + 1, round(crop.box[3] * height))
    return np.ascontiguousarray(image[top:bottom, left:right])
