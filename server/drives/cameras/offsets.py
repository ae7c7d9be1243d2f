"""How far a camera's clock is off, estimated from what its pictures show. Pure numpy: clues in, candidates out.

Each clue is a row of numbers seen by the camera, and what the drive would have shown at any offset. For every offset a least
squares fit of one on the other says how much of what was seen it explains; the gain in log likelihood over explaining nothing is
summed over the clues, and a prior says which errors clocks have: none, a drift of minutes, a wrong zone. The confidence
compares the best offset with the next best one and with the best that chance would have found among so many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from server.drives.cameras.course import Course, Floats

Expected = Callable[[Floats, Floats], tuple[list[Floats], Floats]]
"""From the true begin and end of what was seen, each (L, n): the quantities that explain it, and 1 where they are known."""

CONFIDENT = 0.7
"""Below this confidence a person is asked."""
COARSE_S = 1.0
FINE_S = 0.1
APART_S = 12.0
MOST_LAGS = 200_000
MOST_SAMPLES = 1_500
CHUNK_CELLS = 2_000_000
LEAST_SAMPLES = 12
LEAST_INSIDE = 0.5
MEMORY_S = 5.0
MOST_EXPLAINED = 0.95
SATURATING_M = 8.0
SATURATING_RAD = 0.2
OUTSIDE_COST = 12.0
TEMPERATURE = 3.0
SHOWN_CANDIDATES = 5


@dataclass(frozen=True)
class Clue:
    """What a camera saw between times of its own clock (Unix, seconds): each (n,). `by`: a word of `ClockBy`.

    With `rising`, the first quantity that explains it must do so with a positive sign.
    """

    by: str
    begins_s: Floats
    ends_s: Floats
    seen: Floats
    expected: Expected
    rising: bool = True


@dataclass(frozen=True)
class Candidate:
    """An offset that the clues speak for: `offset_s` is added to the clock. `by`: the clue that says most for it."""

    offset_s: float
    confidence: float
    by: str


@dataclass(frozen=True)
class Prior:
    """How sure a clock is by itself: `right` the chance that it is right to the second, `zone_s` errors worth a thought."""

    right: float = 0.3
    zone_s: tuple[float, ...] = tuple(900.0 * quarters for quarters in range(-56, 57))
    drift_s: float = 90.0


def by_motion(course: Course) -> Expected:
    """Pictures change with the way that the car made meanwhile, and with its turns; both saturate."""

    def expected(begins_s: Floats, ends_s: Floats) -> tuple[list[Floats], Floats]:
        way_m = course.between(course.way_m, begins_s, ends_s)
        turned = course.between(course.turned_rad, begins_s, ends_s)
        features = [way_m / (way_m + SATURATING_M), turned / (turned + SATURATING_RAD)]
        return features, known_in(course, begins_s, ends_s)

    return expected


def by_flow(course: Course) -> Expected:
    """The scene moves sideways by the way that was made, and against the turns."""

    def expected(begins_s: Floats, ends_s: Floats) -> tuple[list[Floats], Floats]:
        span_s = np.maximum(ends_s - begins_s, 1e-3)
        way_m_s = course.between(course.way_m, begins_s, ends_s) / span_s
        swing = course.between(course.swung_rad, begins_s, ends_s) / span_s
        return [way_m_s, swing], known_in(course, begins_s, ends_s)

    return expected


def by_values(course: Course, values: Floats, known: Floats) -> Expected:
    """What is known of each second of the course, such as the lights beside the road; `known` is 1 or 0 for each."""

    def expected(begins_s: Floats, ends_s: Floats) -> tuple[list[Floats], Floats]:
        middle_s = (begins_s + ends_s) / 2
        inside = (middle_s >= course.begins_s) & (middle_s <= course.ends_s)
        return [course.at(values, middle_s)], (inside & (course.at(known, middle_s) > 0.99)).astype(float)

    return expected


def known_in(course: Course, begins_s: Floats, ends_s: Floats) -> Floats:
    """1 where the car's way between the two times is known throughout."""
    span_s = ends_s - begins_s
    known_s = course.between(course.known_s, begins_s, ends_s)
    inside = (begins_s >= course.begins_s) & (ends_s <= course.ends_s)
    return (inside & (known_s >= 0.98 * span_s)).astype(float)


def estimate(clues: Sequence[Clue], taken_s: Floats, course: Course, prior: Prior) -> list[Candidate]:
    """Candidates for the clock's offset, the likeliest first; none without evidence or without a common time.

    `taken_s`: when its pictures were taken, by its own clock (Unix, seconds), at least one.
    """
    clues = [clue for clue in map(thinned, clues) if len(clue.seen) >= LEAST_SAMPLES]
    lags_s = offsets_worth_trying(taken_s, course)
    if not clues or not len(lags_s):
        return []
    inside = share_inside(taken_s, course, lags_s)
    lags_s, inside = lags_s[inside >= LEAST_INSIDE], inside[inside >= LEAST_INSIDE]
    if not len(lags_s):
        return []
    gains = np.array([gain(clue, lags_s) for clue in clues])
    total = gains.sum(axis=0) + log_prior(lags_s, prior) - OUTSIDE_COST * (1 - inside)
    peaks = highest(lags_s, total)
    fine = [refined(clues, float(lags_s[peak])) for peak in peaks]
    best_of = [clues[int(np.argmax(gains[:, peak]))].by for peak in peaks]
    sure = confidences(total[peaks], gains.sum(axis=0)[peaks[0]], len(lags_s))
    return [
        Candidate(offset_s, confidence, by)
        for offset_s, confidence, by in zip(fine, sure, best_of, strict=True)
    ][:SHOWN_CANDIDATES]


