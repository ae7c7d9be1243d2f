"""What a dense encoder said of pictures, kept on disk: one grid of features per picture, named by its SHA-256."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np

from ml.types import Box, Floats

TAUGHT = 128
BASIS = "basis.npz"


def lesson_name(path: Path) -> str:
    """File name of a picture's grid: 20 hex digits of its SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:20] + ".npy"


class Lessons:
    """A folder of grids (rows, columns, 128) float16 over whole pictures, or none at all; read from disk as they are needed."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._grid = lru_cache(maxsize=None)(self._read)

    def _read(self, path: Path) -> Floats | None:
        if self._folder is None:
            return None
        file = self._folder / lesson_name(path)
        return np.load(file, mmap_mode="r") if file.is_file() else None

    def within(self, path: Path, box: Box, side: int) -> Floats:
        """(side, side, 128) float32 at the patch centres of a view of `box` (shares of the picture), interpolated.

        NaN where the encoder has not seen the picture.
        """
        grid = self._grid(path)
        if grid is None:
            return np.full((side, side, TAUGHT), np.nan, dtype=np.float32)
        steps = (np.arange(side) + 0.5) / side
        rows = (box[1] + steps * (box[3] - box[1])) * grid.shape[0] - 0.5
        columns = (box[0] + steps * (box[2] - box[0])) * grid.shape[1] - 0.5
        return interpolated(interpolated(grid, rows, 0), columns, 1)


def interpolated(grid: Floats, places: Floats, axis: int) -> Floats:
    """Linear interpolation along one axis at fractional indices, held at the edges."""
    held = np.clip(places, 0, grid.shape[axis] - 1)
    lower = np.floor(held).astype(np.intp)
    upper = np.minimum(lower + 1, grid.shape[axis] - 1)
    shape = [1] * grid.ndim
    shape[axis] = len(places)
    above = (held - lower).astype(np.float32).reshape(shape)
    first, second = (np.take(grid, index, axis=axis).astype(np.float32) for index in (lower, upper))
    return np.asarray(first * (1 - above) + second * above, dtype=np.float32)
