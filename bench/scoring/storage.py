"""A new head on stored features of the embedded backbone, read from storage."""

from __future__ import annotations

import dataclasses
import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from ml import logistic, transforms
from ml.backbone import load_backbone
from ml.head import Head, load_head
from ml.packing import Packing, load_packing
from ml.pictures import read_picture
from ml.rescoring import Rescorer
from ml.stored import read, stored
from ml.types import Floats

Scoring = Callable[[Path], Floats]
ROUNDS = 7
LEARNT_FROM = 4
CHANGES = (0.1, 0.3, 1.0)
TAUGHT_ROWS = 3000
TAUGHT_STRENGTH = 0.1


def measured(photos: Sequence[Path], folder: Path, threads: int) -> dict[str, Any]:
    """The frames are stored by the shipped packing and scored anew with several heads; every fourth teaches one of these."""
    backbone, head = load_backbone(threads=threads), load_head()
    images = (transforms.fitted(read_picture(path), backbone.long_side, backbone.patch) for path in photos)
    grids = [backbone.encode(transforms.normalised([image])).patches[0] for image in images]
    seen = grids[::LEARNT_FROM]
    unseen = [grid for number, grid in enumerate(grids) if number % LEARNT_FROM]
    packing = load_packing()
    cls = np.zeros(backbone.dimension, dtype=np.float32)
    paths = [folder / f"{number}.features" for number in range(len(unseen))]
    sizes = [path.write_bytes(stored(packing, grid, cls)) for path, grid in zip(paths, unseen, strict=True)]
    errors = {}
    for name, one in heads(head, seen).items():
        again = scored_again(packing, one)
        found = [float(again(path).mean()) for path in paths]
        real = [float(one.probabilities(grid).mean()) for grid in unseen]
        differences = np.abs(np.array(found) - real)
        errors[name] = {
            "mean": round(float(differences.mean()), 6),
            "largest": round(float(differences.max()), 6),
            "within_1e-3": round(float((differences <= 1e-3).mean()), 3),
        }
    return {
        "rescore_fps": round(frames_per_s(paths, scored_again(packing, head), threads), 1),
        "rescore_cpu_ms": round(cpu_ms(paths, scored_again(packing, head)), 2),
        "feature_kb": round(float(np.mean(sizes)) / 1000, 1),
        "feature_kb_largest": round(max(sizes) / 1000, 1),
        "rescore_errors": errors,
    }


def heads(head: Head, seen: Sequence[Floats]) -> dict[str, Head]:
    """The shipped one, its weights with noise of a tenth, a third and all of their length, and one taught anew."""
    rows = np.concatenate([grid.reshape(-1, grid.shape[2]) for grid in seen])
    mean, deviation = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    chance = np.random.default_rng(1)
    found = {"shipped": head}
    for change in CHANGES:
        noise = chance.standard_normal(len(mean))
        noise *= change * np.linalg.norm(head.weight * deviation) / np.linalg.norm(noise) / deviation
        weight, bias = (head.weight + noise).astype(np.float32), head.bias - float(mean @ noise)
        found[f"changed by {change}"] = dataclasses.replace(head, weight=weight, bias=bias)
    chances = head.probabilities(rows)
    order = np.argsort(-chances)[: 4 * TAUGHT_ROWS]
    picked = chance.choice(order, min(TAUGHT_ROWS, len(order)), replace=False)
    truth = chances[picked] > chance.uniform(size=len(picked))
    line = logistic.fit(rows[picked], truth, np.ones(len(picked), dtype=np.float32), TAUGHT_STRENGTH)
    found["taught anew"] = dataclasses.replace(head, weight=line.weight.astype(np.float32), bias=line.bias)
    return found


def scored_again(packing: Packing, head: Head) -> Scoring:
    """Stored file -> festivity map."""
    rescorer = Rescorer(packing, head)
    return lambda path: rescorer.festivity_map(read(packing, path.read_bytes()))


def frames_per_s(paths: Sequence[Path], scoring: Scoring, threads: int) -> float:
    """Median over rounds in which no file is in the system's memory when it begins."""
    rates = []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(ROUNDS):
            for path in paths:
                forgotten(path)
            started = time.perf_counter()
            list(pool.map(scoring, paths))
            rates.append(len(paths) / (time.perf_counter() - started))
    return statistics.median(rates)


def cpu_ms(paths: Sequence[Path], scoring: Scoring) -> float:
    """CPU time of one frame in one thread."""
    started = time.process_time()
    for path in paths:
        scoring(path)
    return 1000 * (time.process_time() - started) / len(paths)


def forgotten(path: Path) -> None:
    """Written to storage, and dropped from the page cache."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
