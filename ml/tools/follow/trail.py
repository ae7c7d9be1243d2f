"""Draws what was followed: the place or box in each frame, and the trail behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from ml.tools.panels import font
from ml.types import Image

FOUND, LOST, OLD = (64, 255, 120), (255, 90, 70), (40, 110, 255)
LONGEST_TRAIL = 90


@dataclass
class Trail:
    """The places so far as shares of the frames, which may differ in size, None where it was lost; draw the frames in order."""

    places: list[tuple[float, float] | None] = field(default_factory=list)

    def draw(self, image: Image, line: dict[str, Any]) -> Image:
        """The frame (H, W, 3) with its JSON line drawn into it."""
        found = line["state"] == "found"
        height, width = image.shape[:2]
        place = (line["x"] / width, line["y"] / height) if found else None
        self.places = [*self.places, place][-LONGEST_TRAIL:]
        page = Pillow.fromarray(image)
        pen = ImageDraw.Draw(page)
        thick = max(1, round(max(image.shape[:2]) / 400))
        self._draw_trail(pen, page.size, thick)
        if found:
            draw_mark(pen, line, thick)
        words = f"{line['at_ms'] / 1000:7.2f} s   {line['state']}   {line['confidence']:.2f}"
        letters, colour = font(max(11, round(image.shape[0] / 28))), FOUND if found else LOST
        pen.text((8, 6), words, fill=colour, font=letters, stroke_width=2, stroke_fill=(0, 0, 0))
        return np.asarray(page)

    def _draw_trail(self, pen: ImageDraw.ImageDraw, size: tuple[int, int], thick: int) -> None:
        """Lines from place to place, older ones bluer; a gap where it was lost."""
        width, height = size
        steps = list(zip(self.places, self.places[1:], strict=False))
        for number, (start, end) in enumerate(steps, start=1):
            share = number / len(steps)
            colour = tuple(round(old + (new - old) * share) for old, new in zip(OLD, FOUND, strict=True))
            if start is not None and end is not None:
                ends = [(x * width, y * height) for x, y in (start, end)]
                pen.line(ends, fill=colour, width=thick + 1)


def draw_mark(pen: ImageDraw.ImageDraw, line: dict[str, Any], thick: int) -> None:
    """A ring with a dot at the place, and the box where one is followed."""
    x, y, ring = line["x"], line["y"], 5 * thick
    pen.ellipse([x - ring, y - ring, x + ring, y + ring], outline=FOUND, width=thick)
    pen.ellipse([x - thick, y - thick, x + thick, y + thick], fill=FOUND)
    if "box" in line:
        pen.rectangle(line["box"], outline=FOUND, width=thick)
