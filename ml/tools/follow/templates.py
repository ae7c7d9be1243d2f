"""Templates of patches, and where on a grid they are found: pure functions on patch grids."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.tools.grids import blinded, lit, sampled
from ml.types import Floats, MlError
from ml.vectors import of_length_one

Place = NDArray[np.float64]

POINT_REACH, POINT_SPREAD = 4, 2.0
RIDGE = 0.5
LEAST_INSIDE = 0.5
NOWHERE = -1.0
FAR_PENALTY = 0.15


class FollowError(MlError):
    """There is nothing to follow, or not at that place."""


@dataclass(frozen=True)
class Template:
    """What is looked for.

    `steps` (k, 2) rows and columns from the template's anchor patch, `vectors` (k, D) of length 1 (zeros: nothing seen there),
    `weights` (k,) that sum to 1, 0 where nothing is seen.
    """

    steps: Floats
    vectors: Floats
    weights: Floats


@dataclass(frozen=True)
class Whitening:
    """Makes what is common to all patches of a picture count for little: `mean` (D,), `matrix` (D, D)."""

    mean: Floats
    matrix: Floats

    def of(self, grid: Floats) -> Floats:
        """(h, w, D) -> (h, w, D) of length 1; zeros stay zeros."""
        return blinded(of_length_one((grid - self.mean) @ self.matrix), lit(grid))


@dataclass(frozen=True)
class Peak:
    """The best place of a template: `place` (row, column) in patches, and the `similarity` there in [-1, 1].

    `margin` is how much better that is than the best place elsewhere.
    """

    place: Place
    similarity: float
    margin: float


def whitening_of(grid: Floats) -> Whitening | None:
    """Symmetric (ZCA) whitening of the patches in which something is seen; None where there are fewer than two.

    Measured with the embedded backbone on pictures shifted by up to 60 pixels: a point is found within 24 pixels in 94 % of
    cases, against 91 % with the mean alone taken off.
    """
    patches = grid[lit(grid)].astype(np.float64)
    if len(patches) < 2:
        return None
    mean = patches.mean(axis=0)
    values, axes = np.linalg.eigh(np.cov(patches - mean, rowvar=False))
    scale = 1 / np.sqrt(np.maximum(values, 0) + RIDGE * max(values.mean(), 1e-12))
    matrix = (axes * scale) @ axes.T
    return Whitening(mean.astype(np.float32), matrix.astype(np.float32))


def point_steps() -> tuple[Floats, Floats]:
    """Steps (81, 2) around a point and their weights: a bell, so that the surroundings help and the point decides."""
    reach = np.arange(-POINT_REACH, POINT_REACH + 1, dtype=np.float32)
    steps = np.stack(np.meshgrid(reach, reach, indexing="ij"), axis=-1).reshape(-1, 2)
    return steps, np.exp(-(steps**2).sum(axis=1) / (2 * POINT_SPREAD**2)).astype(np.float32)


def box_steps(rows: float, columns: float) -> tuple[Floats, Floats]:
    """Steps (k, 2) of the patches within a box of `rows` x `columns` patches, at least 3x3, all of one weight."""
    half = max(1, round((rows - 1) / 2)), max(1, round((columns - 1) / 2))
    axes = [np.arange(-reach, reach + 1, dtype=np.float32) for reach in half]
    steps = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    return steps, np.ones(len(steps), dtype=np.float32)


def template_at(grid: Floats, place: Place, steps: Floats, weights: Floats) -> Template | None:
    """The patches of `grid` around `place`; None where nothing is to be seen there."""
    vectors = sampled(grid, place + steps)
    weights = weights * lit(vectors)
    if weights.sum() == 0:
        return None
    return Template(steps, vectors, (weights / weights.sum()).astype(np.float32))


def blended(template: Template, grid: Floats, place: Place, share: float) -> Template:
    """The template with `share` of what is seen at `place` now, in those patches where both see something."""
    now = sampled(grid, place + template.steps)
    both = (lit(now) & lit(template.vectors))[:, None]
    mixed = of_length_one((1 - share) * template.vectors + share * now)
    return replace(template, vectors=np.where(both, mixed, template.vectors).astype(np.float32))


def similarity_map(grid: Floats, template: Template) -> Floats:
    """(h, w): mean cosine of the template, anchored at each patch in turn, with the patches under it.

    Patches of the template that fall outside do not count, but where less than half of its weight is inside there is no
    answer (-1). A patch in which nothing is seen counts as 0.
    """
    rows, columns, depth = grid.shape
    seen = np.flatnonzero(template.weights)
    steps = np.rint(template.steps[seen]).astype(int)
    cosines = (grid.reshape(-1, depth) @ template.vectors[seen].T).reshape(rows, columns, -1)
    total = np.zeros((rows, columns), dtype=np.float32)
    inside = np.zeros((rows, columns), dtype=np.float32)
    for number, (down, right) in enumerate(steps):
        if abs(down) >= rows or abs(right) >= columns:
            continue
        to = (slice(max(0, -down), rows - max(0, down)), slice(max(0, -right), columns - max(0, right)))
        came = (slice(max(0, down), rows + min(0, down)), slice(max(0, right), columns + min(0, right)))
        weight = template.weights[seen[number]]
        total[to] += weight * cosines[..., number][came]
        inside[to] += weight
    return np.where(inside >= LEAST_INSIDE, total / np.maximum(inside, 1e-9), NOWHERE).astype(np.float32)


def windowed(similarity: Floats, centre: Place, reach: float) -> Floats:
    """The map within `reach` patches of `centre`, places far from it a little less likely; nowhere else."""
    rows, columns = np.indices(similarity.shape)
    far = np.hypot(rows - centre[0], columns - centre[1]) / max(reach, 1.0)
    return np.where(far <= 1, similarity - FAR_PENALTY * far**2, NOWHERE).astype(np.float32)


def peak_of(likely: Floats, similarity: Floats, apart: float = 3.0) -> Peak:
    """The best place of the map `likely`, to a fraction of a patch; its margin is over places `apart` patches away."""
    row, column = np.unravel_index(int(likely.argmax()), likely.shape)
    best = float(likely[row, column])
    rows, columns = np.indices(likely.shape)
    elsewhere = likely[np.hypot(rows - row, columns - column) > apart]
    second = float(elsewhere.max()) if elsewhere.size else NOWHERE
    place = np.array([row, column], dtype=np.float64) + weighted_peak(similarity, int(row), int(column))
    return Peak(place, float(similarity[row, column]), best - max(second, 0.0) if best > 0 else 0.0)


def weighted_peak(similarity: Floats, row: int, column: int) -> Place:
    """Row and column, each in [-0.5, 0.5], from the patch at the peak to the peak itself.

    Mean of the 3x3 patches weighted by how far each is above the lowest of them, squared.
    """
    around = np.full((3, 3), np.nan)
    top, left = max(row - 1, 0), max(column - 1, 0)
    part = similarity[top : row + 2, left : column + 2]
    around[
        top - row + 1 : top - row + 1 + part.shape[0], left - column + 1 : left - column + 1 + part.shape[1]
    ] = part
    weights = np.nan_to_num(around - np.nanmin(around)) ** 2
    if weights.sum() == 0:
        return np.zeros(2)
    down, right = np.indices((3, 3)) - 1
    found = np.array([(weights * down).sum(), (weights * right).sum()]) / weights.sum()
    return np.asarray(found.clip(-0.5, 0.5), dtype=np.float64)
