"""What a person points at: clicks and boxes, and the descriptors that lie there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.tools.descriptors import inside_box
from ml.tools.grids import centres, lit, vector_at
from ml.types import Box, Floats, MlError
from ml.vectors import of_length_one

REACH_PATCHES = 1.5


class SegmentError(MlError):
    """Clicks or boxes that cannot be used on this picture."""


@dataclass(frozen=True)
class Click:
    """One point in 0..1 of the picture, y down; `positive`: like this, else not like this."""

    x: float
    y: float
    positive: bool = True


@dataclass(frozen=True)
class Seeds:
    """All that was pointed at. `boxes` are festive all over, `not_boxes` nowhere; edges x0, y0, x1, y1 in 0..1."""

    clicks: tuple[Click, ...] = ()
    boxes: tuple[Box, ...] = ()
    not_boxes: tuple[Box, ...] = ()


def vectors_of(grid: Floats, seeds: Seeds, positive: bool) -> Floats:
    """(n, D): one vector of length 1 per click or box of this sign; clicks and boxes on nothing but black are left out.

    Raises SegmentError for one that is not in the picture.
    """
    clicked = [click_vector(grid, click) for click in seeds.clicks if click.positive == positive]
    boxed = [box_vector(grid, box) for box in (seeds.boxes if positive else seeds.not_boxes)]
    found = [vector for vector in clicked + boxed if vector.any()]
    return np.stack(found) if found else np.zeros((0, grid.shape[-1]), dtype=np.float32)


def click_vector(grid: Floats, click: Click) -> Floats:
    """(D,) at the click; where that is black, of the nearest seen patch within 1.5 patches, else zeros."""
    if not (0 <= click.x <= 1 and 0 <= click.y <= 1):
        raise SegmentError(
            f"The click at {click.x:g}, {click.y:g} is not in the picture; clicks lie within 0 and 1."
        )
    vector = vector_at(grid, click.x, click.y)
    if vector.any():
        return vector
    rows, columns = grid.shape[:2]
    steps = np.linalg.norm((centres(rows, columns) - (click.x, click.y)) * (columns, rows), axis=-1)
    steps = np.where(lit(grid), steps, np.inf)
    nearest = np.unravel_index(int(steps.argmin()), steps.shape)
    return grid[nearest] if steps[nearest] <= REACH_PATCHES else np.zeros_like(vector)


def box_vector(grid: Floats, box: Box) -> Floats:
    """(D,) mean of the seen patches whose middle lies in the box, or of the one around its middle, at length 1."""
    x0, y0, x1, y1 = box
    if not (0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1):
        raise SegmentError(
            f"The box {box} is not in the picture; its edges x0, y0, x1, y1 lie within 0 and 1, x0 < x1, y0 < y1."
        )
    inside = inside_box(grid, box) & lit(grid)
    if not inside.any():
        return vector_at(grid, (x0 + x1) / 2, (y0 + y1) / 2)
    return of_length_one(grid[inside].mean(axis=0))
