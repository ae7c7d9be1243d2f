"""Streets, as they were imported, become edges that meet at nodes: at crossings, at shared ends and at ends that nearly touch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

Lines = NDArray[np.object_]
GRID_M = 0.1
NEARLY_M = 3.0  # an end so near to another street was meant to meet it


def noded(streets: Sequence[LineString]) -> Lines:
    """LineStrings in metres → LineStrings in metres that touch at their ends alone, each as long as it can be.

    Where two streets cross they meet: streets say nothing of bridges here.
    """
    if not streets:
        return np.array([], dtype=object)
    once = shapely.get_parts(shapely.union_all(streets, grid_size=GRID_M))
    gaps = bridged(once)
    if len(gaps):
        once = shapely.get_parts(shapely.union_all([*once, *gaps], grid_size=GRID_M))
    merged = shapely.line_merge(shapely.multilinestrings([part for part in once if part.length > 0]))
    return shapely.get_parts(merged)


def bridged(lines: Lines) -> Lines:
    """Short lines from the ends of streets that meet nothing to the street that they nearly touch."""
    ends = shapely.points(np.array([line.coords[at] for line in lines for at in (0, -1)]))
    keys, counts = np.unique(shapely.to_wkb(ends), return_counts=True)
    loose = shapely.from_wkb(keys[counts == 1])
    if not len(loose):
        return np.array([], dtype=object)
    tree = shapely.STRtree(lines)
    end, line = tree.query(loose, predicate="dwithin", distance=NEARLY_M)
    distances_m = shapely.distance(loose[end], lines[line])
    others = distances_m > 0
    order = np.lexsort((distances_m[others], end[others]))
    end, line = end[others][order], line[others][order]
    _, nearest = np.unique(end, return_index=True)
    return shapely.shortest_line(loose[end[nearest]], lines[line[nearest]])
