"""The training loop: resumable at any step, with a progress line."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ml.network import Backbone, NetworkShape
from ml.pretrain.student import (
    Student,
    cosine_between,
    follow,
    hidden_patches,
    hold_stem,
    losses_of,
    teacher_of,
    truth_near,
)
from ml.pretrain.views import GLOBAL_PX, LOCALS, PATCH, Views, make_views
from ml.truth import TruePicture
from ml.types import WeightsError

CHECKPOINT = "checkpoint.pt"
SAVE_EVERY_STEPS = 50


@dataclass(frozen=True)
class Recipe:
    """What one run does; part of its checkpoint.

    The first `truth_steps` teach the stem alone, from pictures with truth; the rest teach the transformer on that stem,
    which then stays as it is. `truth_share` and `real_truth_share`: chances that a picture of a batch is rendered with
    truth, or real with a drawn mask; the rest are pictures without truth, of which there are none in the first part.
    `weights`: of the objectives.
    """

    steps: int = 1500
    truth_steps: int = 1000
    batch: int = 16
    seed: int = 0
    peak_rate: float = 7e-4
    decay: float = 0.04
    warm_up_steps: int = 100
    truth_share: float = 0.35
    real_truth_share: float = 0.45
    weights: dict[str, float] = field(
        default_factory=lambda: {
            "alignment": 0.5,
            "collapse": 1.0,
            "patches": 0.3,
            "truth": 1.0,
            "truth_near": 1.0,
        }
    )


@dataclass(frozen=True)
class Pool:
    """Pictures to learn from, by what is known of them."""

    rendered: list[TruePicture]
    labelled: list[TruePicture]
    plain: list[Path]

    def drawn(self, recipe: Recipe, step: int) -> tuple[list[TruePicture | Path], np.random.Generator]:
        """The batch of a step and the chance to make its views with; depends on seed and step alone."""
        chance = np.random.default_rng([recipe.seed, step])
        known = recipe.truth_share + recipe.real_truth_share
        reach = known if step < recipe.truth_steps else 1.0
        return [self._one(recipe, chance.random() * reach, chance) for _ in range(recipe.batch)], chance

    def _one(self, recipe: Recipe, turn: float, chance: np.random.Generator) -> TruePicture | Path:
        wished: list[list[Any]] = [self.plain, self.rendered, self.labelled]
        if turn < recipe.truth_share:
            wished = [self.rendered, self.labelled, self.plain]
        elif turn < recipe.truth_share + recipe.real_truth_share:
            wished = [self.labelled, self.rendered, self.plain]
        pictures = next((kind for kind in wished if kind), None)
        if pictures is None:
            raise WeightsError("There are no pictures to learn from; name at least one folder of pictures.")
        chosen: TruePicture | Path = pictures[int(chance.integers(len(pictures)))]
        return chosen


class Run:
    """One pre-training run in a folder; made anew or taken up where its checkpoint stands."""

    def __init__(self, folder: Path, recipe: Recipe, shape: NetworkShape | None = None) -> None:
        torch.manual_seed(recipe.seed)
        self.folder, self.recipe, self.step = folder, recipe, 0
        self.student = Student(shape or NetworkShape()).to(memory_format=torch.channels_last)
        self.teacher = teacher_of(self.student)
        self.optimizer = torch.optim.AdamW(
            [
                {
                    "params": [p for p in self.student.parameters() if p.ndim > 1],
                    "weight_decay": recipe.decay,
                },
                {"params": [p for p in self.student.parameters() if p.ndim <= 1], "weight_decay": 0.0},
            ],
            lr=recipe.peak_rate,
        )
        if (folder / CHECKPOINT).is_file():
            self._take_up()

    def _take_up(self) -> None:
        state = torch.load(self.folder / CHECKPOINT, weights_only=True)
        if state["shape"] != self.student.backbone.shape.as_dict():
            raise WeightsError(
                f"{self.folder / CHECKPOINT} holds a network of another shape; choose another folder."
            )
        self.step = state["step"]
        self.student.load_state_dict(state["student"])
        self.teacher.load_state_dict(state["teacher"])
        self.optimizer.load_state_dict(state["optimizer"])

    def save(self) -> None:
        """Write the checkpoint in one move, so that a kill leaves the previous one whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        state = {
            "step": self.step,
            "shape": self.student.backbone.shape.as_dict(),
            "recipe": asdict(self.recipe),
            "student": self.student.state_dict(),
            "teacher": self.teacher.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        fresh = self.folder / f"{CHECKPOINT}.new"
        torch.save(state, fresh)
        os.replace(fresh, self.folder / CHECKPOINT)

    def learn(self, views: Views) -> dict[str, float]:
        """One step; the losses by name."""
        if self.step >= self.recipe.truth_steps:
            hold_stem(self.student, self.teacher)
        progress = self.step / self.recipe.steps
        rate = self.recipe.peak_rate * min(1.0, (self.step + 1) / self.recipe.warm_up_steps)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * cosine_between(1.0, 0.02, progress)
        found = self._objectives(views)
        total = sum((self.recipe.weights[name] * loss for name, loss in found.items()), torch.zeros(()))
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
        self.optimizer.step()
        follow(self.teacher, self.student, cosine_between(0.99, 0.9995, progress))
        self.step += 1
        return {name: float(loss.detach()) for name, loss in found.items()}

    def _objectives(self, views: Views) -> dict[str, torch.Tensor]:
        wide = torch.from_numpy(views.globals).contiguous(memory_format=torch.channels_last)
        coverage = torch.from_numpy(views.coverage)
        if self.step < self.recipe.truth_steps:
            return {"truth_near": truth_near(self.student, wide, coverage)}
        chance = torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + self.step)
        hidden = hidden_patches(len(wide), GLOBAL_PX // PATCH, chance)
        return losses_of(self.student, self.teacher, wide, torch.from_numpy(views.locals), coverage, hidden)


def pretrain(run: Run, pool: Pool) -> None:
    """Learn until the recipe's last step; saves every 50 steps and when interrupted."""
    started, first = time.monotonic(), run.step
    try:
        for views in prepared(run, pool):
            found = run.learn(views)
            if run.step % SAVE_EVERY_STEPS == 0:
                run.save()
            if run.step % 10 == 0:
                print(
                    progress_line(run, found, time.monotonic() - started, run.step - first), file=sys.stderr
                )
    finally:
        run.save()


def views_of(recipe: Recipe, pool: Pool, step: int) -> Views:
    """The views of one step, without those that it does not need."""
    sources, chance = pool.drawn(recipe, step)
    return make_views(sources, chance, 0 if step < recipe.truth_steps else LOCALS)


def prepared(run: Run, pool: Pool) -> Iterator[Views]:
    """The views of each step, the next two made while the network learns from one."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        steps = range(run.step, run.recipe.steps)
        waiting = [executor.submit(views_of, run.recipe, pool, step) for step in steps[:2]]
        for step in steps:
            views = waiting.pop(0).result()
            if step + 2 < run.recipe.steps:
                waiting.append(executor.submit(views_of, run.recipe, pool, step + 2))
            yield views


def progress_line(run: Run, found: dict[str, float], spent_s: float, steps: int) -> str:
    left_min = spent_s / max(steps, 1) * (run.recipe.steps - run.step) / 60
    losses = " ".join(f"{name} {loss:.3f}" for name, loss in found.items())
    speed = steps * run.recipe.batch / max(spent_s, 1e-9)
    return f"step {run.step}/{run.recipe.steps}  {losses}  {speed:.1f} pictures/s  {left_min:.0f} min left"


def load_teacher(folder: Path) -> Backbone:
    """The backbone that a run has made so far. Raises WeightsError where there is no checkpoint."""
    path = folder / CHECKPOINT
    if not path.is_file():
        raise WeightsError(f"There is no {CHECKPOINT} in {folder}; run pretrain first.")
    state = torch.load(path, weights_only=True)
    teacher = Student(NetworkShape(**state["shape"]))
    teacher.load_state_dict(state["teacher"])
    return teacher.backbone.eval()
