"""Connected festive areas of a festivity map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from ml.types import Box, Floats

FESTIVE = 0.5
SMALLEST_PATCHES = 3
MOST_REGIONS = 4
MARGIN_PATCHES = 1
REACH_PATCHES = 2


@dataclass(frozen=True)
class Area:
    """A region before it has a vector; see `ml.types.Region`."""

    box: Box
    festivity: float
    share: float


def find_areas(festivity_map: Floats) -> tuple[Area, ...]:
    """Areas of patches >= 0.5 at least 3 patches large, the largest share first, at most 4."""
    labels = label_components(festivity_map >= FESTIVE)
    sizes = np.bincount(labels.ravel())
    areas = [
        area_of(festivity_map, labels == label)
        for label in range(1, len(sizes))
        if sizes[label] >= SMALLEST_PATCHES
    ]
    return tuple(sorted(areas, key=lambda area: -area.share)[:MOST_REGIONS])


def share_in_regions(festivity_map: Floats) -> float:
    """Sum of the shares of all regions of a map: the part of its festivity that is shown as a house's."""
    return sum(area.share for area in find_areas(festivity_map))


def label_components(festive: NDArray[np.bool_]) -> NDArray[np.int32]:
    """0 outside, 1, 2, ... for each component; patches at most two apart belong together.

    Each patch takes the lowest number around, and then the number that the patch of that number has, until none changes.
    """
    none = festive.size
    lowest = np.where(festive, np.arange(none).reshape(festive.shape), none)
    changed = True
    while changed:
        found = np.where(festive, lowest_around(lowest, none), none)
        found = np.append(found.ravel(), none)[found]
        changed = not np.array_equal(found, lowest)
        lowest = found
    labels = np.zeros(festive.shape, dtype=np.int32)
    labels[festive] = np.searchsorted(np.unique(lowest[festive]), lowest[festive]) + 1
    return labels


def lowest_around(grid: NDArray[np.int64], outside: int) -> NDArray[np.int64]:
    """The lowest number of the 5x5 patches around each."""
    wide = np.pad(grid, REACH_PATCHES, constant_values=outside)
    steps = range(2 * REACH_PATCHES + 1)
    rows = reduce(np.minimum, [wide[step : step + grid.shape[0]] for step in steps])
    return np.asarray(reduce(np.minimum, [rows[:, step : step + grid.shape[1]] for step in steps]))


def area_of(festivity_map: Floats, inside: NDArray[np.bool_]) -> Area:
    """The area of the patches `inside` (h, w), its box one patch wider on each side."""
    height, width = festivity_map.shape
    rows, columns = np.nonzero(inside)
    chances = festivity_map[inside]
    box = (
        max(0, int(columns.min()) - MARGIN_PATCHES) / width,
        max(0, int(rows.min()) - MARGIN_PATCHES) / height,
        min(width, int(columns.max()) + 1 + MARGIN_PATCHES) / width,
        min(height, int(rows.max()) + 1 + MARGIN_PATCHES) / height,
    )
    return Area(box=box, festivity=float(chances.mean()), share=float(chances.sum() / festivity_map.size))
