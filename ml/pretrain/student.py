"""Student and teacher with the small heads that only pre-training needs."""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.network import Backbone, NetworkShape
from ml.pretrain import losses

PROJECTED = 128
HIDDEN_SHARE = 0.4


class Student(nn.Module):
    """A backbone with a projection of its CLS, a predictor of hidden patches and a dense head."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.backbone = Backbone(shape)
        self.project = nn.Sequential(
            nn.Linear(shape.width, 512), nn.GELU(), nn.Linear(512, PROJECTED, bias=False)
        )
        self.predict = nn.Sequential(
            nn.Linear(shape.width, 2 * shape.width), nn.GELU(), nn.Linear(2 * shape.width, shape.width)
        )
        self.dense = nn.Linear(shape.learnt_dimension, 1)
        self.dense_near = nn.Linear(shape.near_dimension, 1)

    def projected(self, cls: Tensor) -> Tensor:
        """Unit vectors (B, 128) in float32."""
        return functional.normalize(self.project(cls).float(), dim=1)


def teacher_of(student: Student) -> Student:
    """A copy that learns only by following."""
    teacher = copy.deepcopy(student)
    return teacher.requires_grad_(False).eval()


@torch.no_grad()
def follow(teacher: Student, student: Student, momentum: float) -> None:
    """Move the teacher towards the student: t = momentum * t + (1 - momentum) * s."""
    for slow, fast in zip(teacher.parameters(), student.parameters(), strict=True):
        slow.lerp_(fast, 1 - momentum)


def hold_stem(student: Student, teacher: Student) -> None:
    """From now on both keep the teacher's stem as it is, and with it what a head reads from it."""
    student.backbone.stem.load_state_dict(teacher.backbone.stem.state_dict())
    student.backbone.stem.requires_grad_(False)


def hidden_patches(count: int, side: int, generator: torch.Generator) -> Tensor:
    """(count, side, side) bool: 40 % of the patches of every second picture."""
    hidden = torch.rand(count, side, side, generator=generator) < HIDDEN_SHARE
    hidden[::2] = False
    return hidden


def truth_near(student: Student, wide: Tensor, coverage: Tensor) -> Tensor:
    """The dense objective on the stem alone, a twentieth of the work of the whole network."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        _, near = student.backbone.stem(wide)
        logits = student.dense_near(near)[..., 0]
    return losses.dense_truth(logits.float(), coverage)


def losses_of(
    student: Student,
    teacher: Student,
    wide: Tensor,
    near: Tensor,
    coverage: Tensor,
    hidden: Tensor,
) -> dict[str, Tensor]:
    """The objectives of one batch of views (see `views.Views`), each about 0 to 1."""
    count = len(wide) // 2
    with torch.autocast("cpu", dtype=torch.bfloat16):
        with torch.no_grad():
            taught_cls, taught_patches = teacher.backbone.learnt(wide)
            taught = teacher.projected(taught_cls)
        cls, patches = student.backbone.learnt(wide, hidden)
        near_cls, _ = student.backbone.learnt(near)
        logits = student.dense(patches)[..., 0]
        width = student.backbone.shape.width
        predicted = student.predict(patches[..., -width:])
    with torch.autocast("cpu", enabled=False):
        views = student.projected(torch.cat([cls, near_cls]).float()).reshape(-1, count, PROJECTED)
        return {
            "alignment": losses.alignment(views, taught.reshape(2, count, PROJECTED)),
            "collapse": 1 - (losses.coding_rate(views[0]) + losses.coding_rate(views[1])) / 2,
            "patches": losses.masked_patches(
                predicted.float(),
                functional.layer_norm(taught_patches[..., -width:].float(), (width,)),
                hidden,
            ),
            "truth": losses.dense_truth(logits.float(), coverage),
        }


def cosine_between(start: float, end: float, progress: float) -> float:
    """From `start` at progress 0 to `end` at 1 along half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * min(progress, 1))) / 2
