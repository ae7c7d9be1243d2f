"""How unlike the others a display is. Pure: arrays in, numbers out.

Novelty is 1 minus the mean cosine to the nearest five displays of the season, all seen from the typical one. Rows are exact:
every display is compared with every other, in blocks. When some displays change, only those are looked at again that have one
of the changed among their nearest, before or after, which their `reach` tells: the cosine to the last of their five.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]
Rows = NDArray[np.int64]
NEAREST = 5
BLOCK = 512
ROUNDING = 1e-5


def seen_from(centre: Singles, looks: Singles) -> Singles:
    """Looks (N, D) without what all have in common, at length 1; zero for the typical one itself."""
    away = looks - centre
    return np.asarray(away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6), np.float32)


def nearest(displays: Singles, rows: Rows) -> tuple[Singles, Singles]:
    """Of these rows of the displays (N, D): the mean cosine to the nearest five others (all, where there are fewer), and the
    cosine to the last of them. Needs two displays."""
    nearby = min(NEAREST, len(displays) - 1)
    means, reaches = np.empty(len(rows), np.float32), np.empty(len(rows), np.float32)
    for first in range(0, len(rows), BLOCK):
        some = rows[first : first + BLOCK]
        alike = displays[some] @ displays.T
        alike[np.arange(len(some)), some] = -np.inf
        best = np.partition(alike, -nearby, axis=1)[:, -nearby:]
        means[first : first + BLOCK], reaches[first : first + BLOCK] = best.mean(axis=1), best.min(axis=1)
    return means, reaches


def touched(displays: Singles, reaches: Singles, moved: Singles) -> Rows:
    """The rows of the displays (N, D) that have one of the moved (M, D) among their nearest, as `reaches` (N,) tells."""
    closest = np.full(len(displays), -np.inf, np.float32)
    for first in range(0, len(moved), BLOCK):
        np.maximum(closest, (displays @ moved[first : first + BLOCK].T).max(axis=1), out=closest)
    return np.flatnonzero(closest >= reaches - ROUNDING)


def novelty_of(mean_likeness: Singles) -> Singles:
    """In [0, 1]: 0 where the nearest displays are the same, 1 where none has anything in common with it."""
    return np.clip(1 - mean_likeness, 0, 1)
