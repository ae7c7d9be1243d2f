"""Labelled pairs into the coefficients of `same_place`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ml.metrics import auc
from ml.pictures import read_picture
from ml.tools.descriptors import Descriptors
from ml.tools.match.compare import Settings, compare
from ml.tools.match.place import PlaceModel, PlaceStatistics, fit_place
from ml.tools.match.rendered import flow, near_pairs, rendered_views
from ml.types import Box, Image, MlError

RENDERED_SEEDS = (901, 902, 903, 904, 905, 906)
UNSEEN_SEEDS = (905, 906)
RENDERED_HOUSES = 6
LEAST_SHARE = 0.3
FEWEST_SEEN = 4
Describe = Callable[[Image], Descriptors]
Progress = Callable[[int, int], None]


class PairsError(MlError):
    """A file of pairs cannot be used."""


@dataclass(frozen=True)
class Pair:
    """Two pictures and whether they show the same place; of each, the box to look at (None: all of it).

    `unseen`: kept out of the fit, for the report.
    """

    first: Path
    second: Path
    same: bool
    box_first: Box | None = None
    box_second: Box | None = None
    unseen: bool = False


@dataclass(frozen=True)
class Judged:
    """The statistics of one pair with its label."""

    statistics: PlaceStatistics
    same: bool
    unseen: bool = False


def read_pairs(path: Path) -> list[Pair]:
    """Pairs of a file with one JSON object per line, pictures relative to its folder.

    `{"a": "1.jpg", "b": "2.jpg", "same": true, "box_a": [0, 0, 1, 1], "unseen": false}`; boxes and `unseen` may be left out.
    Raises PairsError with the number of the line.
    """
    if not path.is_file():
        raise PairsError(f"{path} is not a file of pairs.")
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        if line.strip():
            try:
                pairs.append(pair_of(json.loads(line), path.parent))
            except (ValueError, KeyError, TypeError):
                raise PairsError(
                    f"Line {number} of {path.name} is not a pair; it needs a, b (pictures) and same (true or false)."
                ) from None
    return pairs


def pair_of(line: dict[str, Any], folder: Path) -> Pair:
    """Raises ValueError, KeyError or TypeError where the line is something else."""
    if not isinstance(line["same"], bool):
        raise ValueError
    return Pair(
        folder / line["a"],
        folder / line["b"],
        line["same"],
        box_of(line.get("box_a")),
        box_of(line.get("box_b")),
        bool(line.get("unseen", False)),
    )


def box_of(edges: Sequence[float] | None) -> Box | None:
    """Four edges x0, y0, x1, y1 in 0..1, or none. Raises ValueError."""
    if edges is None:
        return None
    x0, y0, x1, y1 = (float(edge) for edge in edges)
    if not (0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1):
        raise ValueError
    return x0, y0, x1, y1


def judge_pairs(
    pairs: Sequence[Pair], describe: Describe, settings: Settings, progress: Progress | None = None
) -> Iterator[Judged]:
    """Statistics of labelled pairs. A picture is described once, as long as its pairs stand near each other in the file."""

    @lru_cache(maxsize=200)
    def described(path: Path) -> Descriptors:
        return describe(read_picture(path))

    for done, pair in enumerate(pairs, start=1):
        first, second = described(pair.first), described(pair.second)
        first = first if pair.box_first is None else first.within(pair.box_first)
        second = second if pair.box_second is None else second.within(pair.box_second)
        yield Judged(compare(first, second, settings).statistics, pair.same, pair.unseen)
        if progress:
            progress(done, len(pairs))


def judge_rendered(
    describe: Describe, settings: Settings, seeds: Iterable[int] = RENDERED_SEEDS
) -> Iterator[Judged]:
    """Statistics of frames of rendered drives within 60 m: the same place where B shows at least 30 % of what A shows, another
    where it shows nothing of it; what lies between, and frames of fewer than 4 seen patches, are left out."""
    for seed in seeds:
        views = rendered_views(seed, RENDERED_HOUSES)
        described = {id(view): describe(view.image) for view in views}
        for first, second in near_pairs(views):
            a, b = described[id(first)], described[id(second)]
            share = flow(first, second).share
            if min(a.seen.sum(), b.seen.sum()) >= FEWEST_SEEN and (share == 0 or share >= LEAST_SHARE):
                yield Judged(compare(a, b, settings).statistics, share > 0, seed in UNSEEN_SEEDS)


def calibrated(
    judged: Sequence[Judged], backbone: str, source: str
) -> tuple[PlaceModel, dict[str, float | int | None]]:
    """Coefficients fitted to the pairs that are not `unseen`, and figures: AUC of those, and of the unseen (None without)."""
    fitted, kept = ([one for one in judged if one.unseen == unseen] for unseen in (False, True))
    truth = [one.same for one in fitted]
    model = fit_place([one.statistics for one in fitted], truth, backbone, "")
    figures = {
        "pairs": len(fitted),
        "same": sum(truth),
        "auc_fitted": area(model, fitted),
        "unseen_pairs": len(kept),
        "auc_unseen": area(model, kept),
    }
    words = f"{source}: {sum(truth)} pairs of the same place, {len(truth) - sum(truth)} of different ones"
    if kept:
        words += f"; AUC {figures['auc_unseen']} of {len(kept)} other pairs"
    return replace(model, fitted_on=words), figures


def area(model: PlaceModel, judged: Sequence[Judged]) -> float | None:
    """AUC of the model, or None where one of the answers is missing."""
    found = auc([one.same for one in judged], [model.chance(one.statistics) for one in judged])
    return round(found, 4) if np.isfinite(found) else None
