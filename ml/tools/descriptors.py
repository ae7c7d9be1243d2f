"""Descriptors: a picture as its patches and its CLS vector, and what makes two of them comparable (pure numpy)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.tools.grids import Doubles, blinded, centres, common_part, lit, without
from ml.types import Box, Floats, MlError
from ml.vectors import of_length_one


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
        return lit(self.grid)

    @property
    def patch_px(self) -> tuple[float, float]:
        """Width and height of one patch in pixels of the picture."""
        return self.width_px / self.grid.shape[1], self.height_px / self.grid.shape[0]

    def centres_px(self) -> Doubles:
        """(h, w, 2): x and y of the middle of every patch, in pixels of the picture."""
        return centres(*self.grid.shape[:2]) * (self.width_px, self.height_px)

    def within(self, box: Box) -> Descriptors:
        """The same picture, blind outside the box (x0, y0, x1, y1 in 0..1)."""
        return replace(self, grid=blinded(self.grid, inside_box(self.grid, box)))


def inside_box(grid: Floats, box: Box) -> NDArray[np.bool_]:
    """(h, w): patches of a grid (h, w, D) whose middle lies in a box of 0..1."""
    places = centres(*grid.shape[:2])
    return np.asarray(((places >= box[:2]) & (places <= box[2:])).all(axis=-1))


def centred(first: Descriptors, second: Descriptors) -> tuple[Descriptors, Descriptors]:
    """A pair without what all patches of both have in common. Raises DescriptorError."""
    check_comparable(first, second)
    common = common_part(first.grid, second.grid)
    a, b = (replace(picture, grid=without(picture.grid, common)) for picture in (first, second))
    return a, b


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
        grid = of_length_one(((picture.grid - mean) @ basis).astype(np.float32))
        return replace(picture, grid=blinded(grid, picture.seen))

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
