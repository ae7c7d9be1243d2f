"""How the tools look at a picture: by any backbone that gives the tokens of its layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ml import transforms
from ml.tools.descriptors import Descriptors
from ml.tools.grids import blinded, joined, lit, resampled
from ml.types import Floats, Image, PictureError, Tokens
from ml.vectors import of_length_one

LAST = (-1,)
"""Of the embedded backbone, the last layer finds the right patch most often (33 % of all patches that both frames of 56
rendered pairs 6 to 18 m apart show, within 1.5 patches; layer 6: 31 %, both: 33 %); long sides of 1,200 and 1,600 px
cost 3 and 7 times as much and find 2 % more."""
DARKEST = 20
SMALLEST_GRID = 2
LONGEST_SIDE_PX = 4096


@runtime_checkable
class TokenSource(Protocol):
    """A backbone that gives the tokens of its layers: see `ml.backbone`."""

    patch: int
    long_side: int

    def tokens(self, images: Floats, layers: Sequence[int] = LAST, unit: bool = False) -> Tokens: ...


@dataclass(frozen=True)
class Seen:
    """A picture as a backbone sees it: `cls` (D,) of length 1 and a grid (h, w, D) of unit tokens per layer.

    A patch in which nothing is to be seen has zeros.
    """

    cls: Floats
    grids: tuple[Floats, ...]


def see(
    backbone: TokenSource, image: Image, layers: Sequence[int] = LAST, long_side: int | None = None
) -> Seen:
    """A picture (H, W, 3) in tokens of `layers`, brought to `long_side` pixels (None: as the backbone likes it).

    Patches whose brightest value is at most 20 of 255 count as not seen, whatever the backbone. Raises PictureError
    for a picture of less than a patch, or of less than two once brought to size, and for a size that is out of reach.
    """
    long_side = backbone.long_side if long_side is None else long_side
    least = SMALLEST_GRID * backbone.patch
    if not least <= long_side <= LONGEST_SIDE_PX:
        raise PictureError(
            f"The network sees pictures of {least} to {LONGEST_SIDE_PX} pixels along the long side, not {long_side}."
        )
    small = transforms.fitted(image, long_side, backbone.patch)
    if min(small.shape[:2]) < least or min(image.shape[:2]) < backbone.patch:
        raise PictureError(
            f"A picture of {image.shape[1]}x{image.shape[0]} pixels is too small or too narrow to be seen in patches."
        )
    tokens = backbone.tokens(transforms.normalised([small]), layers, unit=True)
    bright = bright_patches(small, backbone.patch)
    return Seen(tokens.cls[0], tuple(blinded(grid[0], bright) for grid in tokens.layers))


def describe(
    backbone: TokenSource,
    image: Image,
    long_sides: Sequence[int] | None = None,
    layers: Sequence[int] = LAST,
) -> Descriptors:
    """Descriptors of a picture (H, W, 3): the tokens of all `layers` side by side, of equal weight.

    `long_sides` in pixels (None: the backbone's own): grids of several are averaged on the finest of them, which also says
    what is seen. Raises PictureError as `see` does.
    """
    sides = sorted(long_sides or [backbone.long_side], reverse=True)
    scales = [see(backbone, image, layers, side) for side in sides]
    grids = [joined(scale.grids) for scale in scales]
    finest = grids[0]
    total = sum((resampled(grid, *finest.shape[:2]) for grid in grids), np.zeros_like(finest))
    height, width = image.shape[:2]
    return Descriptors(blinded(of_length_one(total), lit(finest)), scales[0].cls, width, height)


def bright_patches(image: Image, patch: int) -> NDArray[np.bool_]:
    """(H, W, 3) -> (H/patch, W/patch): whether the brightest value of a patch, of any colour, is above 20 of 255."""
    height, width = image.shape[:2]
    blocks = image.reshape(height // patch, patch, width // patch, patch, 3)
    return np.asarray(blocks.max(axis=(1, 3, 4)) > DARKEST)
