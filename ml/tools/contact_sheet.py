"""Pages of small pictures with a line of words under each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from ml.pictures import write_picture
from ml.tools.panels import GROUND, INK, font
from ml.types import Image

TILE_PX, CAPTION_PX, GAP_PX = (400, 225), 24, 6
LONG_SIDE_PX = TILE_PX[0]
WORD_PX, LONGEST_WORDS = 16, 46
EMPTY = np.full((1, 1, 3), GROUND, dtype=np.uint8)
Tile = tuple[Image, str]


def tile(image: Image) -> Image:
    """The picture in the middle of a tile (225, 400, 3), whole and in its own shape."""
    scale = min(TILE_PX[0] / image.shape[1], TILE_PX[1] / image.shape[0])
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    ground = Pillow.new("RGB", TILE_PX, GROUND)
    small = Pillow.fromarray(image).resize(size, Pillow.Resampling.BILINEAR)
    ground.paste(small, ((TILE_PX[0] - size[0]) // 2, (TILE_PX[1] - size[1]) // 2))
    return np.asarray(ground)


def save_page(path: Path, tiles: Sequence[Tile], columns: int) -> Path:
    """Write pictures, each brought to the size of a tile, with their words, row by row."""
    rows = max(1, -(-len(tiles) // columns))
    step = TILE_PX[0] + GAP_PX, TILE_PX[1] + CAPTION_PX + GAP_PX
    page = Pillow.new("RGB", (GAP_PX + columns * step[0], GAP_PX + rows * step[1]), GROUND)
    pen, letters = ImageDraw.Draw(page), font(WORD_PX)
    for number, (image, words) in enumerate(tiles):
        left, top = GAP_PX + number % columns * step[0], GAP_PX + number // columns * step[1]
        page.paste(Pillow.fromarray(tile(image)), (left, top))
        pen.text((left + 2, top + TILE_PX[1] + 2), words[:LONGEST_WORDS], fill=INK, font=letters)
    return write_picture(path, np.asarray(page))
