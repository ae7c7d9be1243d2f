"""Patch grids (h, w, D): a vector of length 1 per patch, zeros where nothing is to be seen (pure numpy).

A place on a grid is a row and a column in patches; the middle of the first patch is 0, 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.types import Floats
from ml.vectors import of_length_one

Doubles = NDArray[np.float64]
FLAT = 1e-4


def lit(grid: Floats) -> NDArray[np.bool_]:
    """(..., D) -> (...): where there is something to be seen."""
    return np.asarray(np.any(grid, axis=-1))


def blinded(grid: Floats, shown: NDArray[np.bool_]) -> Floats:
    """(h, w, D) with zeros where `shown` (h, w) is false."""
    return np.where(shown[..., None], grid, np.float32(0))


def joined(grids: Sequence[Floats]) -> Floats:
    """Unit grids (h, w, D) of several layers side by side as one (h, w, sum of D), each layer of the same weight."""
    return of_length_one(np.concatenate(list(grids), axis=-1))


def common_part(*grids: Floats) -> Floats:
    """(D,): the mean of all lit patches at length 1; zeros where that is all that there is.

    Tokens of one backbone share a large part. Without it, cosines spread over -1..1 instead of, say, 0.6..1, and a threshold
    means as much on any picture.
    """
    rows = of_length_one(np.concatenate([grid[lit(grid)] for grid in grids]))
    if len(rows) < 2 or np.ptp(rows, axis=0).max() < FLAT:
        return np.zeros(grids[0].shape[-1], dtype=np.float32)
    return np.asarray(rows.mean(axis=0), dtype=np.float32)


def without(grid: Floats, common: Floats) -> Floats:
    """Tokens (h, w, D) less the common part, at length 1; zeros stay zeros."""
    return blinded(of_length_one(of_length_one(grid) - common), lit(grid))


def to_grid(x: float, y: float, grid: tuple[int, int]) -> tuple[float, float]:
    """A point in 0..1 of the picture -> row and column on a grid (h, w)."""
    return y * grid[0] - 0.5, x * grid[1] - 0.5


def from_grid(row: float, column: float, grid: tuple[int, int]) -> tuple[float, float]:
    """The way back of `to_grid`: x, y in 0..1 of the picture."""
    return (column + 0.5) / grid[1], (row + 0.5) / grid[0]


def centres(rows: int, columns: int) -> Doubles:
    """(rows, columns, 2): x and y of the middle of every patch, in 0..1 of the picture."""
    x, y = (np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows
    return np.stack(np.meshgrid(x, y), axis=-1)


def sampled(grid: Floats, places: NDArray[np.floating]) -> Floats:
    """Bilinear vectors (k, D) of `grid` (h, w, D) at `places` (k, 2), of length 1; zeros outside and where nothing is seen."""
    low = np.floor(places).astype(int)
    share = (places - low).astype(np.float32)
    found = np.zeros((len(places), grid.shape[2]), dtype=np.float32)
    for down in (0, 1):
        for right in (0, 1):
            row, column = low[:, 0] + down, low[:, 1] + right
            inside = (row >= 0) & (row < grid.shape[0]) & (column >= 0) & (column < grid.shape[1])
            part = np.abs(1 - down - share[:, 0]) * np.abs(1 - right - share[:, 1]) * inside
            found += part[:, None] * grid[row.clip(0, grid.shape[0] - 1), column.clip(0, grid.shape[1] - 1)]
    return of_length_one(found)


def vector_at(grid: Floats, x: float, y: float) -> Floats:
    """(D,) of length 1 at a point in 0..1 of the picture, between the middles of patches; zero where nothing is seen.

    Within half a patch of the edge it is that of the patch there.
    """
    place = np.clip(to_grid(x, y, grid.shape[:2]), 0, np.array(grid.shape[:2]) - 1)
    return np.asarray(sampled(grid, place[None])[0])


def resampled(grid: Floats, rows: int, columns: int) -> Floats:
    """(h, w) or (h, w, D) -> (rows, columns[, D]), bilinear between the middles of cells, edges held."""
    return along(along(grid, rows, axis=0), columns, axis=1)


def along(grid: Floats, length: int, axis: int) -> Floats:
    """One axis of a grid brought to another length."""
    old = grid.shape[axis]
    if old == length:
        return grid
    places = np.clip((np.arange(length) + 0.5) * old / length - 0.5, 0, old - 1)
    first = np.minimum(places.astype(int), max(old - 2, 0))
    share = (places - first).astype(np.float32).reshape([-1 if n == axis else 1 for n in range(grid.ndim)])
    here, there = np.take(grid, first, axis), np.take(grid, np.minimum(first + 1, old - 1), axis)
    return np.asarray(here * (1 - share) + there * share, dtype=np.float32)
