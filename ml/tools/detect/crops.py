"""What a picture is cropped to before its CLS vector is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ml.types import Box, Image, MlError

MOST_CROPS = 4
SAME_OVERLAP = 0.7
SMALLEST_SIDE = 0.02
DARKEST = 20


class DetectError(MlError):
    """A detector is missing or is not what it says, or a picture shows nothing that could be cropped."""


@dataclass(frozen=True)
class Crop:
    """One part of a picture.

    `box`: x0, y0, x1, y1 in [0, 1] of the picture, y down. `score` in [0, 1]: how sure its maker is. `why`: what it shows,
    in its maker's words.
    """

    box: Box
    score: float
    why: str


class Cropper(Protocol):
    """Finds what a picture is about; `sha256` changes whenever any crop could."""

    name: str
    sha256: str

    def crops(self, image: Image) -> tuple[Crop, ...]:
        """1 to 4 crops of a picture (H, W, 3) uint8, the best first. Raises DetectError."""


def check_visible(image: Image, smallest_px: int) -> None:
    """Raises DetectError where a picture is smaller than `smallest_px` or black all over (no value above 20 of 255)."""
    height, width = image.shape[:2]
    if min(height, width) < smallest_px:
        raise DetectError(
            f"A picture of {width} x {height} pixels is too small; it needs {smallest_px} each way."
        )
    if int(image.max()) <= DARKEST:
        raise DetectError("There is nothing to be seen in the picture: it is black all over.")


def overlap(first: Box, second: Box) -> float:
    """Intersection over union, in [0, 1]."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    shared = max(0.0, width) * max(0.0, height)
    return shared / max(area(first) + area(second) - shared, 1e-12)


def area(box: Box) -> float:
    """Share of the picture, in [0, 1]."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def kept_inside(box: Box) -> Box | None:
    """The part of a box inside the picture; None where it is narrower or lower than 2 % of it, or no number."""
    if not np.isfinite(box).all():
        return None
    x0, y0, x1, y1 = (float(edge) for edge in np.clip(box, 0, 1))
    return (x0, y0, x1, y1) if x1 - x0 >= SMALLEST_SIDE and y1 - y0 >= SMALLEST_SIDE else None


def best_apart(crops: list[Crop]) -> tuple[Crop, ...]:
    """The best 4, none of which overlaps a better one by more than 0.7; equal scores from left to right."""
    chosen: list[Crop] = []
    for crop in sorted(crops, key=lambda crop: (-crop.score, crop.box)):
        if len(chosen) < MOST_CROPS and all(overlap(crop.box, other.box) <= SAME_OVERLAP for other in chosen):
            chosen.append(crop)
    return tuple(chosen)
