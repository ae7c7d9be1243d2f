"""Masks as PNG, to keep and to show, and the pictures that they are drawn on."""

from __future__ import annotations

import io

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from server.frames.models import Frame

Mask = NDArray[np.bool_]
CLEAR, INSIDE, EDGE = 0, 1, 2
PALETTE = (0, 0, 0, 255, 60, 160, 255, 255, 255)
ALPHAS = bytes((0, 105, 235))


class NoPicture(Exception):
    """The picture of a frame is gone or damaged; the message says so."""


def picture_of(frame: Frame) -> NDArray[np.uint8]:
    """(H, W, 3) of the frame's derivative. Raises NoPicture."""
    try:
        with frame.picture.open("rb") as stream, Image.open(stream) as picture:
            return np.asarray(picture.convert("RGB"))
    except (OSError, UnidentifiedImageError, ValueError) as error:
        raise NoPicture(_("The picture of this frame is gone or cannot be read.")) from error


def size_of_picture(frame: Frame) -> tuple[int, int]:
    """Width and height of the frame's derivative. Raises NoPicture."""
    try:
        with frame.picture.open("rb") as stream, Image.open(stream) as picture:
            return picture.size
    except (OSError, UnidentifiedImageError, ValueError) as error:
        raise NoPicture(_("The picture of this frame is gone or cannot be read.")) from error


def packed(mask: Mask) -> bytes:
    """A PNG of one bit per pixel."""
    return written(Image.fromarray(mask))


def unpacked(content: bytes) -> Mask:
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("1"))


def mask_overlay(mask: Mask) -> bytes:
    """The mask to be laid over its picture: pink, with a white edge, clear outside."""
    shades = np.where(mask, INSIDE, CLEAR).astype(np.uint8)
    shades[mask & ~inner(mask)] = EDGE
    picture = Image.fromarray(shades, "P")
    picture.putpalette(PALETTE)
    return written(picture, transparency=ALPHAS, bits=2)


def inner(mask: Mask) -> Mask:
    """(H, W): pixels of the mask with all four neighbours in it; the picture's edge is none."""
    padded = np.pad(mask, 1, constant_values=True)
    sides = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return np.asarray(mask & sides)


def written(picture: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=3, **options)
    return stream.getvalue()
