"""Which moments of a video become frames.

On the track: the car's every `step_m` metres, measured from the place of the last frame. Where it stands, one frame for the
whole stop, from its middle: standing is less than 2 m of way within 4 seconds, for 3 seconds or more; a stop that is not
`step_m` away from the one before is the same. Off the track, or where the camera's clock is not known: every `step_s`
seconds, and while the pictures do not change, one frame for as long as they stand still.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from server.drives.track import Fix, offset_between_m, position_at
from workers.media.video.motion import standing_spans

GRID_MS = 100
WINDOW_MS = 2000
STANDING_M = 2.0
PERHAPS_STANDING_M = 8.0
STOP_MS = 3000
LEAST_STILL, MOST_STILL = 0.003, 0.02
OF_USUAL_CHANGE = 0.25
NEARLY = 0.8

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Steps:
    """Metres between frames on the track, seconds where there is none."""

    metres: float
    seconds: float


def planned_ms(
    track: Sequence[Fix],
    began_at: datetime | None,
    duration_ms: float,
    motion: NDArray[np.float32],
    steps: Steps,
) -> list[float]:
    """Moments in milliseconds since `began_at`, the true time of the first frame; None where that is not known."""
    grid_ms = np.arange(0, duration_ms + 1, GRID_MS, dtype=np.float64)
    way = way_along(track, began_at, grid_ms)
    still = within(grid_ms, standing_spans(motion, still=still_below(motion), at_least_ms=STOP_MS))
    standing = stands(way, still)
    known = np.isfinite(way[:, 0])
    moments: list[float] = []
    for (on_track, at_rest), indices in runs_of(known, standing):
        stretch = np.array(indices)
        if at_rest:
            moments += [float(grid_ms[stretch].mean())]
        elif on_track:
            moments += by_distance(grid_ms[stretch], way[stretch], steps.metres)
        else:
            moments += by_time(grid_ms[stretch], steps.seconds)
    return thinned(moments, grid_ms, way, standing, steps)


def way_along(track: Sequence[Fix], began_at: datetime | None, grid_ms: Floats) -> Floats:
    """(n, 2) metres east and north of the first known place; NaN off the track."""
    if began_at is None or not track:
        return np.full((len(grid_ms), 2), np.nan)
    places = [position_at(track, began_at + timedelta(milliseconds=float(at_ms))) for at_ms in grid_ms]
    origin = next((place for place in places if place), (0.0, 0.0))
    nowhere = (math.nan, math.nan)
    return np.array([offset_between_m(origin, place) if place else nowhere for place in places]).reshape(
        -1, 2
    )


def still_below(motion: NDArray[np.float32]) -> float:
    """The change below which pictures stand still: a quarter of what they usually change while the car drives."""
    usual = float(np.quantile(motion[1:, 1], 0.8)) if len(motion) > 1 else 0.0
    return min(max(OF_USUAL_CHANGE * usual, LEAST_STILL), MOST_STILL)


def within(grid_ms: Floats, spans: Sequence[tuple[float, float]]) -> Bools:
    inside = np.zeros(len(grid_ms), dtype=bool)
    for start_ms, end_ms in spans:
        inside |= (grid_ms >= start_ms) & (grid_ms <= end_ms)
    return inside


def stands(way: Floats, still: Bools) -> Bools:
    """Where the car stands, for at least three seconds: by the track, by both, or off the track by the pictures alone."""
    reach = WINDOW_MS // GRID_MS
    after = np.minimum(np.arange(len(way)) + reach, len(way) - 1)
    before = np.maximum(np.arange(len(way)) - reach, 0)
    whole = (after - before) / (2 * reach)
    moved_m = np.hypot(*(way[after] - way[before]).T) / np.maximum(whole, 0.25)
    known = np.isfinite(moved_m)
    standing = np.where(known, (moved_m < STANDING_M) | (still & (moved_m < PERHAPS_STANDING_M)), still)
    return lasting(standing, STOP_MS // GRID_MS)


def lasting(flags: Bools, at_least: int) -> Bools:
    """The flags without runs of True that are shorter."""
    kept = flags.copy()
    for value, indices in groupby(range(len(flags)), key=lambda index: bool(flags[index])):
        stretch = list(indices)
        if value and len(stretch) < at_least:
            kept[stretch] = False
    return kept


def runs_of(known: Bools, standing: Bools) -> list[tuple[tuple[bool, bool], list[int]]]:
    """Stretches of the same kind, in order: (on the track, standing) and the places in the grid."""
    keyed = groupby(range(len(known)), key=lambda index: (bool(known[index]), bool(standing[index])))
    return [(kind, list(indices)) for kind, indices in keyed]


def by_distance(grid_ms: Floats, way: Floats, step_m: float) -> list[float]:
    """The first moment, and each that is `step_m` away from the one before; between those of the grid in proportion."""
    before_ms, before = float(grid_ms[0]), way[0]
    moments, anchor = [before_ms], before
    for at_ms, here in zip(grid_ms.tolist(), way, strict=True):
        while (away_m := apart_m(anchor, here)) >= step_m:
            covered_m = apart_m(anchor, before)
            part = (step_m - covered_m) / (away_m - covered_m) if away_m > covered_m else 1.0
            part = min(max(part, 0.0), 1.0)
            before_ms, before = before_ms + part * (at_ms - before_ms), before + part * (here - before)
            moments.append(before_ms)
            anchor = before
        before_ms, before = at_ms, here
    return moments


def apart_m(one: Floats, other: Floats) -> float:
    return math.hypot(other[0] - one[0], other[1] - one[1])


def by_time(grid_ms: Floats, step_s: float) -> list[float]:
    count = int((grid_ms[-1] - grid_ms[0]) / (1000 * step_s)) + 1
    return [float(grid_ms[0] + 1000 * step_s * number) for number in range(count)]


def thinned(
    moments: Sequence[float], grid_ms: Floats, way: Floats, standing: Bools, steps: Steps
) -> list[float]:
    """Without those that begin a stretch too near to the frame before: on the track in metres, off it in seconds.

    The frame of a stop counts before the one just ahead of it.
    """
    kept: list[float] = []
    for at_ms in sorted(moments):
        at_rest = standing[index_of(grid_ms, at_ms)]
        while kept and too_near(way, kept[-1], at_ms, steps):
            if not at_rest or standing[index_of(grid_ms, kept[-1])]:
                break
            kept.pop()
        else:
            kept.append(at_ms)
    return kept


def index_of(grid_ms: Floats, at_ms: float) -> int:
    return min(round(at_ms / GRID_MS), len(grid_ms) - 1)


def too_near(way: Floats, before_ms: float, at_ms: float, steps: Steps) -> bool:
    away_m = apart_m(place_at(way, before_ms), place_at(way, at_ms))
    if math.isfinite(away_m):
        return away_m < NEARLY * steps.metres
    return at_ms - before_ms < 1000 * NEARLY * steps.seconds


def place_at(way: Floats, at_ms: float) -> Floats:
    """The place between those of the grid."""
    index = min(int(at_ms // GRID_MS), len(way) - 1)
    part = at_ms / GRID_MS - index
    return way[index] if not part else way[index] + part * (way[min(index + 1, len(way) - 1)] - way[index])
