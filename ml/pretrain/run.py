"""The training loop: resumable at any step, on the CPU or a GPU, with a progress line and curves."""

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
from ml.pretrain import curves
from ml.pretrain.probe import Probe
from ml.pretrain.sources import Pool
from ml.pretrain.student import (
    WIDE_PATCHES,
    Batch,
    Student,
    chosen_patches,
    cosine_between,
    follow,
    hidden_patches,
    losses_of,
    teacher_of,
)
from ml.pretrain.taught import Lessons
from ml.pretrain.views import Views, display_crops, lit_display, wide_views
from ml.types import WeightsError

CHECKPOINT = "checkpoint.pt"
SAVE_EVERY_STEPS, TELL_EVERY_STEPS, PROBE_EVERY_STEPS = 100, 10, 500
WEIGHTS = {
    "taught": 1.0,
    "taught_tapped": 0.3,
    "taught_near": 0.3,
    "hidden": 0.3,
    "truth": 0.5,
    "alignment": 0.15,
    "collapse": 0.3,
}


@dataclass(frozen=True)
class Recipe:
    """What one run does; part of its checkpoint.

    `batch` wide views and `displays` pairs of crops a step; `weights` of the objectives.
    """

    steps: int = 5000
    batch: int = 24
    displays: int = 12
    seed: int = 0
    peak_rate: float = 1e-3
    decay: float = 0.04
    warm_up_steps: int = 200
    weights: dict[str, float] = field(default_factory=lambda: dict(WEIGHTS))


class Run:
    """One pre-training run in a folder; made anew or taken up where its checkpoint stands."""

    def __init__(
        self, folder: Path, recipe: Recipe, shape: NetworkShape | None = None, device: str = "cpu"
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.folder, self.recipe, self.step, self.whole = folder, recipe, 0, True
        self.device = torch.device(device)
        self.student = Student(shape or NetworkShape()).to(self.device, memory_format=torch.channels_last)
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
        state = torch.load(self.folder / CHECKPOINT, weights_only=True, map_location="cpu")
        if state["shape"] != self.student.backbone.shape.as_dict():
            raise WeightsError(
                f"{self.folder / CHECKPOINT} holds a network of another shape; choose another folder."
            )
        tell_changes(state["recipe"], asdict(self.recipe))
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
        """One step; the losses by name, and the effective rank of the displays' vectors.

        A step whose gradient is no number changes nothing. `whole` is false while the network is on its way from one step to the
        next.
        """
        progress = self.step / self.recipe.steps
        rate = self.recipe.peak_rate * min(1.0, (self.step + 1) / self.recipe.warm_up_steps)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * cosine_between(1.0, 0.01, progress)
        found = losses_of(self.student, self.teacher, self._on_device(views))
        terms = [weight * found[name] for name, weight in self.recipe.weights.items() if name in found]
        self.optimizer.zero_grad(set_to_none=True)
        torch.stack(terms).sum().backward()
        length = torch.nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
        self.whole = False
        if torch.isfinite(length):
            self.optimizer.step()
            follow(self.teacher, self.student, cosine_between(0.99, 0.9995, progress))
        self.step += 1
        self.whole = True
        return {name: float(loss.detach()) for name, loss in found.items()}

    def _on_device(self, views: Views) -> Batch:
        chance = torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + self.step)
        wide = torch.from_numpy(views.wide).to(self.device, memory_format=torch.channels_last)
        chosen = chosen_patches(wide, self.student.backbone.shape.patch, WIDE_PATCHES, chance)
        return Batch(
            wide=wide,
            coverage=torch.from_numpy(views.coverage).to(self.device),
            taught=torch.from_numpy(views.taught).to(self.device),
            crops=torch.from_numpy(views.crops).to(self.device),
            chosen=chosen,
            hidden=hidden_patches(chosen, chance),
        )


