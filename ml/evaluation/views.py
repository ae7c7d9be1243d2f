"""What can be said of one view, a box in a photo, to compare it with another: vectors, colours and patches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml import transforms
from ml.backbone import OnnxBackbone
from ml.tools.describe import describe
from ml.tools.descriptors import Descriptors, unit
from ml.types import Box, Floats, Image

PATCHES_LONG_SIDE_PX = 320
COLOURS = 8
DARKEST = 20


@dataclass(frozen=True)
class SeenView:
    """One view, all vectors of length 1.

    `square`: CLS of the square around the box, as a scorer stores it. `cls`: CLS of the box itself, drawn to a square; `pooled`:
    mean of its patches that show anything, last layer (zeros where none does). `colours`: see `colour_histogram`. `patches`:
    descriptors of the box at a long side of 320 px, with `cls` as their CLS vector.
    """

    square: Floats
    cls: Floats
    pooled: Floats
    colours: Floats
    patches: Descriptors


def see(backbone: OnnxBackbone, image: Image, box: Box) -> SeenView:
    """Describe the box of a picture (H, W, 3). Raises DescriptorError or WeightsError."""
    side = transforms.CROP_SIDE_PX
    crop = transforms.box_crop(image, box)
    tokens = backbone.tokens(
        transforms.normalised(
            [transforms.square_crop(image, box, side), transforms.resized(crop, side, side)]
        ),
        unit=True,
    )
    patches = describe(backbone, crop, (PATCHES_LONG_SIDE_PX,))
    return SeenView(
        square=tokens.cls[0],
        cls=tokens.cls[1],
        pooled=pooled(tokens.layers[0][1]),
        colours=colour_histogram(crop),
        patches=Descriptors(patches.grid, tokens.cls[1], patches.width_px, patches.height_px),
    )


def pooled(grid: Floats) -> Floats:
    """(h, w, D) -> (D,) of length 1: mean of the vectors that are not zero; zeros without any."""
    return unit(grid.reshape(-1, grid.shape[-1]).sum(axis=0))


def colour_histogram(image: Image) -> Floats:
    """(H, W, 3) -> (512,) of length 1: 8 steps of red, green and blue each, pixels weighing their brightest value.

    Pixels whose brightest value is at most 20 of 255 are left out, as night; zeros where all are. Square roots of the shares, so
    that the dot product of two is their Bhattacharyya coefficient.
    """
    pixels = image.reshape(-1, 3).astype(np.int64)
    pixels = pixels[pixels.max(axis=1) > DARKEST]
    red, green, blue = (pixels * COLOURS // 256).T
    shares = np.bincount((red * COLOURS + green) * COLOURS + blue, pixels.max(axis=1, initial=0), COLOURS**3)
    return np.sqrt(shares / max(shares.sum(), 1)).astype(np.float32)
