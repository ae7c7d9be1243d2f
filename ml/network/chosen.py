"""Which patches enter the transformer: the lit ones."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ml.transforms import DEVIATION, MEAN


@dataclass(frozen=True)
class Chosen:
    """The patches that enter the transformer: `index` (B, n) into the rows of the grid, row-major.

    `valid` (B, n) is false where a picture has fewer lit patches than another of its batch; no token looks at those.
    """

    index: Tensor
    valid: Tensor


def brightest_values(images: Tensor, patch: int) -> Tensor:
    """(B, 3, H, W) normalised images -> (B, h*w): the brightest value of any colour within each patch, in [0, 1]."""
    mean = torch.from_numpy(MEAN).to(images)[:, None, None]
    deviation = torch.from_numpy(DEVIATION).to(images)[:, None, None]
    brightest = (images * deviation + mean).amax(dim=1, keepdim=True)
    return functional.max_pool2d(brightest, patch).flatten(1)


def lit_patches(brightest: Tensor, darkest: float) -> Chosen:
    """All patches brighter than `darkest`, the brightest first; at least one, so that no tensor is empty."""
    lit = brightest > darkest
    count = lit.sum(dim=1).max().clamp(min=1)
    index = brightest.sort(dim=1, descending=True).indices[:, :count]
    return Chosen(index=index, valid=lit.gather(1, index))