def pretrain(run: Run, pool: Pool, lessons: Lessons, probe: Probe) -> None:
    """Learn until the recipe's last step; saves every 100 steps, and when interrupted unless in the middle of a change."""
    started, first = time.monotonic(), run.step
    ask(run, probe)
    try:
        for views in prepared(run, pool, lessons):
            found = run.learn(views)
            if run.step % SAVE_EVERY_STEPS == 0:
                run.save()
            if run.step % TELL_EVERY_STEPS == 0:
                tell(run, found, time.monotonic() - started, run.step - first)
            if run.step % PROBE_EVERY_STEPS == 0:
                ask(run, probe)
    finally:
        if run.whole:
            run.save()
        if not curves.draw(run.folder):
            print(
                "The picture of the curves is left out; install matplotlib for it. curves.jsonl has the numbers.",
                file=sys.stderr,
            )


def tell_changes(before: dict[str, Any], now: dict[str, Any]) -> None:
    """Say what a run goes on with that it did not begin with."""
    changed = [
        f"{name} {before.get(name)} is now {now[name]}" for name in now if before.get(name) != now[name]
    ]
    if changed:
        print(f"This run goes on with another recipe: {'; '.join(changed)}.", file=sys.stderr, flush=True)


def tell(run: Run, found: dict[str, float], spent_s: float, steps: int) -> None:
    """The progress line, the curves, and a warning where there is reason for one."""
    curves.note(run.folder, run.step, found)
    print(progress_line(run, found, spent_s, steps), file=sys.stderr, flush=True)
    warning = curves.warning(curves.read(run.folder))
    if warning:
        print(f"WARNING: {warning}", file=sys.stderr, flush=True)


def ask(run: Run, probe: Probe) -> None:
    """Note and print the linear probe of the teacher so far; at step 0 it is that of an untrained network."""
    if not probe:
        return
    found = probe.average_precision(run.teacher.backbone)
    curves.note(run.folder, run.step, {"probe": found})
    untrained = next((row["probe"] for row in curves.read(run.folder) if "probe" in row), found)
    print(
        f"step {run.step}: linear probe {found:.4f} (untrained {untrained:.4f})", file=sys.stderr, flush=True
    )
    curves.draw(run.folder)


def views_of(recipe: Recipe, pool: Pool, lessons: Lessons, step: int) -> Views:
    """The views of one step; they depend on seed and step alone."""
    chance = np.random.default_rng([recipe.seed, step])
    wide, coverage, taught = wide_views(pool.drawn(recipe.batch, chance), lessons, chance)
    pairs = pool.houses_drawn(recipe.displays // 2, chance)
    others = pool.drawn(recipe.displays - len(pairs), chance)
    pairs += [(display, display) for display in (lit_display(source, chance) for source in others)]
    crops = np.stack([display_crops([pair[look] for pair in pairs], chance) for look in (0, 1)])
    return Views(wide=wide, coverage=coverage, taught=taught, crops=crops)


def prepared(run: Run, pool: Pool, lessons: Lessons) -> Iterator[Views]:
    """The views of each step, the next ones made while the network learns from one."""
    workers = 1 if run.device.type == "cpu" else max(1, (os.cpu_count() or 2) - 2)
    ahead = 2 * workers
    executor = ThreadPoolExecutor(max_workers=workers)

    def begin(step: int) -> Any:
        return executor.submit(views_of, run.recipe, pool, lessons, step)

    try:
        steps = range(run.step, run.recipe.steps)
        waiting = [begin(step) for step in steps[:ahead]]
        for step in steps:
            views = waiting.pop(0).result()
            if step + ahead < run.recipe.steps:
                waiting.append(begin(step + ahead))
            yield views
    finally:
        executor.shutdown(cancel_futures=True)


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
    state = torch.load(path, weights_only=True, map_location="cpu")
    teacher = Student(NetworkShape(**state["shape"]))
    teacher.load_state_dict(state["teacher"])
    return teacher.backbone.eval()
