"""Two pictures side by side with lines between what matches."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from ml.tools.grids import Doubles
from ml.tools.match.geometry import Movement
from ml.tools.match.patches import Found, Matches
from ml.tools.panels import GAP_PX, at_height, beside, font
from ml.types import Image

HEIGHT_PX = 540
MOST_LINES = 120
OUTLIER = (110, 110, 110)
MARK = (255, 60, 160)
Colour = tuple[int, int, int]


def draw_matches(first: Image, second: Image, matches: Matches, movement: Movement) -> Image:
    """A left, B right, each 540 px high. Coloured lines: up to 120 best matches that the movement explains, one colour from top
    to bottom of A; thin grey ones: up to 60 of the others."""
    canvas, scales, shift = side_by_side(first, second)
    pen = ImageDraw.Draw(canvas)
    explained = np.flatnonzero(movement.inliers)[:MOST_LINES]
    others = np.flatnonzero(~movement.inliers)[: MOST_LINES // 2]
    for chosen, width in ((others, 1), (explained, 2)):
        for number in chosen:
            start, end = matches.start[number] * scales[0], matches.end[number] * scales[1] + (shift, 0)
            colour = hue(start[1] / HEIGHT_PX) if width > 1 else OUTLIER
            pen.line([*start, *end], fill=colour, width=width)
            for x, y in (start, end):
                pen.ellipse([x - 3, y - 3, x + 3, y + 3], outline=colour)
    return np.asarray(canvas)


def draw_points(first: Image, second: Image, points: Doubles, found: Sequence[Found]) -> Image:
    """A left, B right, with points (n, 2) of A and where they were found, each pair with a number and a line."""
    canvas, scales, shift = side_by_side(first, second)
    pen = ImageDraw.Draw(canvas)
    for number, (point, place) in enumerate(zip(points, found, strict=True), start=1):
        start = point * scales[0]
        end = np.array([place.x, place.y]) * scales[1] + (shift, 0)
        pen.line([*start, *end], fill=MARK, width=1)
        for x, y in (start, end):
            pen.ellipse([x - 7, y - 7, x + 7, y + 7], outline=MARK, width=2)
            pen.text((x + 9, y - 8), str(number), fill=MARK, font=font(14))
    return np.asarray(canvas)


def side_by_side(first: Image, second: Image) -> tuple[Pillow.Image, tuple[float, float], int]:
    """Both pictures at one height, the scale of each, and how far to the right the second one starts."""
    scales = HEIGHT_PX / first.shape[0], HEIGHT_PX / second.shape[0]
    left, right = at_height(first, HEIGHT_PX), at_height(second, HEIGHT_PX)
    return Pillow.fromarray(beside([left, right])), scales, left.shape[1] + GAP_PX


def hue(share: float) -> Colour:
    """A bright colour, from red at 0 to violet at 1."""
    red, green, blue = colorsys.hsv_to_rgb(min(max(share, 0.0), 1.0) * 0.8, 0.85, 1.0)
    return round(red * 255), round(green * 255), round(blue * 255)
