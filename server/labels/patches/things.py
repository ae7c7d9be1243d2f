"""One thing of a frame, by a point on it or by a box around it, on the patches that were kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from ml.tools.grids import resampled
from ml.tools.segment import SegmentError
from ml.tools.segment.thing import Thing, patches_in, thing_at
from ml.types import Box, Floats
from server.frames.models import Frame, Scorer
from server.labels.patches.kept import patches_of
from server.labels.patches.layers import png_of

PINK = (255, 60, 160)
LEAST_FESTIVE = 0.2
"""Walls in the light of lamps stay below. On rendered streets houses with the same kind of part are found a little better so."""
LAYER = -1
"""The one that regions' patches are kept of, too (`ml.tools.describe.LAST`)."""


class NothingThere(Exception):
    """Nothing festive is at this place of the picture; the message says so."""


def outlined(frame: Frame, scorer: Scorer | None, x: float, y: float) -> Thing:
    """The thing at a point in [0, 1] of a frame. Raises NothingThere, and NotKept."""
    grid = patches_of(frame, scorer).layers[LAYER]
    with saying_so():
        return thing_at(grid, festive(frame, scorer, grid), x, y)


def outline_png(thing: Thing) -> bytes:
    """The patches of a thing to be laid over its picture, one pixel each, clear outside."""
    pink = np.full((*thing.patches.shape, 3), PINK, dtype=np.uint8)
    return png_of(pink, thing.patches)


def thing_patches(frame: Frame, scorer: Scorer, box: Box, point: tuple[float, float] | None) -> Floats:
    """(n, D) of length 1: the festive patches by which the thing in a box, clicked at a point, is looked for.

    Raises NothingThere, and NotKept.
    """
    grid = patches_of(frame, scorer).layers[LAYER]
    with saying_so():
        return np.asarray(grid[patches_in(grid, festive(frame, scorer, grid), box, point)])


def festive(frame: Frame, scorer: Scorer | None, grid: Floats) -> NDArray[np.bool_]:
    """(h, w): the patches of a grid that may be festive by the frame's festivity map; all of them where there is none."""
    score = frame.scores.filter(scorer=scorer).first()
    if score is None:
        return np.ones(grid.shape[:2], dtype=bool)
    said = np.frombuffer(score.map_bytes, np.uint8).reshape(score.map_rows, score.map_columns)
    return np.asarray(resampled((said / 255).astype(np.float32), *grid.shape[:2]) >= LEAST_FESTIVE)


@contextmanager
def saying_so() -> Iterator[None]:
    try:
        yield
    except SegmentError as error:
        raise NothingThere(
            _("Nothing festive is at this place of the picture. Point at something that is lit.")
        ) from error
