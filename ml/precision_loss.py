"""What a reduced precision costs: tokens and scores of a backbone, beside those of the same backbone in fp32."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml import metrics, transforms
from ml.backbone import LoadedBackbone, load_backbone, split_name
from ml.head import Head, load_head
from ml.pictures import read_picture
from ml.types import Floats
from ml.weights import card_of


@dataclass(frozen=True)
class Loss:
    """Differences of tokens are lengths, relative to the mean length of a token in fp32.

    `score_*` are of festivity in [0, 1]; `score_spearman` needs at least two pictures. None where there is no head.
    """

    engine: str
    pictures: int
    token_difference_mean: float
    token_difference_largest: float
    cls_cosine_least: float
    speed_up: float
    score_spearman: float | None
    score_difference_largest: float | None
    patch_difference_largest: float | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Seen:
    """What a backbone makes of one picture: `tokens` (h, w, D) of the last layer, `patches` (h, w) probabilities."""

    cls: Floats
    tokens: Floats
    patches: Floats | None
    spent_s: float


def compare(
    name: str, precision: str, pictures: Sequence[Path], threads: int | None = None, engine: str | None = None
) -> Loss:
    """Run every picture in both precisions. `engine` is that of the reduced one. Raises MlError."""
    head = head_of(name)
    single = load_backbone(name, threads, precision="fp32")
    reduced = load_backbone(name, threads, engine, precision)
    pairs = []
    for done, path in enumerate(pictures, start=1):
        image = transforms.fitted(read_picture(path), single.long_side, single.patch)
        images = transforms.normalised([image])
        pairs.append((seen_by(single, images, head), seen_by(reduced, images, head)))
        if done % 10 == 0 or done == len(pictures):
            print(f"{done} of {len(pictures)} pictures", file=sys.stderr)
    return loss_of(pairs, reduced.engine)


def head_of(name: str) -> Head | None:
    """The head `name`-head, where there is one."""
    plain, _ = split_name(name)
    return load_head(f"{plain}-head") if card_of(f"{plain}-head") else None


def seen_by(backbone: LoadedBackbone, images: Floats, head: Head | None) -> Seen:
    features = backbone.encode(images)
    started = time.perf_counter()
    backbone.encode(images)
    spent_s = time.perf_counter() - started
    grid = backbone.tokens(images).layers[0] if backbone.layers else features.patches
    fits = head is not None and head.backbone_sha256 == backbone.sha256
    patches = head.probabilities(features.patches[0]) if head is not None and fits else None
    return Seen(features.cls[0], grid[0], patches, spent_s)


def loss_of(pairs: Sequence[tuple[Seen, Seen]], engine: str) -> Loss:
    """The largest and the mean over all patches of all pictures; the first picture's time, which warms up, is left out."""
    differences = np.concatenate([np.linalg.norm(a.tokens - b.tokens, axis=-1).ravel() for a, b in pairs])
    length = np.concatenate([np.linalg.norm(a.tokens, axis=-1).ravel() for a, _ in pairs]).mean()
    cosines = [cosine(a.cls, b.cls) for a, b in pairs]
    timed = pairs[1:] or pairs
    maps = [(a.patches, b.patches) for a, b in pairs if a.patches is not None and b.patches is not None]
    scores = np.array([(a.mean(), b.mean()) for a, b in maps])
    return Loss(
        engine=engine,
        pictures=len(pairs),
        token_difference_mean=float(differences.mean() / length),
        token_difference_largest=float(differences.max() / length),
        cls_cosine_least=min(cosines),
        speed_up=sum(a.spent_s for a, _ in timed) / sum(b.spent_s for _, b in timed),
        score_spearman=metrics.spearman(scores[:, 0], scores[:, 1]) if len(scores) > 1 else None,
        score_difference_largest=float(np.abs(scores[:, 0] - scores[:, 1]).max()) if len(scores) else None,
        patch_difference_largest=max((float(np.abs(a - b).max()) for a, b in maps), default=None),
    )


def cosine(first: Floats, second: Floats) -> float:
    return float(first @ second / max(float(np.linalg.norm(first) * np.linalg.norm(second)), 1e-12))
