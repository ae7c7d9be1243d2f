"""A scorer: backbone, head and preprocessing together, named by a hash of the three."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ml import transforms
from ml.backbone import Backbone, load_backbone, precision_of
from ml.head import Head, load_head
from ml.packing import Packing, StoredError, load_packing
from ml.regions import Area, find_areas
from ml.rescoring import Rescorer
from ml.stored import read, stored
from ml.tools.crops import crop_side_px, describe_box, drawn_display
from ml.tools.describe import TokenSource
from ml.tools.detect.festive import FestiveCropper
from ml.tools.kept import keep
from ml.tools.match.same_house import same_house_of
from ml.types import Features, Floats, Image, PictureError, Region, ScoredImage, ScorerCard, WeightsError
from ml.vectors import of_length_one
from ml.weights import card_of, models_folder

POINTS_SCALE = 0.08
PATCHES_AT_ONCE = 1024
SMALLEST_LOOK = 0.125


def points(festivity: float) -> float:
    """The published scale: 100 * (1 - exp(-festivity / 0.08)), monotone from 0 to 100.

    A frame with 1 % of its area festive has 12 points, 5 % 46, 10 % 71, 20 % 92.
    """
    return 100 * -math.expm1(-min(max(festivity, 0.0), 1.0) / POINTS_SCALE)


class Scorer:
    """Scores pictures; `hash` (12 hex digits) changes whenever any score could. With a `packing` they keep their features."""

    def __init__(self, backbone: Backbone, head: Head, packing: Packing | None = None) -> None:
        self._cropper = FestiveCropper(backbone, head)
        self.backbone = backbone
        self.head = head
        self.packing = packing
        self._rescorer = Rescorer(packing, head) if packing else None
        self.card = ScorerCard(
            backbone=backbone.name,
            backbone_sha256=backbone.sha256,
            head=head.name,
            long_side=backbone.long_side,
            patch=backbone.patch,
            dimension=backbone.dimension,
            class_limits=head.class_limits,
            house_limits=head.house_limits,
            same_house=same_house_of(backbone.sha256),
        )
        crops = f"{transforms.CROP_VERSION} {crop_side_px(backbone.patch)}"
        steps = f"{transforms.VERSION} {backbone.long_side} {crops}{precision_of(backbone)}"
        named = f"{backbone.sha256} {head.sha256} {steps}"
        self.hash = hashlib.sha256(named.encode()).hexdigest()[:12]

    def with_head(self, head: Head) -> Scorer:
        """Another head on the same backbone. Raises WeightsError where it was trained on another one."""
        if head.backbone_sha256 != self.backbone.sha256:
            raise WeightsError(f"The head {head.name!r} was trained on another backbone.")
        return Scorer(self.backbone, head, self.packing)

    def score(self, images: Sequence[Image]) -> list[ScoredImage]:
        """Score pictures (H, W, 3) uint8 RGB of any sizes, in their order."""
        whole = self._encode([self._cropper.fitted(image) for image in images])
        maps = [self._cropper.festivity_map(features.patches[0]) for features in whole]
        vectors = [of_length_one(features.cls[0]) for features in whole]
        scored = self._with_regions(images, maps, vectors)
        if self.packing is None:
            return scored
        kept = [
            stored(self.packing, features.patches[0], cls)
            for features, cls in zip(whole, vectors, strict=True)
        ]
        return [replace(one, features=content) for one, content in zip(scored, kept, strict=True)]

    def score_again(self, images: Sequence[Image], features: Sequence[bytes]) -> list[ScoredImage]:
        """The same from the features that `score` gave, of any head on this backbone: the network sees regions only.

        Festivity differs by less than 0.001. Raises StoredError where they are damaged or of another backbone or packing,
        and where this scorer has no packing.
        """
        again = [self.map_again(content) for content in features]
        scored = self._with_regions(images, [found for found, _ in again], [cls for _, cls in again])
        return [replace(one, features=content) for one, content in zip(scored, features, strict=True)]

    def map_again(self, features: bytes) -> tuple[Floats, Floats]:
        """Festivity map (h, w) and CLS vector (D,) of a picture from the features that `score` gave; no region is looked at.

        Raises StoredError as `score_again` does.
        """
        if self.packing is None or self._rescorer is None:
            raise StoredError(f"The backbone {self.backbone.name!r} has no packing; run: python -m ml pack")
        frame = read(self.packing, features)
        return self._rescorer.festivity_map(frame), frame.cls

    def look_at(self, image: Image, areas: Sequence[Area]) -> tuple[Region, ...]:
        """These areas of a picture (H, W, 3) with their vectors: the network sees the crops alone."""
        crops = self._encode([drawn_display(image, area.box, self.backbone.patch) for area in areas])
        vectors = [of_length_one(features.cls[0]) for features in crops]
        return tuple(region_of(area, vector) for area, vector in zip(areas, vectors, strict=True))

    def patches(self, image: Image) -> Floats:
        """(h, w, D'): what the head sees of a picture (H, W, 3)."""
        return self._encode([self._cropper.fitted(image)])[0].patches[0]

    def features(self, image: Image) -> bytes:
        """What `score` keeps of a picture (H, W, 3). Raises StoredError where this scorer has no packing."""
        if self.packing is None:
            raise StoredError(f"The backbone {self.backbone.name!r} has no packing; run: python -m ml pack")
        seen = self._encode([self._cropper.fitted(image)])[0]
        return stored(self.packing, seen.patches[0], of_length_one(seen.cls[0]))

    def _with_regions(
        self, images: Sequence[Image], maps: Sequence[Floats], cls: Sequence[Floats]
    ) -> list[ScoredImage]:
        areas = [find_areas(festivity_map) for festivity_map in maps]
        crops = self._encode(
            [
                drawn_display(image, area.box, self.backbone.patch)
                for image, found in zip(images, areas, strict=True)
                for area in found
            ]
        )
        vectors = iter([of_length_one(features.cls[0]) for features in crops])
        return [
            ScoredImage(
                festivity=float(festivity_map.mean()),
                festivity_map=festivity_map,
                cls=vector,
                regions=tuple(region_of(area, next(vectors)) for area in found),
            )
            for festivity_map, vector, found in zip(maps, cls, areas, strict=True)
        ]

    def region_patches(self, image: Image, region: Region) -> bytes:
        """The patches of one region of a picture that was scored, as `ml.tools.kept` keeps them for `ml.tools.match`.

        Empty where there are few to compare: in a region of less than an eighth of the picture either way, or too narrow, and of
        a backbone without tokens.
        """
        x0, y0, x1, y1 = region.box
        if max(x1 - x0, y1 - y0) < SMALLEST_LOOK or not isinstance(self.backbone, TokenSource):
            return b""
        try:
            return keep(describe_box(self.backbone, image, region.box, region.vector))
        except PictureError:
            return b""

    def _encode(self, images: Sequence[Image]) -> list[Features]:
        """Features of each picture as a batch of one; pictures of one size share a run."""
        by_size: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for index, image in enumerate(images):
            by_size[image.shape].append(index)
        found: dict[int, Features] = {}
        for (height, width, _), indices in by_size.items():
            at_once = max(1, PATCHES_AT_ONCE * self.backbone.patch**2 // (height * width))
            for start in range(0, len(indices), at_once):
                batch = indices[start : start + at_once]
                encoded = self.backbone.encode(transforms.normalised([images[index] for index in batch]))
                found |= {index: one_of(encoded, row) for row, index in enumerate(batch)}
        return [found[index] for index in range(len(images))]


def one_of(features: Features, row: int) -> Features:
    """One picture of a batch, still as a batch."""
    return Features(cls=features.cls[row : row + 1], patches=features.patches[row : row + 1])


def region_of(area: Area, vector: Floats) -> Region:
    """An area with its vector."""
    return Region(box=area.box, festivity=area.festivity, share=area.share, vector=vector)


def load_scorer(name: str = "embedded", threads: int | None = None) -> Scorer:
    """The scorer `name`: backbone `name` with the head `name`-head, shipped, in the models folder or `folder/name`.

    The head's card says which layers of the backbone it listens to. `threads` are the engine's, per process; None leaves the
    number to it. The network opens with the first picture. Raises WeightsError.
    """
    backbone = load_backbone(name, threads)
    if card_of(f"{name}-head") is None:
        raise WeightsError(
            f"The backbone {name!r} has no head yet; train one: "
            f"python -m ml train {models_folder()} --backbone {name} --name {name}-head …"
        )
    head = load_head(f"{name}-head")
    _, chosen, layers = head.backbone.partition("@")
    if chosen:
        backbone = load_backbone(f"{name}@{layers}", threads)
    return Scorer(backbone, head, packing_of(name, backbone))


def packing_of(name: str, backbone: Backbone) -> Packing | None:
    """The packing `name`-packing; None where there is none, or where it was made for other weights or layers."""
    if card_of(f"{name}-packing") is None:
        return None
    packing = load_packing(f"{name}-packing")
    return packing if packing.backbone_sha256 == backbone.sha256 else None
