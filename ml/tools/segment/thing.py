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
from ml.tools.grids import lit, to_grid
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


def thing_at(grid: Floats, x: float, y: float) -> Thing:
    """What lies at x, y in [0, 1] on tokens (h, w, D). Raises SegmentError where nothing is to be seen there."""
    patches = alike_patches(grid, x, y)
    place = seen_place(grid, x, y)
    labels = label_components(patches)
    patches = labels == labels[place] if patches[place] else patches
    rows, columns = np.nonzero(patches)
    height, width = patches.shape
    edges = columns.min() / width, rows.min() / height, (columns.max() + 1) / width, (rows.max() + 1) / height
    x0, y0, x1, y1 = (round(float(edge), 4) for edge in edges)
    return Thing(patches, (x0, y0, x1, y1))


def patches_in(grid: Floats, box: Box, point: tuple[float, float] | None = None) -> Patches:
    """(h, w): the seen patches in a box; where a point was clicked, those of them that look like it, if any does.

    Raises SegmentError where nothing is to be seen in the box.
    """
    inside = inside_box(grid, box) & lit(grid)
    if not inside.any():
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        inside[seen_place(grid, x, y)] = True
    if point is None:
        return inside
    try:
        alike = inside & alike_patches(grid, *point)
    except SegmentError:
        return inside
    return alike if alike.any() else inside


def alike_patches(grid: Floats, x: float, y: float) -> Patches:
    """(h, w): the patches that look like the one at a point, that one among them. Raises SegmentError."""
    patches = similarity(grid, Seeds((Click(x, y),))) >= ALIKE
    patches[seen_place(grid, x, y)] = True
    return patches


def seen_place(grid: Floats, x: float, y: float) -> tuple[int, int]:
    """Row and column of the nearest seen patch within 1.5 patches of a point. Raises SegmentError where there is none."""
    seen = lit(grid)
    places = np.argwhere(seen)
    away = np.linalg.norm(places - np.array(to_grid(x, y, seen.shape)), axis=1)
    if not len(away) or away.min() > REACH_PATCHES:
        raise SegmentError("There is nothing to be seen at this place.")
    row, column = places[int(away.argmin())]
    return int(row), int(column)
