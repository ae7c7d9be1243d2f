"""Festivity maps as files, and laid over their pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from ml.pictures import write_picture
from ml.types import Floats, Image

COLD, WARM = np.array([40, 90, 255], dtype=np.float32), np.array([255, 60, 20], dtype=np.float32)
STRONGEST = 0.65


def overlaid(image: Image, festivity_map: Floats) -> Image:
    """(H, W, 3) and its map (h, w) in [0, 1] -> (H, W, 3): the picture in grey under its map, one rectangle per patch.

    Blue stands for a small probability, red for a large one; where the probability is 0 the picture is clear.
    """
    height, width = image.shape[:2]
    grey = np.asarray(Pillow.fromarray(image).convert("L"), dtype=np.float32)[:, :, None]
    chance = np.clip(festivity_map, 0, 1).astype(np.float32)
    share = np.asarray(Pillow.fromarray(chance).resize((width, height), Pillow.Resampling.NEAREST))[
        :, :, None
    ]
    colour = COLD + (WARM - COLD) * share
    cover = STRONGEST * np.sqrt(share)
    return np.clip(grey * (1 - cover) + colour * cover, 0, 255).astype(np.uint8)


def write_overlay(path: Path, image: Image, festivity_map: Floats) -> Path:
    """Write the picture with its map over it, as .jpg or .png, without anything that the photo's file said."""
    return write_picture(path, overlaid(image, festivity_map))


def write_map(path: Path, festivity_map: Floats) -> Path:
    """Write a festivity map as 8-bit PNG on the patch grid."""
    return write_picture(path, np.rint(festivity_map * 255).astype(np.uint8))


def read_map(path: Path) -> Floats:
    """(h, w) in [0, 1], as `write_map` wrote it."""
    with Pillow.open(path) as picture:
        return np.asarray(picture, dtype=np.float32) / np.float32(255)
