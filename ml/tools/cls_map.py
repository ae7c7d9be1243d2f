"""How near each patch is to what a picture is as a whole: cosine of the CLS vector with every patch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ml.tools.grids import lit
from ml.tools.panels import glow
from ml.types import Floats, Image, MlError

DARKEST_PER_CENT, BRIGHTEST_PER_CENT = 2, 98
NARROWEST = 1e-3


class ClsMapError(MlError):
    """CLS vector and patches cannot be compared."""


@dataclass(frozen=True)
class Range:
    """Similarities that are drawn darkest and brightest."""

    low: float
    high: float


def cls_map(cls: Floats, grid: Floats) -> Floats:
    """(D,) and (h, w, D) -> (h, w) cosines in [-1, 1]; NaN where nothing is seen, as there it is not known.

    Raises ClsMapError where the lengths differ, as they do for early layers of some backbones.
    """
    if cls.shape[0] != grid.shape[2]:
        raise ClsMapError(
            f"The CLS vector has {cls.shape[0]} numbers and the patches of that layer have {grid.shape[2]}; "
            "choose another layer."
        )
    lengths = np.linalg.norm(grid, axis=-1) * np.linalg.norm(cls)
    cosines = np.clip(grid @ cls / np.maximum(lengths, 1e-9), -1, 1)
    return np.where(lit(grid), cosines, np.nan).astype(np.float32)


def range_of(maps: Iterable[Floats]) -> Range:
    """One range for a whole set of maps: 2nd to 98th percentile of what is known, so that one odd patch does not decide."""
    known = [values[~np.isnan(values)] for values in maps]
    together = np.concatenate(known) if known else np.zeros(0)
    if together.size == 0:
        raise ClsMapError("There is nothing to be seen in these pictures; they are dark.")
    low, high = np.percentile(together, [DARKEST_PER_CENT, BRIGHTEST_PER_CENT])
    return Range(float(low), float(max(high, low + NARROWEST)))


def coloured(similarities: Floats, drawn: Range) -> Image:
    """(h, w) -> (h, w, 3) uint8, from dark blue to pale yellow; black where it is not known."""
    share = (np.nan_to_num(similarities) - drawn.low) / (drawn.high - drawn.low)
    return np.where(np.isnan(similarities)[..., None], 0, glow(share.astype(np.float32))).astype(np.uint8)
