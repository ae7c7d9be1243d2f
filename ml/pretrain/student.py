"""Student and teacher with the small heads that only pre-training needs."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.network import Backbone, Chosen, Learnt, NetworkShape, brightest_values, lit_patches
from ml.pretrain import losses
from ml.pretrain.taught import TAUGHT

PROJECTED = 128
HIDDEN_SHARE = 0.3
WIDE_PATCHES, CROP_PATCHES = 160, 64
STRAY = 0.15


class Student(nn.Module):
    """A backbone with a projection of its CLS, predictors of its own hidden patches and of a dense encoder, and a dense head."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.backbone = Backbone(shape)
        self.project = nn.Sequential(
            nn.Linear(shape.width, 512), nn.GELU(), nn.Linear(512, PROJECTED, bias=False)
        )
        self.predict = nn.Sequential(
            nn.Linear(shape.width, 2 * shape.width), nn.GELU(), nn.Linear(2 * shape.width, shape.width)
        )
        self.say_last = nn.Linear(shape.width, TAUGHT)
        self.say_tapped = nn.Linear(shape.width, TAUGHT)
        self.say_near = nn.Linear(shape.near_dimension, TAUGHT)
        self.dense = nn.Linear(shape.learnt_dimension, 1)

    def projected(self, cls: Tensor) -> Tensor:
        """Unit vectors (B, 128) in float32."""
        return functional.normalize(self.project(cls).float(), dim=1)


@dataclass(frozen=True)
class Batch:
    """Views of one step on the device (see `views.Views`) with the patches that enter the transformer and the hidden ones."""

    wide: Tensor
    coverage: Tensor
    taught: Tensor
    crops: Tensor
    chosen: Chosen
    hidden: Tensor


def teacher_of(student: Student) -> Student:
    """A copy that learns only by following."""
    teacher = copy.deepcopy(student)
    return teacher.requires_grad_(False).eval()


@torch.no_grad()
def follow(teacher: Student, student: Student, momentum: float) -> None:
    """Move the teacher towards the student: t = momentum * t + (1 - momentum) * s."""
    for slow, fast in zip(teacher.parameters(), student.parameters(), strict=True):
        slow.lerp_(fast, 1 - momentum)


def chosen_patches(images: Tensor, patch: int, most: int, generator: torch.Generator) -> Chosen:
    """`most` patches of each view: the brightest, and now and then a darker one in place of a bright one."""
    brightest = brightest_values(images, patch)
    turn = torch.rand(brightest.shape, generator=generator).to(brightest.device)
    index = (brightest + STRAY * turn).topk(min(most, brightest.shape[1]), dim=1).indices
    return Chosen(index=index, valid=torch.ones_like(index, dtype=torch.bool))


def hidden_patches(chosen: Chosen, generator: torch.Generator) -> Tensor:
    """(B, n) bool: 30 % of the chosen patches of every second picture."""
    hidden = torch.rand(chosen.index.shape, generator=generator) < HIDDEN_SHARE
    hidden[::2] = False
    return hidden.to(chosen.index.device)


def of_chosen(grid: Tensor, chosen: Chosen) -> Tensor:
    """(B, h, w, K) -> (B, n, K)."""
    flat = grid.flatten(1, 2)
    return flat.gather(1, chosen.index[..., None].expand(-1, -1, flat.shape[2]))


def losses_of(student: Student, teacher: Student, batch: Batch) -> dict[str, Tensor]:
    """The objectives of one batch, each about 0 to 1."""
    device = batch.wide.device.type
    with torch.autocast(device, dtype=torch.bfloat16):
        seen = student.backbone.learnt(batch.wide, batch.chosen, batch.hidden)
        found = {
            **taught_losses(student, seen, batch),
            **hidden_losses(student, teacher, seen, batch),
            **truth_losses(student, seen, batch),
        }
        return found | display_losses(student, teacher, batch.crops)


def taught_losses(student: Student, seen: Learnt, batch: Batch) -> dict[str, Tensor]:
    """What the dense encoder's features hold that the student's do not, by depth; the stem alone sees hidden patches."""
    taught = of_chosen(batch.taught, batch.chosen)
    known = ~torch.isnan(taught[..., 0])
    taught = taught.nan_to_num()
    near = of_chosen(seen.near, batch.chosen)
    return {
        "taught": losses.unexplained(student.say_last(seen.last).float(), taught, known),
        "taught_tapped": losses.unexplained(student.say_tapped(seen.tapped).float(), taught, known),
        "taught_near": losses.unexplained(student.say_near(near).float(), taught, known),
    }


def hidden_losses(student: Student, teacher: Student, seen: Learnt, batch: Batch) -> dict[str, Tensor]:
    """Hidden patches from the teacher's view of them, in pictures that no dense encoder has seen."""
    untaught = torch.isnan(batch.taught[:, 0, 0, 0])
    counted = batch.hidden & untaught[:, None]
    if not counted.any():
        return {}
    with torch.no_grad():
        whole = teacher.backbone.learnt(batch.wide, batch.chosen).last.float()
    target = functional.layer_norm(whole, whole.shape[-1:])
    return {"hidden": losses.unlike(student.predict(seen.last).float(), target, counted)}


def truth_losses(student: Student, seen: Learnt, batch: Batch) -> dict[str, Tensor]:
    logits = student.dense(seen.features())[..., 0]
    return {"truth": losses.dense_truth(logits.float(), batch.coverage)}


def display_losses(student: Student, teacher: Student, crops: Tensor) -> dict[str, Tensor]:
    """Two looks (2, C, 3, s, s) at each display: alike for one display, spread out over all."""
    both = crops.flatten(0, 1)
    brightest = brightest_values(both, student.backbone.shape.patch)
    chosen = lit_patches(brightest, student.backbone.shape.darkest)
    chosen = Chosen(chosen.index[:, :CROP_PATCHES], chosen.valid[:, :CROP_PATCHES])
    with torch.no_grad():
        taught = teacher.projected(teacher.backbone.learnt(both, chosen).cls)
    views = student.projected(student.backbone.learnt(both, chosen).cls)
    count = crops.shape[1]
    with torch.autocast(crops.device.type, enabled=False):
        views, taught = views.reshape(2, count, -1), taught.reshape(2, count, -1)
        return {
            "alignment": losses.alignment(views, taught),
            "collapse": 1 - (losses.coding_rate(views[0]) + losses.coding_rate(views[1])) / 2,
            "rank": losses.effective_rank(views.detach().flatten(0, 1)),
        }


def cosine_between(start: float, end: float, progress: float) -> float:
    """From `start` at progress 0 to `end` at 1 along half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * min(progress, 1))) / 2
