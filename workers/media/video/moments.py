"""Which moments of a video are wanted, and which keyframes can stand in for them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

REACH_MS = 100.0
OF_THE_GAP = 0.45
KEYFRAMES_SUFFICE = 0.9


@dataclass(frozen=True)
class Moment:
    """A wanted moment: the sharpest frame within `reach_ms` of `at_ms` (milliseconds since the first frame) will do."""

    at_ms: float
    reach_ms: float = REACH_MS


def moments_at(times_ms: Sequence[float], *, most_reach_ms: float = REACH_MS) -> list[Moment]:
    """Moments at those times, in order, with reaches that do not meet."""
    times = sorted(times_ms)
    gaps = [after - before for before, after in pairwise(times)]
    reaches = [
        min([most_reach_ms, *(OF_THE_GAP * gap for gap in gaps[max(index - 1, 0) : index + 1])])
        for index in range(len(times))
    ]
    return [Moment(at_ms, reach_ms) for at_ms, reach_ms in zip(times, reaches, strict=True)]


def missing_after(moments: Sequence[Moment], last_ms: float | None) -> list[Moment]:
    """The moments of which no frame is there yet, when the last frame that is there is that of `last_ms`."""
    return [moment for moment in moments if last_ms is None or moment.at_ms - moment.reach_ms > last_ms]


def at_keyframes(moments: Sequence[Moment], keyframes_ms: Sequence[float]) -> list[Moment] | None:
    """The keyframes nearest to the moments, or None where they are too far apart to stand in for them.

    They suffice where nine of ten moments have one of their own within half of the way to the neighbouring moments.
    """
    wide = moments_at([moment.at_ms for moment in moments], most_reach_ms=float("inf"))
    found = [nearest(keyframes_ms, moment) for moment in wide]
    chosen = sorted({at_ms for at_ms in found if at_ms is not None})
    if len(chosen) < KEYFRAMES_SUFFICE * len(moments):
        return None
    return [Moment(at_ms, reach_ms=1.0) for at_ms in chosen]


def nearest(keyframes_ms: Sequence[float], moment: Moment) -> float | None:
    index = bisect_left(keyframes_ms, moment.at_ms)
    around = keyframes_ms[max(index - 1, 0) : index + 1]
    best = min(around, key=lambda at_ms: abs(at_ms - moment.at_ms), default=None)
    return best if best is not None and abs(best - moment.at_ms) <= moment.reach_ms / OF_THE_GAP / 2 else None
