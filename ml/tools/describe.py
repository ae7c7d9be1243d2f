"""Pictures to descriptors, by any backbone that gives the tokens of its layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml import transforms
from ml.tools.descriptors import DescriptorError, Descriptors, resampled, unit
from ml.types import Floats, Image, Tokens

LAYERS = (-1,)
"""Of the embedded backbone, the last layer finds the right patch most often (33 % of all patches that both frames of 56
rendered pairs 6 to 18 m apart show, within 1.5 patches; layer 6: 31 %, both: 33 %); long sides of 1,200 and 1,600 px
cost 3 and 7 times as much and find 2 % more."""
DARKEST = 20
LONGEST_SIDE_PX = 4096


class TokenSource(Protocol):
    """A backbone that gives the tokens of its layers: see `ml.backbone`."""

    patch: int
    long_side: int

    def tokens(self, images: Floats, layers: Sequence[int] = (-1,), unit: bool = False) -> Tokens: ...


def describe(
    backbone: TokenSource,
    image: Image,
    long_sides: Sequence[int] | None = None,
    layers: Sequence[int] = LAYERS,
) -> Descriptors:
    """Descriptors of a picture (H, W, 3): the tokens of all `layers` side by side, of equal weight.

    `long_sides` in pixels (None: the backbone's own): grids of several are averaged on the finest of them. Patches whose
    brightest value is at most 20 of 255 count as not seen, whatever the backbone. Raises DescriptorError for a picture
    smaller than a patch or a long side that cannot be.
    """
    height, width = image.shape[:2]
    if min(height, width) < backbone.patch:
        raise DescriptorError(
            f"A picture of {width} x {height} pixels is too small; it needs {backbone.patch} each way."
        )
    sides = sorted(long_sides or [backbone.long_side], reverse=True)
    if sides[-1] < backbone.patch or sides[0] > LONGEST_SIDE_PX:
        raise DescriptorError(f"Long sides are {backbone.patch} to {LONGEST_SIDE_PX} pixels, not {sides}.")
    scales = [one_scale(backbone, image, side, layers) for side in sides]
    finest, seen, cls = scales[0]
    total = sum((resampled(grid, *finest.shape[:2]) for grid, _, _ in scales), np.zeros_like(finest))
    return Descriptors(np.where(seen[..., None], unit(total), np.float32(0)), cls, width, height)


def one_scale(
    backbone: TokenSource, image: Image, long_side: int, layers: Sequence[int]
) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """Grid (h, w, D), which of its patches are seen (h, w), and the CLS vector (D',), at one size."""
    fitted = transforms.fitted(image, long_side, backbone.patch)
    tokens = backbone.tokens(transforms.normalised([fitted]), layers, unit=True)
    grid = np.concatenate([layer[0] for layer in tokens.layers], axis=-1)
    seen = lit(fitted, backbone.patch) & np.any(grid, axis=-1)
    return np.where(seen[..., None], unit(grid), np.float32(0)), seen, unit(tokens.cls[0])


def lit(image: Image, patch: int) -> NDArray[np.bool_]:
    """(H, W, 3) -> (H/patch, W/patch): whether the brightest value of a patch, of any colour, is above 20 of 255."""
    height, width = image.shape[:2]
    blocks = image.reshape(height // patch, patch, width // patch, patch, 3)
    return np.asarray(blocks.max(axis=(1, 3, 4)) > DARKEST)