def thinned(clue: Clue) -> Clue:
    """The clue as ranks, so that no single flash of light counts for more, and not more of it than need be."""
    good = np.isfinite(clue.seen)
    rows = np.flatnonzero(good)
    rows = rows[:: max(1, math.ceil(len(rows) / MOST_SAMPLES))]
    ranks = np.argsort(np.argsort(clue.seen[rows])) / max(len(rows) - 1, 1) - 0.5
    return Clue(clue.by, clue.begins_s[rows], clue.ends_s[rows], ranks, clue.expected, clue.rising)


def offsets_worth_trying(taken_s: Floats, course: Course) -> Floats:
    """Every second at which the pictures and the course overlap at all; coarser for days of them."""
    first, last = course.begins_s - taken_s.max(), course.ends_s - taken_s.min()
    step_s = max(COARSE_S, math.ceil((last - first) / MOST_LAGS))
    return np.arange(math.floor(first), math.ceil(last) + step_s, step_s)


def share_inside(taken_s: Floats, course: Course, lags_s: Floats) -> Floats:
    """The share of the pictures that each offset (L,) puts into the time of the course."""
    ordered = np.sort(taken_s)
    upto = np.searchsorted(ordered, course.ends_s - lags_s, side="right")
    return (upto - np.searchsorted(ordered, course.begins_s - lags_s, side="left")) / len(ordered)


def gain(clue: Clue, lags_s: Floats) -> Floats:
    """How much better than chance each offset (L,) explains what was seen, in nats."""
    rows = max(1, CHUNK_CELLS // len(clue.seen))
    chunks = [lags_s[start : start + rows] for start in range(0, len(lags_s), rows)]
    return np.concatenate([gain_of_chunk(clue, chunk) for chunk in chunks])


def gain_of_chunk(clue: Clue, lags_s: Floats) -> Floats:
    features, known = clue.expected(clue.begins_s + lags_s[:, None], clue.ends_s + lags_s[:, None])
    count = known.sum(axis=1)
    explained = share_explained(clue.seen, features, known, count, clue.rising)
    step_s = float(np.median(np.diff(clue.begins_s))) if len(clue.begins_s) > 1 else MEMORY_S
    independent = count * min(1.0, max(step_s, 0.05) / MEMORY_S)
    return np.where(count >= LEAST_SAMPLES, -0.5 * independent * np.log(1 - explained), 0.0)


def share_explained(
    seen: Floats, features: Sequence[Floats], known: Floats, count: Floats, rising: bool
) -> Floats:
    """R² (L,) of the least squares fit of `seen` (n,) on one or two features (L, n), where `known` (L, n) is 1."""
    count = np.maximum(count, 1.0)[:, None]
    y = (seen - (known @ seen)[:, None] / count) * known
    xs = [(x - (x * known).sum(axis=1, keepdims=True) / count) * known for x in features]
    yy = (y * y).sum(axis=1) + 1e-12
    first_y = (xs[0] * y).sum(axis=1)
    first = (xs[0] * xs[0]).sum(axis=1) + 1e-9
    alone = first_y**2 / first
    rises = first_y > 0 if rising else np.ones(len(first_y), dtype=bool)
    if len(xs) > 1:
        both, second = (xs[0] * xs[1]).sum(axis=1), (xs[1] * xs[1]).sum(axis=1) + 1e-9
        rest = np.maximum(second - both**2 / first, 1e-3 * second)
        alone = alone + ((xs[1] * y).sum(axis=1) - both * first_y / first) ** 2 / rest
    return np.where(rises, np.clip(alone / yy, 0.0, MOST_EXPLAINED), 0.0)


def log_prior(lags_s: Floats, prior: Prior) -> Floats:
    """What clocks do: they are right, or some minutes off, or that and in another zone, or anything at all."""
    others = (
        np.array(prior.zone_s)[None, :] - lags_s[:, None] if len(prior.zone_s) else np.zeros((len(lags_s), 0))
    )
    near = np.exp(-0.5 * (np.abs(others).min(axis=1, initial=1e9) / prior.drift_s) ** 2)
    exact = np.exp(-0.5 * (lags_s / 2.0) ** 2)
    drift = np.exp(-0.5 * (lags_s / prior.drift_s) ** 2)
    rest = 1.0 - prior.right
    density = prior.right * exact / 5.0 + rest * (
        0.5 * drift / 225.0 + 0.3 * near / 25_000.0 + 0.2 / 100_000.0
    )
    return np.log(density)


def highest(lags_s: Floats, total: Floats) -> list[int]:
    """The indices of the highest offsets, the best first, each at least 12 s from the better ones."""
    found: list[int] = []
    for index in np.argsort(-total):
        if all(abs(lags_s[index] - lags_s[other]) >= APART_S for other in found):
            found.append(int(index))
            if len(found) == SHOWN_CANDIDATES + 1:
                break
    return found


def refined(clues: Sequence[Clue], lag_s: float) -> float:
    """The offset to a tenth of a second: the middle of the top of what the clues say."""
    around = np.arange(lag_s - 3.0, lag_s + 3.0 + FINE_S, FINE_S)
    total = np.sum([gain(clue, around) for clue in clues], axis=0)
    weight = np.exp(total - total.max())
    return float((around * weight).sum() / weight.sum())


def confidences(totals: Floats, gained: float, tried: int) -> list[float]:
    """0 to 1 for each peak: its part of all peaks, times how far the best stands out of what chance finds among so many."""
    parts = np.exp((totals - totals.max()) / TEMPERATURE)
    chance = math.log(max(tried * COARSE_S / MEMORY_S, 2.0))
    stands_out = 1.0 / (1.0 + math.exp(-(gained - chance) / TEMPERATURE))
    return [float(part) for part in parts / parts.sum() * stands_out]
