"""A text–image model beside the scorer: what sentences alone find, without a head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ml.evaluation.figures import ZERO_SHOT, ZERO_SHOT_PICTURE
from ml.evaluation.maps import KeptMaps
from ml.evaluation.systems import System
from ml.tools.zero_shot import ZeroShot, load_text_image_model
from ml.types import Floats, Image, ScoredImage, ScorerCard

LIMITS = {"some": 0.5, "many": 0.75, "most": 0.9}
MAP_LIMITS = {"some": 0.02, "many": 0.05, "most": 0.1}


class ZeroShotMaps:
    """Makes maps as `ml.evaluation.maps.KeptMaps` wants them: of patches, or with the probability of the `whole` picture in each.

    Its class limits are round numbers: nobody fitted them. The figures that rank do not look at them.
    """

    def __init__(self, zero_shot: ZeroShot, whole: bool) -> None:
        self._zero_shot = zero_shot
        self._whole = whole
        model, limits = zero_shot.model, LIMITS if whole else MAP_LIMITS
        self.hash = f"{zero_shot.hash}-{'picture' if whole else 'map'}"
        self.card = ScorerCard(
            backbone=model.name,
            backbone_sha256=zero_shot.hash,
            head="prompts",
            long_side=model.side,
            patch=model.patch,
            dimension=0,
            class_limits=limits,
            house_limits=limits,
        )

    def score(self, images: Sequence[Image]) -> list[ScoredImage]:
        """Festivity and map of each picture; no vectors and no regions."""
        return [self._scored(image) for image in images]

    def _scored(self, image: Image) -> ScoredImage:
        found = self._zero_shot.score(image)
        chances: Floats = found.probability_map
        if self._whole:
            chances = np.full_like(chances, found.probability)
        return ScoredImage(float(chances.mean()), chances, np.zeros(0, dtype=np.float32), ())


def zero_shot_systems(folder: Path | None, work: Path) -> Iterator[System]:
    """The model in `folder`, by its map and by its probability of the whole picture; nothing without a folder."""
    if folder is None:
        return
    zero_shot = ZeroShot(load_text_image_model(folder))
    for name, whole in ((ZERO_SHOT, False), (ZERO_SHOT_PICTURE, True)):
        yield System(name, KeptMaps(ZeroShotMaps(zero_shot, whole), work, name), None)
