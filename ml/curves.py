"""Precision over recall and calibration: as numbers, and as pictures where matplotlib is installed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ml.types import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Bools = NDArray[np.bool_]
BINS = 10
RECALLS = tuple(round(0.05 * step, 2) for step in range(1, 21))
SIZE_INCHES = (6, 5)
DPI = 110


def precision_at_recall(festive: Bools, chance: Floats) -> dict[str, float]:
    """Highest precision at each recall of 0.05, 0.1, … 1 or more; empty without a festive patch."""
    if not festive.any():
        return {}
    order = np.argsort(-chance, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(chance[order])), len(order) - 1)
    found = np.cumsum(festive[order])[ends]
    recall, precision = found / found[-1], found / (ends + 1)
    above = np.maximum.accumulate(precision[::-1])[::-1]
    first = np.searchsorted(recall, np.asarray(RECALLS) - 1e-9)
    return {f"{at:.2f}": round(float(above[index]), 4) for at, index in zip(RECALLS, first, strict=True)}


def calibration(share: Floats, chance: Floats) -> dict[str, Any]:
    """Ten bins of `chance`, each with its patches, their mean chance and mean true festive share.

    `expected_error` is the mean distance of the two, bins weighed by patches (expected calibration error, Naeini et al.
    2015), `bias` the mean of chance minus share over all.
    """
    bin_of = np.minimum((chance * BINS).astype(int), BINS - 1)
    counts = np.bincount(bin_of, minlength=BINS)
    found = np.bincount(bin_of, chance.astype(np.float64), BINS) / np.maximum(counts, 1)
    true = np.bincount(bin_of, share.astype(np.float64), BINS) / np.maximum(counts, 1)
    bins = [
        {"patches": int(count), "found": round(float(mean), 4), "true": round(float(truth), 4)}
        for count, mean, truth in zip(counts, found, true, strict=True)
        if count
    ]
    return {
        "bins": bins,
        "expected_error": round(float(np.average(np.abs(found - true), weights=counts)), 4),
        "bias": round(float(np.average(found - true, weights=counts)), 4),
    }


def number(value: float) -> float | None:
    """Four digits; None, which JSON knows, in place of nan."""
    return round(value, 4) if np.isfinite(value) else None


def draw_all(figures: Mapping[str, Any], folder: Path) -> None:
    """Write `precision_recall.png` and `calibration.png` of `figures` by source; a sentence where matplotlib is missing."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        print(
            "The pictures of the curves are left out; install matplotlib for them. The report has the numbers.",
            file=sys.stderr,
        )
        return
    draw(folder / "precision_recall.png", figures, draw_precision, "recall", "precision")
    draw(folder / "calibration.png", figures, draw_calibration, "found chance", "true festive share")


def draw(path: Path, figures: Mapping[str, Any], line_of: Any, across: str, up: str) -> None:
    """One picture with a line for each source, both axes from 0 to 1."""
    from matplotlib.figure import Figure

    picture = Figure(figsize=SIZE_INCHES, layout="constrained")
    axes = picture.subplots()
    for source, found in figures.items():
        line_of(axes, source, found)
    axes.set(xlabel=across, ylabel=up, xlim=(0, 1), ylim=(0, 1.02), title="Patches of groups left out")
    axes.grid(alpha=0.3)
    axes.legend()
    picture.savefig(path, dpi=DPI, metadata={"Software": None})


def draw_precision(axes: Axes, source: str, found: Mapping[str, Any]) -> None:
    curve = found["precision_at_recall"]
    low, high = found["average_precision_95"]
    label = f"{source}: {found['average_precision']} ({low} to {high})"
    axes.plot([float(recall) for recall in curve], list(curve.values()), marker=".", label=label)


def draw_calibration(axes: Axes, source: str, found: Mapping[str, Any]) -> None:
    bins = found["calibration"]["bins"]
    label = f"{source}: error {found['calibration']['expected_error']}"
    axes.plot([one["found"] for one in bins], [one["true"] for one in bins], marker="o", label=label)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8, linestyle="--")
