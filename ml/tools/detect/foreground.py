"""Without light to go by: the patches that differ from the top of the picture, along its strongest contrast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.regions import label_components
from ml.tools.detect.crops import Crop, area
from ml.types import Box, Floats

MIDDLE: Box = (0.15, 0.1, 0.85, 0.8)
LEAST_SHARE, MOST_SHARE = 0.06, 0.8
TOP_SHARE = 0.1
TURNS = 50


def foreground_crop(patches: Floats) -> Crop:
    """The crop of a picture by its patch features (h, w, D): its foreground, or the middle where none stands out.

    Foreground: one side of the first principal component, the side that takes more of the middle than of the topmost tenth
    (sky by day, darkness by night); of it the connected part that weighs most in the middle. It stands out where it takes
    6 % to 80 % of the patches. `score` is the share of the variance that the component explains.
    """
    contrast, explained = first_component(patches)
    weights = central_weights(*contrast.shape)
    inside = contrast > 0
    top = inside[: max(1, round(len(inside) * TOP_SHARE))].mean()
    inside = inside if (weights * inside).sum() / max(weights.sum(), 1e-9) >= top else ~inside
    labels = label_components(inside) if 0 < inside.mean() < 1 else np.zeros(inside.shape, dtype=np.int32)
    sums = np.bincount(labels.ravel(), weights.ravel())
    if len(sums) > 1:
        chosen = labels == 1 + int(sums[1:].argmax())
        box = box_around(chosen)
        if LEAST_SHARE <= chosen.mean() <= MOST_SHARE and area(box) <= MOST_SHARE:
            return Crop(box=box, score=explained, why="foreground")
    return Crop(box=MIDDLE, score=0.0, why="middle")


def first_component(patches: Floats) -> tuple[Floats, float]:
    """Patches (h, w, D) along their first principal component (h, w), and the share of the variance it explains.

    Power iteration from the patch farthest from the mean: deterministic up to the sign, which the caller settles.
    """
    rows = patches.reshape(-1, patches.shape[-1]).astype(np.float32)
    rows = rows - rows.mean(axis=0)
    lengths = np.einsum("nd,nd->n", rows, rows)
    total = float(lengths.sum())
    if total < 1e-9:
        return np.zeros(patches.shape[:2], dtype=np.float32), 0.0
    direction = rows[int(lengths.argmax())]
    for _ in range(TURNS):
        direction = direction / np.linalg.norm(direction)
        direction = rows.T @ (rows @ direction)
    explained = float(np.linalg.norm(direction)) / total
    along = rows @ (direction / np.linalg.norm(direction))
    return along.reshape(patches.shape[:2]).astype(np.float32), min(1.0, explained)


def central_weights(rows: int, columns: int) -> Floats:
    """(rows, columns) from 1 in the middle down to 0 in the corners, falling with the squared distance."""
    y = (np.arange(rows) + 0.5) / rows * 2 - 1
    x = (np.arange(columns) + 0.5) / columns * 2 - 1
    return np.asarray(1 - (y[:, None] ** 2 + x[None] ** 2) / 2, dtype=np.float32)


def box_around(inside: NDArray[np.bool_]) -> Box:
    """The box of the patches `inside` (h, w)."""
    rows, columns = np.nonzero(inside)
    height, width = inside.shape
    return (
        int(columns.min()) / width,
        int(rows.min()) / height,
        (int(columns.max()) + 1) / width,
        (int(rows.max()) + 1) / height,
    )
