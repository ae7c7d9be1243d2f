"""How tiles and cells go together: which levels a tile is drawn from, how far a cell shines, and how deep each layer goes."""

from __future__ import annotations

CELL_ZOOM = 20
"""The lowest level of the heat pyramid: cells are Web Mercator tiles of this zoom (38 m wide at the equator, 19 m at 60°)."""

SEEN_ZOOM = 18
"""The lowest level that tells where somebody drove."""

FINER = 5
"""A heat tile of zoom z is drawn from cells of level z + FINER, at most CELL_ZOOM: 32 cells across."""

CELL_MARGIN = 4
"""So many cells beyond a heat tile's edge shine into it."""

SEEN_MARGIN = 1
"""So many cells of what was driven beyond a heat tile's edge show in it."""

LEAN = 3
"""A cell leans on the block 2 ** LEAN cells wide that it lies in: 240 m at the equator on the finest level."""

LEAN_HOUSES = 1.0
"""With so much weight: a cell of one house lies halfway between that house and the mean of its block."""

GRID_FINER, CLUSTER_FINER = 4, 5
GRID_ZOOM, CLUSTER_ZOOM = 8, 12
"""Down to GRID_ZOOM a tile of houses shows a grid 16 cells wide, down to CLUSTER_ZOOM clusters of 32, then houses."""

DEEPEST = {"heat": 18, "houses": 16, "neighbourhoods": 14, "base": 16, "tracks": 16}
NEIGHBOURHOOD_MARGIN = 64 / 4096


def heat_level(zoom: int) -> int:
    return min(CELL_ZOOM, zoom + FINER)
