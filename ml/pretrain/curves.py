"""What a run has found so far: one line of JSON per ten steps, drawn as a picture, watched for collapse."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path
from typing import Any

CURVES, PICTURE = "curves.jsonl", "curves.png"
LOWEST_RANK, WATCHED = 4.0, 5
PANELS = (
    ("losses", ("taught", "taught_tapped", "taught_near", "hidden", "truth", "alignment", "collapse")),
    ("entropy of the displays' vectors (nats)", ("entropy",)),
    ("their effective rank", ("rank",)),
    ("linear probe, average precision", ("probe",)),
)


def note(folder: Path, step: int, found: dict[str, float]) -> None:
    """Append one line: the step and what was found at it; the entropy is the logarithm of the rank."""
    folder.mkdir(parents=True, exist_ok=True)
    row: dict[str, float] = {"step": step} | {name: round(value, 5) for name, value in found.items()}
    if "rank" in found:
        row["entropy"] = round(math.log(max(found["rank"], 1.0)), 5)
    with (folder / CURVES).open("a") as file:
        file.write(json.dumps(row) + "\n")


def read(folder: Path) -> list[dict[str, Any]]:
    """All lines so far in order of steps; of a step noted twice, before and after an interruption, the later.

    A line that was cut off while it was written is left out.
    """
    file = folder / CURVES
    merged: dict[int, dict[str, Any]] = {}
    for line in file.read_text().splitlines() if file.is_file() else []:
        with contextlib.suppress(json.JSONDecodeError):
            row = json.loads(line)
            merged[row["step"]] = merged.get(row["step"], {}) | row
    return [merged[step] for step in sorted(merged)]


def warning(rows: list[dict[str, Any]]) -> str | None:
    """A sentence where the last five ranks say that the vectors collapse, or a loss is no number."""
    last = rows[-1] if rows else {}
    lost = [name for name, value in last.items() if not math.isfinite(value)]
    if lost:
        return f"{', '.join(lost)} is no number: such steps change nothing. If it stays so, begin anew with another seed."
    ranks = [row["rank"] for row in rows if "rank" in row][-WATCHED:]
    if len(ranks) == WATCHED and max(ranks) < LOWEST_RANK:
        return f"The vectors of different displays fall together (effective rank {ranks[-1]:.1f}): this run is collapsing."
    return None


def draw(folder: Path) -> bool:
    """Draw curves.png from curves.jsonl; false where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    rows = read(folder)
    figure = Figure(figsize=(12, 8), layout="constrained")
    for panel, (title, names) in zip(figure.subplots(2, 2).flat, PANELS, strict=True):
        for name in names:
            points = [(row["step"], row[name]) for row in rows if name in row]
            if points:
                panel.plot(*zip(*points, strict=True), label=name, linewidth=1)
        panel.set(title=title, xlabel="step")
        if panel.lines:
            panel.legend(fontsize=8)
    figure.savefig(folder / PICTURE, dpi=90)
    return True
