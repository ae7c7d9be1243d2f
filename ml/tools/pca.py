"""Colours of patches by principal components: what the backbone takes for alike gets one colour, in a whole set of pictures.

One basis is fitted to all grids of a set from sums alone, so that memory does not grow with the set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.tools.grids import lit
from ml.types import Floats, Image, MlError

COLOURS = 3
SPREAD = 2.2
FEWEST_PATCHES = COLOURS + 1

Background = Literal["keep", "low", "high"]


class PcaError(MlError):
    """There are too few patches to find components in."""


@dataclass(frozen=True)
class Basis:
    """`mean` (D,), `axes` (3, D) of length 1, most variance first, `deviations` (3,) of the patches along them.

    `cut`: patches on this side of the first component (None: neither) of `first` are background.
    """

    mean: Floats
    axes: Floats
    deviations: Floats
    first: Basis | None = None
    cut: Background = "keep"

    def components(self, grid: Floats) -> Floats:
        """(..., D) -> (..., 3), in deviations from the mean."""
        return np.asarray((grid - self.mean) @ self.axes.T / self.deviations, dtype=np.float32)

    def shown(self, grid: Floats) -> NDArray[np.bool_]:
        """(h, w): patches in which something is seen and which are not background."""
        seen = lit(grid)
        return seen if self.first is None else seen & foreground(grid, self.first, self.cut)


@dataclass
class Sums:
    """Number, sum (D,) and sum of products (D, D) of the patches so far, in double precision."""

    count: int
    total: NDArray[np.float64]
    products: NDArray[np.float64]

    def add(self, patches: Floats) -> None:
        """Patches (n, D)."""
        exact = patches.astype(np.float64)
        self.count += len(exact)
        self.total += exact.sum(axis=0)
        self.products += exact.T @ exact


def fit_basis(grids: Iterable[Floats], background: Background = "keep") -> Basis:
    """The basis of a set of grids (h, w, D), which is gone through once, or twice with a background to leave out.

    Patches in which nothing is seen take no part. With "low" or "high", those on that side of 0 of the first component are
    background and the basis is that of the rest. Raises PcaError.
    """
    grids = list(grids) if background != "keep" else grids
    basis = basis_of(grid[lit(grid)] for grid in grids)
    if background == "keep":
        return basis
    rest = basis_of(grid[lit(grid) & foreground(grid, basis, background)] for grid in grids)
    return Basis(rest.mean, rest.axes, rest.deviations, basis, background)


def foreground(grid: Floats, basis: Basis, background: Background) -> NDArray[np.bool_]:
    """(h, w): patches on the other side of the first component than the background."""
    first = basis.components(grid)[..., 0]
    return np.asarray(first > 0 if background == "low" else first < 0)


def basis_of(patches: Iterable[Floats]) -> Basis:
    """The basis of patches (n, D), given in parts."""
    sums: Sums | None = None
    for part in patches:
        depth = part.shape[1]
        sums = sums or Sums(0, np.zeros(depth), np.zeros((depth, depth)))
        if part.shape[1] != len(sums.total):
            raise PcaError("The pictures' patches differ in length; take one backbone and one layer.")
        sums.add(part)
    if sums is None or sums.count < FEWEST_PATCHES or len(sums.total) < COLOURS:
        raise PcaError("There is too little to be seen in these pictures to find components; they are dark.")
    mean = sums.total / sums.count
    values, vectors = np.linalg.eigh(sums.products / sums.count - np.outer(mean, mean))
    axes = signed(vectors.T[::-1][:COLOURS])
    deviations = np.sqrt(np.maximum(values[::-1][:COLOURS], 1e-12))
    return Basis(mean.astype(np.float32), axes.astype(np.float32), deviations.astype(np.float32))


def signed(axes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each axis turned so that its entries sum, cubed, to 0 or more: the same colours whatever the solver's signs."""
    return np.where((axes**3).sum(axis=1) < 0, -1.0, 1.0)[:, None] * axes


def colours(grid: Floats, basis: Basis) -> Image:
    """(h, w, D) -> (h, w, 3) uint8: the components as red, green and blue, 2.2 deviations at full and at no light.

    Patches in which nothing is seen, and background, are black.
    """
    light = 0.5 + basis.components(grid) / (2 * SPREAD)
    shades = np.rint(np.clip(light, 0.06, 1) * 255)
    return np.where(basis.shown(grid)[..., None], shades, 0).astype(np.uint8)


def alike(basis: Basis, grids: Sequence[Floats], other: Basis, others: Sequence[Floats]) -> Basis:
    """The basis of one layer with signs turned to those of another layer's, by the same patches, so that colours carry over.

    `grids` and `others` are of the same pictures, in the same order.
    """
    together = np.zeros(COLOURS)
    for grid, before in zip(grids, others, strict=True):
        if grid.shape[:2] == before.shape[:2]:
            both = basis.shown(grid) & other.shown(before)
            together += (basis.components(grid[both]) * other.components(before[both])).sum(axis=0)
    return replace(basis, axes=basis.axes * np.where(together < 0, -1, 1).astype(np.float32)[:, None])
