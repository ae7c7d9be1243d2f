"""One display of a picture as everything here looks at it, by its box: the score stage, search, match and identity."""

from __future__ import annotations

from dataclasses import replace

from ml import transforms
from ml.tools.describe import TokenSource, describe
from ml.tools.descriptors import Descriptors
from ml.types import Box, Floats, Image

LONG_SIDE_PX = 320
"""On the half to tune with of ml/labels/same_place.json, patch verification reaches an AUC of 0.92 at 240 px, 0.95 at 320 and
0.94 at 400; with the patches of the whole frame inside the box, 0.90."""
MOST_PATCHES = 200
"""Crops that are nearly square are brought to fewer pixels: no worse there (0.949), and a sixth quicker."""


def crop_side_px(patch: int) -> int:
    """Side of the square that a display is drawn to for its CLS vector: 160 px, in whole patches."""
    return transforms.whole_patches(transforms.CROP_SIDE_PX, patch)


def drawn_display(image: Image, box: Box, patch: int) -> Image:
    """What the CLS vector of a display is taken of: its box of a picture (H, W, 3), drawn to a square."""
    return transforms.drawn_box(image, box, crop_side_px(patch))


def describe_box(backbone: TokenSource, image: Image, box: Box, cls: Floats | None = None) -> Descriptors:
    """Descriptors of what lies in `box` (x0, y0, x1, y1 in [0, 1]) of a picture (H, W, 3), in 20 patches along, at most 200.

    Their `cls` is that of the box drawn to a square, for that tells places apart better; where it is known already, it can be
    given. Raises PictureError for a box smaller than a patch, or too narrow.
    """
    crop = transforms.box_crop(image, box)
    found = describe(backbone, crop, (long_side_px(crop, backbone.patch),))
    return replace(found, cls=box_cls(backbone, image, box) if cls is None else cls)


def long_side_px(crop: Image, patch: int) -> int:
    """The size at which a crop (H, W, 3) is compared: 320 px along, or as much as makes 200 patches."""
    longest, shortest = max(crop.shape[:2]), min(crop.shape[:2])
    return int(min(LONG_SIDE_PX, patch * (MOST_PATCHES * longest / shortest) ** 0.5))


def box_cls(backbone: TokenSource, image: Image, box: Box) -> Floats:
    """(D,) of length 1: CLS of the box drawn to a square, as a scorer stores it."""
    drawn = drawn_display(image, box, backbone.patch)
    return backbone.tokens(transforms.normalised([drawn]), unit=True).cls[0]
