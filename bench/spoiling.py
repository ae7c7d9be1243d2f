"""Photos as phones take them on a bad night: some are moved, out of focus, or dark."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

KINDS = ("moved", "out of focus", "dark")
REACHES_PX = (9, 15, 25)


def spoil(photos: Iterable[Path], share: float, rng: np.random.Generator) -> int:
    """Spoils about this share of the photos where they lie, and leaves their EXIF as it is; how many."""
    chosen = [photo for photo in photos if rng.random() < share]
    for photo in chosen:
        with Image.open(photo) as opened:
            exif, picture = opened.info.get("exif", b""), opened.convert("RGB")
        spoilt(picture, str(rng.choice(KINDS)), rng).save(photo, "JPEG", quality=85, exif=exif)
    return len(chosen)


def spoilt(picture: Image.Image, kind: str, rng: np.random.Generator) -> Image.Image:
    if kind == "moved":
        return Image.fromarray(smeared(np.asarray(picture), int(rng.choice(REACHES_PX))))
    if kind == "dark":
        gain = float(rng.uniform(0.08, 0.3))
        return picture.point(lambda level: level * gain)
    return picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(2, 5))))


def smeared(rgb: NDArray[np.uint8], reach_px: int) -> NDArray[Any]:
    """Each pixel the mean of so many (an odd number) in its row."""
    padded = np.pad(rgb.astype(np.float64), ((0, 0), (reach_px // 2 + 1, reach_px // 2), (0, 0)), mode="edge")
    sums = np.cumsum(padded, axis=1)
    return ((sums[:, reach_px:] - sums[:, :-reach_px]) / reach_px).astype(np.uint8)
