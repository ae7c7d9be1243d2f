"""Connected festive areas of a festivity map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.types import Box, Floats

FESTIVE = 0.5
SMALLEST_PATCHES = 3
MOST_REGIONS = 4
MARGIN_PATCHES = 1
NEIGHBOURS = [(row, column) for row in range(-2, 3) for column in range(-2, 3) if (row, column) != (0, 0)]


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
    """0 outside, 1, 2, ... for each component; patches at most two apart belong together."""
    labels = np.zeros(festive.shape, dtype=np.int32)
    waiting = {(int(row), int(column)) for row, column in np.argwhere(festive)}
    label = 0
    while waiting:
        label += 1
        front = [min(waiting)]
        waiting.discard(front[0])
        while front:
            row, column = front.pop()
            labels[row, column] = label
            near = {(row + down, column + right) for down, right in NEIGHBOURS} & waiting
            waiting -= near
            front.extend(near)
    return labels


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
