"""Geometric check: which matches one movement of the picture explains (RANSAC after Fischler and Bolles 1981; pure numpy)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.tools.grids import Doubles

Kind = Literal["similarity", "affine", "homography"]
POINTS: dict[Kind, int] = {"similarity": 2, "affine": 3, "homography": 4}
DRAWS = 1000
SEED = 20261201
LARGEST_SCALE = 3.0
LARGEST_TURN_DEG = 30.0
REFITS = 3


@dataclass(frozen=True)
class Movement:
    """`matrix` (3, 3) takes homogeneous pixels of A to pixels of B; `inliers` (n,) says which matches it explains."""

    matrix: Doubles
    inliers: NDArray[np.bool_]

    @property
    def found(self) -> bool:
        """Whether any matches agreed on a movement."""
        return bool(self.inliers.any())


def moved(matrix: Doubles, points: Doubles) -> Doubles:
    """(..., 3, 3) applied to points (n, 2) -> (..., n, 2); points at infinity become very far."""
    homogeneous = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ np.swapaxes(matrix, -1, -2)
    depth = homogeneous[..., 2:]
    return np.asarray(homogeneous[..., :2] / np.where(np.abs(depth) > 1e-9, depth, 1e-9))


def find_movement(
    start: Doubles, end: Doubles, tolerance_px: float, kind: Kind = "similarity", seed: int = SEED
) -> Movement:
    """The movement that explains most matches (n, 2) -> (n, 2) to within `tolerance_px`; equal input, equal answer.

    Movements that mirror, turn by more than 30 degrees, or scale by more than 3 are not believed: phones in cars stand upright.
    Too few matches, or none that agree beyond the points that a draw needs, give no inliers.
    """
    count = len(start)
    nothing = Movement(np.eye(3), np.zeros(count, dtype=bool))
    if count <= POINTS[kind]:
        return nothing
    chance = np.random.default_rng(seed)
    draws = chance.random((DRAWS, count)).argpartition(POINTS[kind], axis=1)[:, : POINTS[kind]]
    matrices = fit(start[draws], end[draws], kind)
    matrices = matrices[believable(matrices, start.mean(axis=0))]
    if not len(matrices):
        return nothing
    explained = misses(matrices, start, end) <= tolerance_px
    best = int(explained.sum(axis=1).argmax())
    return refitted(Movement(matrices[best], explained[best]), start, end, tolerance_px, kind)


def misses(matrices: Doubles, start: Doubles, end: Doubles) -> Doubles:
    """Distances in pixels (..., n) of the moved starts from the ends."""
    return np.asarray(np.linalg.norm(moved(matrices, start) - end, axis=-1))


def refitted(movement: Movement, start: Doubles, end: Doubles, tolerance_px: float, kind: Kind) -> Movement:
    """The movement fitted to all of its inliers, as long as it explains no fewer for it."""
    for _ in range(REFITS):
        chosen = movement.inliers
        if chosen.sum() <= POINTS[kind]:
            return Movement(np.eye(3), np.zeros(len(start), dtype=bool))
        matrix = fit(start[None, chosen], end[None, chosen], kind)
        if not believable(matrix, start.mean(axis=0))[0]:
            return movement
        inliers = misses(matrix[0], start, end) <= tolerance_px
        if inliers.sum() < chosen.sum():
            return movement
        movement = Movement(matrix[0], inliers)
    return movement


def fit(start: Doubles, end: Doubles, kind: Kind) -> Doubles:
    """Least-squares movements (m, 3, 3) of m sets of points (m, k, 2); what cannot be solved is not a number."""
    if kind == "similarity":
        return fit_similarity(start, end)
    return fit_affine(start, end) if kind == "affine" else fit_homography(start, end)


def fit_similarity(start: Doubles, end: Doubles) -> Doubles:
    """Turn, scale and shift, with points as complex numbers: end = a * start + b."""
    z, w = start[..., 0] + 1j * start[..., 1], end[..., 0] + 1j * end[..., 1]
    z_mean, w_mean = z.mean(axis=1, keepdims=True), w.mean(axis=1, keepdims=True)
    spread = (np.abs(z - z_mean) ** 2).sum(axis=1)
    a = ((w - w_mean) * np.conj(z - z_mean)).sum(axis=1) / np.where(spread > 1e-6, spread, np.nan)
    b = w_mean[:, 0] - a * z_mean[:, 0]
    matrices = np.zeros((len(start), 3, 3))
    matrices[:, 0, 0] = matrices[:, 1, 1] = a.real
    matrices[:, 1, 0], matrices[:, 0, 1] = a.imag, -a.imag
    matrices[:, 0, 2], matrices[:, 1, 2], matrices[:, 2, 2] = b.real, b.imag, 1
    return matrices


def fit_affine(start: Doubles, end: Doubles) -> Doubles:
    """Any linear movement, by the normal equations."""
    rows = np.concatenate([start, np.ones((*start.shape[:2], 1))], axis=2)
    square = np.swapaxes(rows, 1, 2) @ rows
    solvable = np.abs(np.linalg.det(square)) > 1e-3
    square[~solvable] = np.eye(3)
    matrices = np.zeros((len(start), 3, 3))
    matrices[:, :2] = np.swapaxes(np.linalg.solve(square, np.swapaxes(rows, 1, 2) @ end), 1, 2)
    matrices[:, 2, 2] = 1
    matrices[~solvable] = np.nan
    return matrices


def fit_homography(start: Doubles, end: Doubles) -> Doubles:
    """Any perspective movement, by the direct linear transform (Hartley and Zisserman 2004, 4.1) on scaled points."""
    to_start, to_end = to_unit_size(start), to_unit_size(end)
    z = np.stack([moved(matrix, points) for matrix, points in zip(to_start, start, strict=True)])
    w = np.stack([moved(matrix, points) for matrix, points in zip(to_end, end, strict=True)])
    ones, none = np.ones_like(z[..., :1]), np.zeros((*z.shape[:2], 3))
    p = np.concatenate([z, ones], axis=2)
    across = np.concatenate([p, none, -w[..., :1] * p], axis=2)
    down = np.concatenate([none, p, -w[..., 1:] * p], axis=2)
    solution = np.linalg.svd(np.concatenate([across, down], axis=1))[2][:, -1].reshape(-1, 3, 3)
    matrices = np.linalg.inv(to_end) @ solution @ to_start
    scale = matrices[:, 2:, 2:]
    return np.asarray(matrices / np.where(np.abs(scale) > 1e-9, scale, np.nan))


def to_unit_size(points: Doubles) -> Doubles:
    """Movements (m, 3, 3) that put sets of points (m, k, 2) around 0 at a mean distance of 1."""
    middle = points.mean(axis=1)
    size = np.maximum(np.linalg.norm(points - middle[:, None], axis=2).mean(axis=1), 1e-6)
    matrices = np.zeros((len(points), 3, 3))
    matrices[:, 0, 0] = matrices[:, 1, 1] = 1 / size
    matrices[:, :2, 2] = -middle / size[:, None]
    matrices[:, 2, 2] = 1
    return matrices


def believable(matrices: Doubles, middle: Doubles) -> NDArray[np.bool_]:
    """Which movements (m, 3, 3) keep a picture upright and of a like size around the point `middle` (2,)."""
    finite: NDArray[np.bool_] = np.all(np.isfinite(matrices), axis=(1, 2), keepdims=True)
    usable = np.where(finite, matrices, np.eye(3))
    cross = middle + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    centre, right, down = np.moveaxis(moved(usable, cross), 1, 0)
    believed = finite[:, 0, 0]
    for arm, upright in ((right - centre, 0.0), (down - centre, 90.0)):
        length = np.linalg.norm(arm, axis=1)
        turn = (np.degrees(np.arctan2(arm[:, 1], arm[:, 0])) - upright + 180) % 360 - 180
        fits = (length < LARGEST_SCALE) & (length > 1 / LARGEST_SCALE) & (np.abs(turn) < LARGEST_TURN_DEG)
        believed = believed & fits
    return np.asarray(believed)
