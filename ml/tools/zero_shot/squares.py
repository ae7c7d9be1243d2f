"""A picture of any shape in the squares that a text–image model takes, and their answers as one map."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from ml import transforms
from ml.types import Floats, Image

MOST_SQUARES_LONG = 4


def cells(image: Image, shorter: int) -> tuple[int, int]:
    """Rows and columns of square cells over a picture, `shorter` of them along its shorter side and at most 4 times so many."""
    height, width = image.shape[:2]
    most = shorter * MOST_SQUARES_LONG
    longer = min(most, max(shorter, round(shorter * max(height, width) / min(height, width))))
    return (shorter, longer) if width >= height else (longer, shorter)


def corners_of(rows: int, columns: int, side: int, step: int) -> list[tuple[int, int]]:
    """Top and left cells of squares of `side` cells that cover a grid, `step` apart; the last ones end with the grid."""
    return list(product(starts(rows, side, step), starts(columns, side, step)))


def starts(length: int, side: int, step: int) -> list[int]:
    return [*range(0, length - side, step), length - side]


def cut(
    image: Image, rows: int, columns: int, side: int, corners: Sequence[tuple[int, int]], side_px: int
) -> list[Image]:
    """Squares (side_px, side_px, 3) at the corners, of `side` cells each, of a picture brought to a grid of cells."""
    cell = side_px // side
    picture = transforms.resized(image, rows * cell, columns * cell)
    squares = [
        picture[top * cell : (top + side) * cell, left * cell : (left + side) * cell] for top, left in corners
    ]
    return [transforms.resized(np.ascontiguousarray(square), side_px, side_px) for square in squares]


def joined(rows: int, columns: int, corners: Sequence[tuple[int, int]], pieces: Floats) -> Floats:
    """Pieces (n, side, side) at their corners -> (rows, columns), the mean where they overlap."""
    total, times = np.zeros((rows, columns)), np.zeros((rows, columns))
    side = pieces.shape[1]
    for (top, left), piece in zip(corners, pieces, strict=True):
        total[top : top + side, left : left + side] += piece
        times[top : top + side, left : left + side] += 1
    return (total / np.maximum(times, 1)).astype(np.float32)
