"""What a run of scoring says as a whole: how many pictures, how festive, how fast, what was refused and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

QUARTERS = (0, 25, 50, 75, 100)
CLASSES = ("none", "some", "many", "most")


@dataclass(frozen=True)
class Spread:
    """Lowest, quartiles and highest of some festivities, with their mean; all in [0, 1]."""

    mean: float
    lowest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    highest: float


@dataclass(frozen=True)
class Statistics:
    """`count` pictures scored in all, `scored_now` of them in this run of `seconds`; `classes` says how many of each.

    `festivity` is None where no picture has a score. `refused`: sentence -> how many pictures it was said of.
    """

    count: int
    scored_now: int
    seconds: float
    classes: dict[str, int]
    festivity: Spread | None
    refused: dict[str, int] = field(default_factory=dict)

    @property
    def frames_per_s(self) -> float | None:
        """Pictures scored per second of this run; None where it scored none."""
        return self.scored_now / self.seconds if self.scored_now and self.seconds > 0 else None

    def as_json(self) -> dict[str, Any]:
        """Numbers as JSON knows them, rounded to six digits."""
        speed = self.frames_per_s
        return {
            "count": self.count,
            "scored_now": self.scored_now,
            "seconds": round(self.seconds, 3),
            "frames_per_s": None if speed is None else round(speed, 2),
            "classes": self.classes,
            "festivity": self.festivity
            and {name: round(value, 6) for name, value in asdict(self.festivity).items()},
            "refused": self.refused,
        }

    def in_words(self) -> str:
        """A few lines for a person."""
        speed = self.frames_per_s
        lines = [f"{self.count} pictures scored, {self.scored_now} of them in this run"]
        if speed is not None:
            lines[0] += f", {speed:.1f} a second"
        if self.festivity:
            spread = self.festivity
            lines.append(
                f"festivity: median {spread.median:.4f}, quartiles {spread.lower_quartile:.4f} and "
                f"{spread.upper_quartile:.4f}, from {spread.lowest:.4f} to {spread.highest:.4f}"
            )
            lines.append("classes: " + ", ".join(f"{name} {count}" for name, count in self.classes.items()))
        if self.refused:
            lines.append(f"{sum(self.refused.values())} refused:")
            lines += [f"  {count} × {reason}" for reason, count in self.refused.items()]
        return "\n".join(lines)


def statistics(
    festivities: Sequence[float],
    classes: Iterable[str],
    reasons: Iterable[str] = (),
    scored_now: int = 0,
    seconds: float = 0.0,
) -> Statistics:
    """Statistics of festivities in [0, 1] with the class of each, and of the reasons why other pictures were refused."""
    found: Mapping[str, int] = Counter(classes)
    spread = None
    if len(festivities):
        lowest, lower, median, upper, highest = np.percentile(np.asarray(festivities), QUARTERS).tolist()
        spread = Spread(float(np.mean(festivities)), lowest, lower, median, upper, highest)
    return Statistics(
        count=len(festivities),
        scored_now=scored_now,
        seconds=seconds,
        classes={name: found.get(name, 0) for name in CLASSES},
        festivity=spread,
        refused=dict(Counter(reasons).most_common()),
    )
