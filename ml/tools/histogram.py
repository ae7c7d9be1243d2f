"""How many pictures have how many points: as text, and as a picture where matplotlib is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HIGHEST = 100.0
BINS = 20
BAR = 40
EIGHTHS = " ▏▎▍▌▋▊▉"
SIZE_INCHES = (7, 4)
DPI = 110


def counts(points: Sequence[float], bins: int = BINS) -> NDArray[np.int64]:
    """(bins,) pictures in equal steps of points from 0 to 100; 100 itself lies in the last."""
    return np.histogram(np.asarray(points, dtype=np.float64), bins, (0.0, HIGHEST))[0].astype(np.int64)


def as_text(points: Sequence[float], bins: int = BINS) -> str:
    """One line per step of points: from, to, a bar and the number of pictures."""
    found, step = counts(points, bins), HIGHEST / bins
    most = max(1, int(found.max()))
    return "\n".join(
        f"{number * step:5.0f}–{(number + 1) * step:<3.0f} {bar(int(count) / most):<{BAR}} {count}"
        for number, count in enumerate(found)
    )


def bar(share: float) -> str:
    """A bar of up to 40 characters for a share in [0, 1], in eighths of a character; never empty above 0."""
    eighths = max(round(share * BAR * 8), 1 if share > 0 else 0)
    return ("█" * (eighths // 8) + EIGHTHS[eighths % 8]).rstrip()


def draw(path: Path, points: Sequence[float], limits: Mapping[str, float], bins: int = BINS) -> bool:
    """Write the histogram as PNG, `limits` (class -> points) as lines; False, and nothing written, without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    picture = Figure(figsize=SIZE_INCHES, layout="constrained")
    axes = picture.subplots()
    step = HIGHEST / bins
    axes.bar(np.arange(bins) * step, counts(points, bins), width=step * 0.94, align="edge", color="#c8743c")
    for name, limit in limits.items():
        axes.axvline(limit, color="grey", linewidth=0.8, linestyle="--")
        axes.annotate(
            name, (limit, 1), xycoords=("data", "axes fraction"), xytext=(2, -10), textcoords="offset points"
        )
    axes.set(xlabel="points", ylabel="pictures", xlim=(0, HIGHEST), title=f"{len(points)} pictures")
    picture.savefig(path, dpi=DPI, metadata={"Software": None})
    return True
