"""The scorer and what it has to beat: other features under a head made by the same recipe from the same masks."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ml import train
from ml.backbone import Backbone
from ml.evaluation.figures import SCORER, UNTRAINED
from ml.evaluation.maps import KeptMaps
from ml.head import Head
from ml.left_out import LeftOut
from ml.logistic import Line
from ml.reference_set import load_reference_set
from ml.scorer import Scorer
from ml.train import Plan
from ml.transforms import LONG_SIDE_PX
from ml.truth import TruePicture
from ml.types import Features, Floats
from ml.weights import sha256_of

if TYPE_CHECKING:
    from ml.network import Backbone as Network


@dataclass(frozen=True)
class Lesson:
    """What `ml.train` makes of features and pictures with masks.

    `line`: the head; `limits`: its classes; `left_out`: all pictures, each under a line that did not see its group.
    """

    line: Line
    limits: dict[str, float]
    left_out: list[LeftOut]


@dataclass(frozen=True)
class System:
    """One scorer among those compared; `lesson` is None where there was nothing to learn from."""

    name: str
    maps: KeptMaps
    lesson: Lesson | None


class Untrained:
    """A randomly initialised network as a backbone (see `ml.backbone.Backbone`), run by torch."""

    name = UNTRAINED
    long_side = LONG_SIDE_PX
    voices: tuple[tuple[int, int], ...] = ()

    def __init__(self, network: Network) -> None:
        self._network = network
        self.patch = network.shape.patch
        self.dimension = network.shape.width
        self.sha256 = hashlib.sha256(
            b"".join(part.numpy().tobytes() for part in network.state_dict().values())
        ).hexdigest()

    def encode(self, images: Floats) -> Features:
        import torch

        with torch.inference_mode():
            cls, patches, _ = self._network(torch.from_numpy(images))
        return Features(cls=cls.numpy(), patches=patches.numpy())


def untrained() -> Untrained | None:
    """The untrained network of seed 0, or None where torch is missing."""
    try:
        from ml.network import random_backbone
    except ModuleNotFoundError:
        return None
    return Untrained(random_backbone(0))


def scorer_itself(scorer: Scorer, pictures: Sequence[TruePicture], work: Path, plan: Plan) -> System:
    """The scorer with its own head; what its features teach serves for left-out groups alone."""
    lesson = learnt(scorer.backbone, pictures, work, plan) if pictures else None
    return System(SCORER, KeptMaps(scorer, work), lesson)


def rival(name: str, backbone: Backbone, pictures: Sequence[TruePicture], work: Path, plan: Plan) -> System:
    """These features under a head that is made as the scorer's is."""
    lesson = learnt(backbone, pictures, work, plan)
    return System(name, KeptMaps(Scorer(backbone, head_of(lesson, backbone)), work, name), lesson)


def head_of(lesson: Lesson, backbone: Backbone) -> Head:
    """A head that lives as long as the evaluation."""
    weight, bias = lesson.line.weight.astype(np.float32), lesson.line.bias
    named = hashlib.sha256(weight.tobytes() + np.float32(bias).tobytes()).hexdigest()
    return Head(f"{backbone.name}-head", named, weight, bias, backbone.sha256, lesson.limits, {})


def learnt(backbone: Backbone, pictures: Sequence[TruePicture], work: Path, plan: Plan) -> Lesson:
    """The lesson of `ml.train.fit`, kept in `work` by backbone, pictures and masks."""
    path = work / f"lesson-{name_of(backbone, pictures, plan)}.npz"
    if path.is_file():
        return kept_lesson(path, pictures)
    print(f"{backbone.name}: a head from {len(pictures)} pictures with masks", file=sys.stderr)
    trained = train.fit(backbone, pictures, replace(plan, work=work))
    lesson = Lesson(trained.line, trained.report["limits"]["class_limits"], trained.pictures)
    keep_lesson(path, lesson)
    return lesson


def name_of(backbone: Backbone, pictures: Sequence[TruePicture], plan: Plan) -> str:
    """16 hex digits that change with the backbone, the plan and its reference set, the pictures, their groups and masks."""
    reference = plan.reference or load_reference_set()
    named = hashlib.sha256(f"{backbone.sha256} {plan.strengths} {plan.most_folds} {reference}".encode())
    for picture in pictures:
        named.update(f"{sha256_of(picture.path)} {picture.group} {picture.source}".encode())
        named.update(np.packbits(picture.mask()).tobytes())
    return named.hexdigest()[:16]


def keep_lesson(path: Path, lesson: Lesson) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.npz")
    np.savez(
        unfinished,
        weight=lesson.line.weight,
        bias=lesson.line.bias,
        limit_names=list(lesson.limits),
        limits=list(lesson.limits.values()),
        lengths=[len(one.share) for one in lesson.left_out],
        columns=[one.columns for one in lesson.left_out],
        share=np.concatenate([one.share for one in lesson.left_out]),
        chance=np.concatenate([one.chance for one in lesson.left_out]),
    )
    unfinished.replace(path)


def kept_lesson(path: Path, pictures: Sequence[TruePicture]) -> Lesson:
    """What `keep_lesson` wrote of the same pictures."""
    with np.load(path, allow_pickle=False) as arrays:
        ends = np.cumsum(arrays["lengths"])[:-1]
        columns = arrays["columns"].tolist()
        parts = columns, np.split(arrays["share"], ends), np.split(arrays["chance"], ends)
        return Lesson(
            Line(arrays["weight"], float(arrays["bias"])),
            dict(zip(arrays["limit_names"].tolist(), arrays["limits"].tolist(), strict=True)),
            [LeftOut(*row) for row in zip(pictures, *parts, strict=True)],
        )
