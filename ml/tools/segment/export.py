"""What a segmentation leaves behind: mask, similarity map, overlay and cut-out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.pictures import MASK_SUFFIX, write_picture
from ml.tools.gimp import write_mask
from ml.types import Floats, Image

TINT = np.array([255, 60, 160], dtype=np.float32)
EDGE = np.array([255, 255, 255], dtype=np.uint8)
Mask = NDArray[np.bool_]


def write_all(folder: Path, stem: str, image: Image, values: Floats, mask: Mask) -> dict[str, str]:
    """Write `stem.mask.png` (as GIMP keeps masks, and `python -m ml masks import` finds them), `stem-similarity.png`,
    `stem-overlay.png` and `stem-cutout.png`; their paths by kind. Raises PictureError.

    `image` (H, W, 3), `values` (H, W) in -1..1, `mask` (H, W).
    """
    write_mask(folder / f"{stem}{MASK_SUFFIX}", mask)
    pictures = {"similarity": grey(values), "overlay": overlay(image, mask), "cutout": cut_out(image, mask)}
    paths = {
        kind: str(write_picture(folder / f"{stem}-{kind}.png", picture)) for kind, picture in pictures.items()
    }
    return {"mask": str(folder / f"{stem}{MASK_SUFFIX}"), **paths}


def grey(values: Floats) -> Image:
    """(H, W) in -1..1 -> uint8: 0 for -1, 255 for 1."""
    return np.rint((np.clip(values, -1, 1) + 1) * 127.5).astype(np.uint8)


def overlay(image: Image, mask: Mask) -> Image:
    """The picture with the mask in pink and a white line around it."""
    tinted = np.where(mask[..., None], image * np.float32(0.6) + TINT * np.float32(0.4), image)
    inner = mask.copy()
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        inner &= np.roll(mask, step, axis)
    return np.where((mask & ~inner)[..., None], EDGE, np.rint(tinted)).astype(np.uint8)


def cut_out(image: Image, mask: Mask) -> Image:
    """(H, W, 4): the picture, transparent outside the mask, cut to it; the whole picture, transparent, for an empty mask."""
    alpha = np.where(mask, 255, 0).astype(np.uint8)
    pixels = np.dstack([image, alpha])
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return pixels
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
