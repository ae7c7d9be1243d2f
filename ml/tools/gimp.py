"""Masks as GIMP keeps them: a PNG of the photo's size, black all over, opaque where the photo is festive."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from ml.pictures import write_picture
from ml.types import PictureError

Mask = NDArray[np.bool_]
FESTIVE_ALPHA = 128


def write_mask(path: Path, mask: Mask) -> None:
    """Write an (H, W) mask as RGBA PNG: RGB 0, alpha 255 where festive and 0 elsewhere. Raises PictureError."""
    pixels = np.zeros((*mask.shape, 4), dtype=np.uint8)
    pixels[..., 3] = np.where(mask, 255, 0)
    write_picture(path, pixels)


def read_mask(path: Path, width: int, height: int) -> Mask:
    """(height, width), true where alpha is at least 128, whatever the colours.

    Raises PictureError where the file is missing, damaged, of another size or without alpha channel.
    """
    try:
        with Pillow.open(path) as picture:
            if picture.size != (width, height):
                raise PictureError(sentence_of_size(path, picture.size, (width, height)))
            if not picture.has_transparency_data:
                raise PictureError(
                    f"The mask {path.name} has no alpha channel; in GIMP, choose Layer > Transparency > Add Alpha "
                    "Channel, erase what is not festive and export it again."
                )
            return np.asarray(picture.convert("RGBA"))[..., 3] >= FESTIVE_ALPHA
    except PictureError:
        raise
    except FileNotFoundError:
        raise PictureError(f"The mask {path} does not exist; export it from GIMP as PNG.") from None
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError):
        raise PictureError(
            f"The mask {path.name} cannot be read; it may be damaged: export it again from GIMP as PNG."
        ) from None


def sentence_of_size(path: Path, found: tuple[int, int], wanted: tuple[int, int]) -> str:
    """Sizes are width and height."""
    return (
        f"The mask {path.name} is {found[0]} x {found[1]} pixels, but its photo is {wanted[0]} x {wanted[1]}; "
        "draw it at the photo's own size, without scaling or cropping."
    )
