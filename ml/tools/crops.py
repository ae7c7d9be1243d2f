"""One display of a picture as the tools compare it: by its box, at a size of its own."""

from __future__ import annotations

from dataclasses import replace

from ml import transforms
from ml.tools.describe import TokenSource, describe
from ml.tools.descriptors import Descriptors
from ml.types import Box, Floats, Image

LONG_SIDE_PX = 320
"""On the half to tune with of ml/labels/same_place.json, patch verification reaches an AUC of 0.92 at 240 px, 0.95 at 320 and
0.94 at 400; with the patches of the whole frame inside the box, 0.90."""


def describe_box(backbone: TokenSource, image: Image, box: Box) -> Descriptors:
    """Descriptors of what lies in `box` (x0, y0, x1, y1 in [0, 1]) of a picture (H, W, 3), at a long side of 320 px.

    Their `cls` is that of the box drawn to a square, for that tells places apart better. Raises PictureError for a box smaller
    than a patch.
    """
    crop = transforms.box_crop(image, box)
    return replace(describe(backbone, crop, (LONG_SIDE_PX,)), cls=box_cls(backbone, image, box))


def box_cls(backbone: TokenSource, image: Image, box: Box) -> Floats:
    """(D,) of length 1: CLS of the box drawn to a square of 160 px, as a scorer stores it."""
    return backbone.tokens(transforms.normalised([transforms.drawn_box(image, box)]), unit=True).cls[0]
