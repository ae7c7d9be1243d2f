"""Mutual nearest patches of two pictures, and one point of A found in B (pure numpy)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.tools.descriptors import DescriptorError, Descriptors, check_comparable
from ml.tools.grids import Doubles, vector_at
from ml.types import Floats

RATIO = 0.96
NEIGHBOURS = 1
BEND = 0.08


@dataclass(frozen=True)
class Matches:
    """Patches of A and B that are each other's nearest.

    `start` (n, 2) in pixels x, y of A, `end` (n, 2) of B; `similarity` (n,) cosines, best first. `best_a` (a,) and
    `best_b` (b,): the highest cosine of every seen patch of A and of B, matched or not.
    """

    start: Doubles
    end: Doubles
    similarity: Floats
    best_a: Floats
    best_b: Floats


@dataclass(frozen=True)
class Found:
    """Where a point of A lies in B, in pixels.

    `similarity` its cosine, `rival` the best cosine elsewhere in B, more than two patches away; -1 without any.
    """

    x: float
    y: float
    similarity: float
    rival: float


def mutual_nearest(first: Descriptors, second: Descriptors, ratio: float = RATIO) -> Matches:
    """Patches that choose each other and pass the ratio test after Lowe 2004.

    The nearest must be closer than `ratio` (0..1] times the second nearest that is not one of its eight neighbours, which
    look alike; 1 turns the test off. Distance: chord of the angle, sqrt(2 - 2 cos). Raises DescriptorError.
    """
    check_comparable(first, second)
    (rows_a, places_a), (rows_b, places_b) = seen_rows(first), seen_rows(second)
    cosines = rows_a @ rows_b.T
    forth, back = cosines.argmax(axis=1), cosines.argmax(axis=0)
    mutual = np.flatnonzero(back[forth] == np.arange(len(forth)))
    best = cosines[mutual, forth[mutual]]
    rivals = best_elsewhere(cosines[mutual], forth[mutual], places_b)
    kept = chord(best) <= ratio * chord(rivals)
    order = np.argsort(-best[kept], kind="stable")
    chosen = mutual[kept][order]
    return Matches(
        start=first.centres_px()[tuple(places_a[chosen].T)],
        end=second.centres_px()[tuple(places_b[forth[chosen]].T)],
        similarity=best[kept][order],
        best_a=cosines.max(axis=1),
        best_b=cosines.max(axis=0),
    )


def seen_rows(picture: Descriptors) -> tuple[Floats, NDArray[np.int64]]:
    """Vectors (n, D) of the seen patches and their rows and columns (n, 2)."""
    places = np.argwhere(picture.seen)
    return picture.grid[tuple(places.T)], places


def chord(cosines: Floats) -> Floats:
    return np.sqrt(np.maximum(2 - 2 * cosines, 0))


def best_elsewhere(cosines: Floats, chosen: NDArray[np.int64], places: NDArray[np.int64]) -> Floats:
    """Highest of each row of cosines (m, b), without the patch it chose and that one's neighbours; -1 without any."""
    small = places.astype(np.int16)
    away = np.abs(small[None] - small[chosen][:, None]).max(axis=-1) > NEIGHBOURS
    return np.where(away, cosines, np.float32(-1)).max(axis=1, initial=np.float32(-1))


def similarity_to(vector: Floats, picture: Descriptors) -> Floats:
    """(h, w) cosines with one vector; -1 where nothing is seen."""
    return np.where(picture.seen, picture.grid @ vector, np.float32(-1))


def find_point(
    first: Descriptors,
    second: Descriptors,
    x: float,
    y: float,
    near: NDArray[np.bool_] | None = None,
) -> Found:
    """The place in B that is most like pixel x, y of A; `near` (h, w) of B limits where it is looked for.

    Raises DescriptorError where the point is outside A, or A shows nothing there.
    """
    check_comparable(first, second)
    if not (0 <= x < first.width_px and 0 <= y < first.height_px):
        raise DescriptorError(
            f"The point {x:g},{y:g} is not in the first picture, which is {first.width_px} x {first.height_px} pixels."
        )
    vector = vector_at(first.grid, x / first.width_px, y / first.height_px)
    if not vector.any():
        raise DescriptorError(
            f"There is nothing to be seen at {x:g},{y:g} of the first picture; it is black there."
        )
    cosines = similarity_to(vector, second)
    wanted = (
        cosines if near is None or not (near & second.seen).any() else np.where(near, cosines, np.float32(-1))
    )
    row, column = (int(place) for place in np.unravel_index(int(wanted.argmax()), wanted.shape))
    rows, columns = np.indices(cosines.shape)
    away = np.maximum(np.abs(rows - row), np.abs(columns - column)) > 2
    down, right = summit(cosines, row, column)
    width, height = second.patch_px
    return Found(
        x=(column + right + 0.5) * width,
        y=(row + down + 0.5) * height,
        similarity=float(cosines[row, column]),
        rival=float(np.where(away, cosines, np.float32(-1)).max()),
    )


def summit(cosines: Floats, row: int, column: int) -> tuple[float, float]:
    """How far below and to the right of the highest cell the summit lies, in cells within -0.5..0.5: the middle of the 3x3
    cells, weighed by exp(cosine / 0.08)."""
    rows = np.arange(max(row - 1, 0), min(row + 2, cosines.shape[0]))
    columns = np.arange(max(column - 1, 0), min(column + 2, cosines.shape[1]))
    around = cosines[np.ix_(rows, columns)]
    weight = np.exp((around - around.max()) / BEND)
    total = float(weight.sum())
    down = float((weight.sum(axis=1) * (rows - row)).sum()) / total
    right = float((weight.sum(axis=0) * (columns - column)).sum()) / total
    return float(np.clip(down, -0.5, 0.5)), float(np.clip(right, -0.5, 0.5))
