"""Pictures of what was found: the query beside its matches, each with its box, its score and its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from ml.pictures import read_picture
from ml.tools.search.index import SearchError
from ml.tools.search.nearest import Match
from ml.types import Box, Image, PictureError

CAPTION_PX, GAP_PX = 24, 4
LETTERS_PX = 14
GROUND, INK, QUERY, FOUND = (18, 18, 22), (232, 232, 232), (255, 196, 60), (90, 200, 255)
PER_ROW = 3
SMALLEST_PANEL_PX, LARGEST_PANEL_PX = 64, 1080


def match_page(image: Image, matches: Sequence[Match], panel_px: int) -> Image:
    """The query, then its matches, three to a row, in panels of 4:3 that are `panel_px` high."""
    cells = [panel(image, matches[0].query_box if matches else None, QUERY, "looked for", panel_px)]
    cells += [found_panel(match, panel_px) for match in matches] or [empty_panel("no match", panel_px)]
    rows = [cells[start : start + PER_ROW] for start in range(0, len(cells), PER_ROW)]
    width = len(rows[0])
    blank = np.full_like(cells[0], GROUND)
    return np.concatenate(
        [np.concatenate(row + [blank] * (width - len(row)), axis=1) for row in rows], axis=0
    )


def beside_match(image: Image, words: str, match: Match | None, panel_px: int) -> Image:
    """A frame beside its best match, always of one size."""
    left = panel(image, match.query_box if match else None, QUERY, words, panel_px)
    right = found_panel(match, panel_px) if match else empty_panel("no match", panel_px)
    return np.concatenate([left, right], axis=1)


def check_panel(panel_px: int) -> None:
    """Raises SearchError."""
    if not SMALLEST_PANEL_PX <= panel_px <= LARGEST_PANEL_PX:
        raise SearchError(
            f"A panel is {SMALLEST_PANEL_PX} to {LARGEST_PANEL_PX} pixels high, not {panel_px}."
        )


def found_panel(match: Match, panel_px: int) -> Image:
    """The picture that was found; a few words where its file is gone or where it is no file."""
    words = f"{match.score:.3f}  {Path(match.name).name}"
    try:
        return panel(read_picture(Path(match.name), 2 * panel_px), match.box, FOUND, words, panel_px)
    except PictureError:
        return empty_panel(words, panel_px)


def empty_panel(words: str, panel_px: int) -> Image:
    return panel(np.full((3, 4, 3), GROUND, dtype=np.uint8), None, GROUND, words, panel_px)


def panel(image: Image, box: Box | None, colour: tuple[int, int, int], words: str, panel_px: int) -> Image:
    """A picture, its box and a line of words, on a ground of 4:3 with the caption below."""
    width = panel_px * 4 // 3
    page = Pillow.new("RGB", (width + GAP_PX, panel_px + CAPTION_PX), GROUND)
    scale = min(width / image.shape[1], panel_px / image.shape[0])
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    left, top = (width - size[0]) // 2, (panel_px - size[1]) // 2
    page.paste(Pillow.fromarray(image).resize(size, Pillow.Resampling.BILINEAR), (left, top))
    pen = ImageDraw.Draw(page)
    if box is not None:
        x0, y0, x1, y1 = (edge * side for edge, side in zip(box, size * 2, strict=True))
        pen.rectangle((left + x0, top + y0, left + x1 - 1, top + y1 - 1), outline=colour, width=2)
    font = ImageFont.load_default(size=LETTERS_PX)
    pen.text((4, panel_px + 3), shortened(words, width - 8, font), fill=INK, font=font)
    return np.asarray(page)


def shortened(words: str, width_px: float, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """As much of the words as fits."""
    while words and font.getlength(words) > width_px:
        words = words[:-2] + "…" if len(words) > 2 else ""
    return words
