"""What can be said of one view, a box in a photo, to compare it with another: vectors, colours and patches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml import transforms
from ml.tools.crops import describe_box
from ml.tools.describe import TokenSource
from ml.tools.descriptors import Descriptors
from ml.types import Box, Floats, Image
from ml.vectors import of_length_one

COLOURS = 8
DARKEST = 20


@dataclass(frozen=True)
class SeenView:
    """One view, all vectors of length 1.

    `square`: CLS of the square around the box, for comparison. `pooled`: mean of the patches of the box, drawn to a
    square, that show anything (last layer; zeros where none does). `colours`: see `colour_histogram`. `patches`: see
    `ml.tools.crops.describe_box`; their `cls` is that of the crop.
    """

    square: Floats
    pooled: Floats
    colours: Floats
    patches: Descriptors

    @property
    def cls(self) -> Floats:
        return self.patches.cls


def see(backbone: TokenSource, image: Image, box: Box) -> SeenView:
    """Describe the box of a picture (H, W, 3). Raises DescriptorError or WeightsError."""
    side = transforms.CROP_SIDE_PX
    crop = transforms.box_crop(image, box)
    looks = [transforms.square_crop(image, box, side), transforms.drawn_box(image, box, side)]
    tokens = backbone.tokens(transforms.normalised(looks), unit=True)
    return SeenView(
        square=tokens.cls[0],
        pooled=pooled(tokens.layers[0][1]),
        colours=colour_histogram(crop),
        patches=describe_box(backbone, image, box),
    )


def pooled(grid: Floats) -> Floats:
    """(h, w, D) -> (D,) of length 1: mean of the vectors that are not zero; zeros without any."""
    return of_length_one(grid.reshape(-1, grid.shape[-1]).sum(axis=0))


def colour_histogram(image: Image) -> Floats:
    """(H, W, 3) -> (512,) of length 1: 8 steps of red, green and blue each, pixels weighing their brightest value.

    Pixels whose brightest value is at most 20 of 255 are left out, as night; zeros where all are. Square roots of the shares,
    so that the dot product of two is their Bhattacharyya coefficient.
    """
    pixels = image.reshape(-1, 3).astype(np.int64)
    pixels = pixels[pixels.max(axis=1) > DARKEST]
    red, green, blue = (pixels * COLOURS // 256).T
    steps = (red * COLOURS + green) * COLOURS + blue
    shares = np.bincount(steps, pixels.max(axis=1, initial=0), COLOURS**3)
    return np.sqrt(shares / max(shares.sum(), 1)).astype(np.float32)
