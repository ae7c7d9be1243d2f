"""Pictures to the vectors that are compared: CLS of the whole picture, or of its crops."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ml import transforms
from ml.tools.crops import crop_side_px, drawn_display
from ml.tools.detect import Cropper
from ml.tools.detect.crops import check_visible
from ml.tools.search.index import Look, Maker, SearchError
from ml.types import Box, Features, Floats, Image
from ml.vectors import of_length_one

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


class Encoder(Protocol):
    """What a backbone has to offer here; see `ml.backbone`."""

    name: str
    sha256: str
    patch: int
    long_side: int
    dimension: int

    def encode(self, images: Floats) -> Features: ...


class Looker:
    """Looks at pictures as the score stage does, so that its stored vectors of regions can stand in an index, too."""

    def __init__(self, backbone: Encoder, cropper: Cropper | None = None) -> None:
        self._backbone = backbone
        self._cropper = cropper
        side = backbone.long_side if cropper is None else crop_side_px(backbone.patch)
        self.maker = Maker(
            backbone=backbone.name,
            backbone_sha256=backbone.sha256,
            dimension=backbone.dimension,
            crop=cropper.name if cropper else "none",
            cropper_sha256=cropper.sha256 if cropper else "",
            steps=f"{transforms.VERSION} {transforms.CROP_VERSION} {side}",
        )

    def look(self, image: Image) -> tuple[Look, ...]:
        """1 to 4 looks at a picture (H, W, 3) uint8. Raises MlError for one that is black all over or smaller than a patch."""
        check_visible(image, self._backbone.patch)
        if self._cropper is None:
            small = transforms.fitted(image, self._backbone.long_side, self._backbone.patch)
            return self._looks([WHOLE], [small])
        boxes = [crop.box for crop in self._cropper.crops(image)]
        return self._looks(boxes, [drawn_display(image, box, self._backbone.patch) for box in boxes])

    def _looks(self, boxes: list[Box], pictures: list[Image]) -> tuple[Look, ...]:
        vectors = of_length_one(self._backbone.encode(transforms.normalised(pictures)).cls)
        if not np.isfinite(vectors).all() or not vectors.any(axis=1).all():
            raise SearchError("The backbone gave no vector for this picture; its numbers are not finite.")
        return tuple(Look(box, vector) for box, vector in zip(boxes, vectors, strict=True))
