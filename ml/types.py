"""Values that every part of `ml` speaks in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Floats = NDArray[np.float32]

Box = tuple[float, float, float, float]


class MlError(Exception):
    """Base of every error that `ml` raises on purpose; its text is a sentence for the user."""


class WeightsError(MlError):
    """A backbone or head is missing, altered, or does not fit the other."""


class PictureError(MlError):
    """A picture cannot be read."""


@dataclass(frozen=True)
class Features:
    """What a backbone says of a batch: `cls` (B, D) and `patches` (B, h, w, D'), both float32."""

    cls: Floats
    patches: Floats


@dataclass(frozen=True)
class Tokens:
    """What a backbone thinks: `cls` (B, D) and, of each layer asked for, the patch tokens (B, h, w, D), all float32."""

    cls: Floats
    layers: tuple[Floats, ...]


@dataclass(frozen=True)
class Region:
    """One connected festive area.

    `box`: x0, y0, x1, y1 in [0, 1] of the image, y down. `festivity`: mean patch probability inside.
    `share`: sum of its patch probabilities / number of patches of the whole map, so that the shares of all regions
    of a frame sum to at most the frame's festivity. `vector`: (D,) float32, unit length, CLS of the crop.
    """

    box: Box
    festivity: float
    share: float
    vector: Floats


@dataclass(frozen=True)
class ScoredImage:
    """`festivity`: mean of `festivity_map` (h, w), both in [0, 1]; `cls` (D,) float32 of unit length.

    `features`: patch features and CLS as `ml.stored` keeps them, where the scorer has a packing.
    """

    festivity: float
    festivity_map: Floats
    cls: Floats
    regions: tuple[Region, ...]
    features: bytes | None = None


@dataclass(frozen=True)
class ScorerCard:
    """What a scorer is made of.

    `class_limits`: lowest festivity of a frame in the classes some, many and most. `house_limits`: the same for a house, whose
    festivity is the sum of the shares of the regions that show it. `same_house`: what the likeness of two displays weighs when
    houses are found (`ml.tools.match.same_house`).
    """

    backbone: str
    backbone_sha256: str
    head: str
    long_side: int
    patch: int
    dimension: int
    class_limits: dict[str, float]
    house_limits: dict[str, float]
    same_house: dict[str, float] = field(default_factory=dict)

    def class_of(self, festivity: float) -> str:
        """none, some, many or most."""
        reached = [name for name, limit in self.class_limits.items() if festivity >= limit]
        return max(reached, key=self.class_limits.__getitem__, default="none")
