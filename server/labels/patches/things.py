"""One thing of a frame, by a point on it or by a box around it, on the patches that were kept."""

from __future__ import annotations

import numpy as np

from ml.tools.segment import SegmentError
from ml.tools.segment.thing import Thing, patches_in, thing_at
from ml.types import Box, Floats
from server.labels.patches.kept import Patches


class NothingThere(Exception):
    """All is dark at this place of the picture."""


def outlined(patches: Patches, x: float, y: float) -> Thing:
    """The thing at a point in [0, 1] of the picture. Raises NothingThere."""
    try:
        return thing_at(last_layer(patches), x, y)
    except SegmentError as error:
        raise NothingThere(str(error)) from error


def thing_patches(patches: Patches, box: Box, point: tuple[float, float] | None) -> Floats:
    """(n, D) of length 1: the patches by which the thing in a box, clicked at a point, is looked for. Raises NothingThere."""
    grid = last_layer(patches)
    try:
        return np.asarray(grid[patches_in(grid, box, point)])
    except SegmentError as error:
        raise NothingThere(str(error)) from error


def last_layer(patches: Patches) -> Floats:
    """The grid that regions' patches are kept of, too (`ml.tools.describe.LAST`)."""
    return patches.layers[-1]
