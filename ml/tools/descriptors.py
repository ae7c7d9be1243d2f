"""Descriptors: one vector of length 1 per patch of a picture, compared by cosine similarity (pure numpy)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.types import Box, Floats, MlError

Doubles = NDArray[np.float64]


class DescriptorError(MlError):
    """Descriptors cannot be made as asked, or two kinds of them were to be compared."""


@dataclass(frozen=True)
class Descriptors:
    """One picture as the tools compare it.

    `grid` (h, w, D) float32: a vector of length 1 per patch, zeros where nothing is to be seen. `cls` (D',) float32 of
    length 1. `width_px` and `height_px` are of the picture that it was made of.
    """

    grid: Floats
    cls: Floats
    width_px: int
    height_px: int

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(h, w), true where a patch shows anything."""
        return seen_patches(self.grid)

    @property
    def patch_px(self) -> tuple[float, float]:
        """Width and height of one patch in pixels of the picture."""
        return self.width_px / self.grid.shape[1], self.height_px / self.grid.shape[0]

    def centres_px(self) -> Doubles:
        """(h, w, 2): x and y of the middle of every patch, in pixels of the picture."""
        x = (np.arange(self.grid.shape[1]) + 0.5) * self.patch_px[0]
        y = (np.arange(self.grid.shape[0]) + 0.5) * self.patch_px[1]
        return np.stack(np.meshgrid(x, y), axis=-1)

    def within(self, box: Box) -> Descriptors:
        """The same picture, blind outside the box (x0, y0, x1, y1 in 0..1)."""
        centres = self.centres_px() / (self.width_px, self.height_px)
        inside: NDArray[np.bool_] = np.all(
            (centres >= box[:2]) & (centres <= box[2:]), axis=-1, keepdims=True
        )
        return replace(self, grid=np.where(inside, self.grid, np.float32(0)))


def seen_patches(grid: Floats) -> NDArray[np.bool_]:
    """(h, w, D) -> (h, w), false where the vector is zero."""
    return np.asarray(np.any(grid, axis=-1))


def unit(vectors: Floats) -> Floats:
    """Vectors (..., D) at length 1; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def without_mean(grids: list[Floats]) -> list[Floats]:
    """The grids without what all their seen patches have in common, each vector at length 1 again.

    Tokens of one backbone share a large common part; without it cosines spread over the whole of -1..1. A set that has
    no more than one thing to see keeps it.
    """
    seen = [seen_patches(grid) for grid in grids]
    rows = np.concatenate([grid[here] for grid, here in zip(grids, seen, strict=True)])
    mean = rows.mean(axis=0) if len(rows) > 1 else np.zeros(rows.shape[1], dtype=np.float32)
    if len(rows) > 1 and np.abs(rows - mean).max() < 1e-4:
        return grids
    return [
        np.where(here[..., None], unit(grid - mean), np.float32(0))
        for grid, here in zip(grids, seen, strict=True)
    ]


def centred(first: Descriptors, second: Descriptors) -> tuple[Descriptors, Descriptors]:
    """A pair without what all patches of both have in common. Raises DescriptorError."""
    check_comparable(first, second)
    a, b = without_mean([first.grid, second.grid])
    return replace(first, grid=a), replace(second, grid=b)


def compressed(first: Descriptors, second: Descriptors, count: int) -> tuple[Descriptors, Descriptors]:
    """A pair in the `count` directions in which their patches differ most (PCA of both together), each at length 1.

    Signs are fixed (the largest part of a direction is positive), so that the same pair gives the same numbers. Raises
    DescriptorError where there are not so many directions.
    """
    check_comparable(first, second)
    rows = np.concatenate([first.grid[first.seen], second.grid[second.seen]]).astype(np.float64)
    if not 1 <= count <= min(rows.shape):
        raise DescriptorError(
            f"These pictures can be compressed to 1 to {min(rows.shape)} numbers per patch, not {count}."
        )
    mean = rows.mean(axis=0)
    _, directions = np.linalg.eigh((rows - mean).T @ (rows - mean))
    basis = directions[:, ::-1][:, :count]
    basis = basis * np.sign(basis[np.abs(basis).argmax(axis=0), np.arange(count)])

    def projected(picture: Descriptors) -> Descriptors:
        grid = unit(((picture.grid - mean) @ basis).astype(np.float32))
        return replace(picture, grid=np.where(picture.seen[..., None], grid, np.float32(0)))

    return projected(first), projected(second)


def check_comparable(first: Descriptors, second: Descriptors) -> None:
    """Raises DescriptorError where the two do not come from one backbone and its same layers, or show nothing."""
    if first.grid.shape[-1] != second.grid.shape[-1]:
        raise DescriptorError(
            f"Descriptors of {first.grid.shape[-1]} and {second.grid.shape[-1]} numbers cannot be compared; "
            "make both with one backbone and the same layers."
        )
    if not (first.seen.any() and second.seen.any()):
        raise DescriptorError("There is nothing to be seen in one of the pictures: it is black all over.")


def resampled(grid: Floats, rows: int, columns: int) -> Floats:
    """(h, w) or (h, w, D) -> (rows, columns[, D]), bilinear between the middles of cells, edges held."""
    grid = along(grid, rows, axis=0)
    return along(grid, columns, axis=1)


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


def vector_at(grid: Floats, x: float, y: float) -> Floats:
    """(D,) of length 1 at a place in 0..1 of the picture, between the middles of patches; zero where nothing is seen."""
    rows, columns = grid.shape[:2]
    row, column = np.clip([y * rows - 0.5, x * columns - 0.5], 0, [rows - 1, columns - 1])
    top, left = min(int(row), max(rows - 2, 0)), min(int(column), max(columns - 2, 0))
    down, right = np.float32(row - top), np.float32(column - left)
    bottom, beside = min(top + 1, rows - 1), min(left + 1, columns - 1)
    upper = grid[top, left] * (1 - right) + grid[top, beside] * right
    lower = grid[bottom, left] * (1 - right) + grid[bottom, beside] * right
    return unit(upper * (1 - down) + lower * down)
