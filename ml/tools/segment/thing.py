"""One thing of a picture, from one point on it: the connected patches that look like the one there (pure numpy).

On rendered streets the box around them overlaps with that of the part that was pointed at by 0.34 (IoU) at this threshold, more
than at 0.4, 0.5, 0.7 and 0.8, and houses with the same kind of part are found best by these patches (bench/search_click.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.regions import label_components
from ml.tools.descriptors import inside_box
from ml.tools.grids import from_grid, lit, to_grid
from ml.tools.segment.seeds import REACH_PATCHES, Click, Seeds, SegmentError
from ml.tools.segment.similarity import similarity
from ml.types import Box, Floats

ALIKE = 0.6
Patches = NDArray[np.bool_]


@dataclass(frozen=True)
class Thing:
    """Patches (h, w) of a picture that show one thing, and the box around them: x0, y0, x1, y1 in [0, 1], y down."""

    patches: Patches
    box: Box


def thing_at(grid: Floats, shown: Patches, x: float, y: float) -> Thing:
    """What lies at x, y in [0, 1] on tokens (h, w, D), of the patches that count, `shown` (h, w).

    Raises SegmentError where none of them is there.
    """
    place = nearest_place(shown & lit(grid), x, y)
    labels = label_components(alike_patches(grid, place) & shown)
    patches = labels == labels[place]
    rows, columns = np.nonzero(patches)
    height, width = patches.shape
    edges = columns.min() / width, rows.min() / height, (columns.max() + 1) / width, (rows.max() + 1) / height
    x0, y0, x1, y1 = (round(float(edge), 4) for edge in edges)
    return Thing(patches, (x0, y0, x1, y1))


def patches_in(grid: Floats, shown: Patches, box: Box, point: tuple[float, float] | None = None) -> Patches:
    """(h, w): the patches in a box that count; where a point was clicked, those of them that look like it, if any does.

    Raises SegmentError where none is in the box, nor at its middle.
    """
    counting = shown & lit(grid)
    inside = inside_box(grid, box) & counting
    if not inside.any():
        inside[nearest_place(counting, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)] = True
    if point is None:
        return inside
    try:
        alike = inside & alike_patches(grid, nearest_place(counting, *point))
    except SegmentError:
        return inside
    return alike if alike.any() else inside


def alike_patches(grid: Floats, place: tuple[int, int]) -> Patches:
    """(h, w): the patches that look like the one in a row and column, that one among them."""
    x, y = from_grid(*place, grid.shape[:2])
    patches = similarity(grid, Seeds((Click(x, y),))) >= ALIKE
    patches[place] = True
    return patches


def nearest_place(counting: Patches, x: float, y: float) -> tuple[int, int]:
    """Row and column of the nearest patch that counts, within 1.5 patches of a point. Raises SegmentError where there is none."""
    places = np.argwhere(counting)
    away = np.linalg.norm(places - np.array(to_grid(x, y, counting.shape)), axis=1)
    if not len(away) or away.min() > REACH_PATCHES:
        raise SegmentError("There is nothing to point at in this place.")
    row, column = places[int(away.argmin())]
    return int(row), int(column)
