"""Stored features as a head sees them, so that a head can be fitted without the network."""

from __future__ import annotations

import numpy as np

from ml.packing import Axes, Packing
from ml.rescoring import mean_around
from ml.stored import Frame, Numbers
from ml.types import Floats


def restored(packing: Packing, frame: Frame) -> Floats:
    """(h, w, D'): the patch features of a frame that `ml.stored.read` gave, as exact as they were stored.

    Where the layout averages, the means over the 3x3 patches around stand behind a patch's own features.
    """
    layout = packing.layout
    own = np.zeros((*frame.lit.shape, layout.own), dtype=np.float32)
    own[frame.lit] = features_of(packing.lit, frame.own)
    dark = features_of(packing.dark, frame.rest)
    own[~frame.lit, : dark.shape[1]] = dark
    if not layout.averaged:
        return own
    around = mean_around(own[..., layout.contrast :].transpose(2, 0, 1)).transpose(1, 2, 0)
    return np.concatenate([own, around], axis=-1)


def features_of(axes: Axes, numbers: Numbers) -> Floats:
    """(n, D)."""
    told = (numbers.scale[:, None] * numbers.whole.astype(np.float32)).T
    return np.asarray(told @ axes.back + axes.mean, dtype=np.float32)
