"""Crops without a detector: where the festivity map sees light, else the foreground of the picture."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ml.head import Head
from ml.regions import find_areas
from ml.tools.detect.crops import Crop, check_visible
from ml.tools.detect.foreground import foreground_crop
from ml.transforms import fitted, normalised
from ml.types import Features, Floats, Image, WeightsError

NIGHT_MEDIAN = 60


class Encoder(Protocol):
    """What a backbone has to offer here; see `ml.backbone`."""

    name: str
    sha256: str
    patch: int
    long_side: int

    def encode(self, images: Floats) -> Features: ...


class FestiveCropper:
    """One pass of the backbone per picture; its boxes of festive light are the regions that a scorer finds, for it asks here.

    By day the head, which knows only nights, takes leaves against the sky for lamps: there the foreground is taken at once.
    Raises WeightsError where the head was trained on another backbone.
    """

    name = "festive"

    def __init__(self, backbone: Encoder, head: Head) -> None:
        if head.backbone_sha256 != backbone.sha256:
            raise WeightsError(f"The head {head.name!r} was not trained on the backbone {backbone.name!r}.")
        self.sha256 = head.sha256
        self._backbone = backbone
        self._head = head

    def fitted(self, image: Image) -> Image:
        """The picture (H, W, 3) at the size that the network sees."""
        return fitted(image, self._backbone.long_side, self._backbone.patch)

    def festivity_map(self, patches: Floats) -> Floats:
        """(h, w) in [0, 1] of a picture's patch features (h, w, D'); `ml.regions.find_areas` makes the boxes of it."""
        return self._head.probabilities(patches)

    def crops(self, image: Image) -> tuple[Crop, ...]:
        """Up to 4 festive areas, the largest share of light first; without any, one crop of the foreground or the middle."""
        check_visible(image, self._backbone.patch)
        patches = self._backbone.encode(normalised([self.fitted(image)])).patches[0]
        areas = find_areas(self.festivity_map(patches)) if is_night(image) else ()
        light = tuple(Crop(box=found.box, score=found.festivity, why="light") for found in areas)
        return light or (foreground_crop(patches),)


def is_night(image: Image) -> bool:
    """Whether at least half of the pixels (H, W, 3) have no value above 60 of 255."""
    return bool(np.median(image.max(axis=-1)) <= NIGHT_MEDIAN)
