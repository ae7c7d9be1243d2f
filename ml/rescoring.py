"""A new head on stored features: festivity maps of old frames without the network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.head import Head, sigmoid
from ml.packing import Axes, Packing, StoredError
from ml.stored import Frame, Numbers
from ml.types import Floats


@dataclass(frozen=True)
class Listening:
    """A head in the numbers of one kind of patch: `weight` (2, K) and `bias` (2,) of the patch's own and of its mean."""

    weight: Floats
    bias: Floats

    def shares(self, numbers: Numbers) -> Floats:
        """(2, n): what the patches add to the logits."""
        found = (self.weight * numbers.scale) @ numbers.whole.astype(np.float32) + self.bias[:, None]
        return np.asarray(found, np.float32)


class Rescorer:
    """One head on stored features. Raises StoredError where it was trained on another backbone."""

    def __init__(self, packing: Packing, head: Head) -> None:
        if head.backbone_sha256 != packing.backbone_sha256:
            raise StoredError(f"The head {head.name!r} is of another backbone than the stored features.")
        self._packing = packing
        self._bias = np.float32(head.bias)
        own, around = packing.layout.shares(head.weight)
        self._lit = listening(packing.lit, own, around)
        self._dark = listening(packing.dark, own, around)

    def festivity_map(self, frame: Frame) -> Floats:
        """(h, w) in [0, 1] of a frame that `ml.stored.read` gave."""
        shares = np.empty((2, *frame.lit.shape), dtype=np.float32)
        shares[:, frame.lit] = self._lit.shares(frame.own)
        shares[:, ~frame.lit] = self._dark.shares(frame.rest)
        mine, around = shares
        logits = mine + mean_around(around) if self._packing.layout.averaged else mine
        return sigmoid(logits + self._bias)


def listening(axes: Axes, own: Floats, around: Floats) -> Listening:
    """The head's two shares of the features, told in the numbers of these axes; absent features count as zero."""
    shares = np.stack([own, around])[:, : axes.mean.size]
    return Listening(weight=shares @ axes.back.T, bias=shares @ axes.mean)


def mean_around(grid: Floats) -> Floats:
    """(..., h, w) -> the same shape: the mean of the 3x3 cells around each, of those within the grid."""
    return summed(grid) / summed(np.ones(grid.shape[-2:], dtype=np.float32))


def summed(grid: Floats) -> Floats:
    wide = np.pad(grid, [(0, 0)] * (grid.ndim - 2) + [(1, 1), (1, 1)])
    down = wide[..., :-2, :] + wide[..., 1:-1, :] + wide[..., 2:, :]
    return np.asarray(down[..., :-2] + down[..., 1:-1] + down[..., 2:], dtype=np.float32)
