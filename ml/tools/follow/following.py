"""Follows a point or a box through a clip or a sequence of pictures, by its patches.

What is looked for is a template of patches from the first frame, together with a second one that slowly takes on how the
place looks now. Each frame is searched around where the motion so far leads; after a loss, everywhere. A place counts when
it looks like the template and when, looked for backwards, it leads to where it came from. All of it is pure numpy on grids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ml.tools.follow.templates import (
    FollowError,
    Peak,
    Place,
    Template,
    Whitening,
    blended,
    box_steps,
    peak_of,
    point_steps,
    similarity_map,
    template_at,
    whitening_of,
    windowed,
)
from ml.tools.grids import to_grid
from ml.types import Box, Floats

State = Literal["found", "lost"]
DARK = "There is nothing to be seen at that place, it is dark; choose one with light or detail."


@dataclass(frozen=True)
class Manner:
    """How to follow.

    `found`, `lost`: confidence at which a lost place counts as found again, and below which a found one counts as lost.
    `clear`: margin over any other place that a lost place needs. `learning`: share of the slow template that each found
    frame replaces. `true`: similarity to the first template below which nothing is learnt; after `drifted` such frames in a
    row the place is lost, and only the first template is looked for. `near`, `per_s`: reach of the search as a share of the
    picture's longer side, at once and for each second since the last sight.
    """

    found: float = 0.42
    lost: float = 0.25
    clear: float = 0.05
    learning: float = 0.05
    true: float = 0.3
    drifted: int = 5
    near: float = 0.05
    per_s: float = 0.7
    agreement_patches: float = 2.0


@dataclass(frozen=True)
class Sight:
    """What is known in one frame: `place` (row, column) in patches where it is found, else None; `confidence` in [0, 1]."""

    place: Place | None
    confidence: float
    state: State


@dataclass(frozen=True)
class Memory:
    """What is carried from frame to frame. `velocity`: patches per second; `seen_ms`, `place`, `grid`: of the last sight."""

    first: Template
    slow: Template
    whitening: Whitening
    grid: Floats
    place: Place
    velocity: Place
    seen_ms: int
    state: State = "found"
    doubtful: int = 0


def begin(whitening: Whitening, white: Floats, box: Box, at_ms: int, is_point: bool) -> Memory:
    """Take the template from the first frame.

    `white` (h, w, D) is its grid, whitened; `box` (x0, y0, x1, y1) lies in [0, 1] of the picture and, for a point, is that point
    twice. Raises FollowError where nothing is to be seen there.
    """
    rows, columns = white.shape[:2]
    x0, y0, x1, y1 = box
    place = np.array(to_grid((x0 + x1) / 2, (y0 + y1) / 2, (rows, columns)))
    steps, weights = point_steps() if is_point else box_steps((y1 - y0) * rows, (x1 - x0) * columns)
    template = template_at(white, place, steps, weights)
    if template is None:
        raise FollowError(DARK)
    return Memory(template, template, whitening, white, place, np.zeros(2), at_ms)


def follow(
    frames: Iterable[tuple[int, Floats]], box: Box, is_point: bool = False, manner: Manner | None = None
) -> Iterator[Sight]:
    """One Sight for each frame (at_ms, grid); the first holds the place as it was given.

    A grid (h, w, D) has unit tokens, zeros where nothing is seen. Raises FollowError where there is nothing to follow.
    """
    manner = manner or Manner()
    memory: Memory | None = None
    for at_ms, grid in frames:
        if memory is None:
            whitening = sight_of(grid)
            memory = begin(whitening, whitening.of(grid), box, at_ms, is_point)
            yield Sight(memory.place, 1.0, "found")
            continue
        same_shape(grid, memory.grid)
        memory, sight = step(memory, at_ms, memory.whitening.of(grid), manner)
        yield sight


def follow_boxes(
    before: Floats, after: Floats, gap_ms: int, boxes: Iterable[Box], manner: Manner | None = None
) -> list[Sight | None]:
    """Where each box of one frame is in the next one, as `follow` would find it; None where there is nothing to follow.

    What is common to all boxes of a frame is reckoned once.
    """
    manner = manner or Manner()
    same_shape(after, before)
    whitening = whitening_of(before)
    if whitening is None:
        return [None for _ in boxes]
    white, next_white = whitening.of(before), whitening.of(after)
    found: list[Sight | None] = []
    for box in boxes:
        try:
            memory = begin(whitening, white, box, 0, is_point=False)
        except FollowError:
            found.append(None)
        else:
            found.append(step(memory, gap_ms, next_white, manner)[1])
    return found


def sight_of(grid: Floats) -> Whitening:
    whitening = whitening_of(grid)
    if whitening is None:
        raise FollowError(DARK)
    return whitening


def same_shape(grid: Floats, other: Floats) -> None:
    if grid.shape != other.shape:
        raise FollowError("The frames differ in shape; follow frames of one camera at one size.")


def step(memory: Memory, at_ms: int, grid: Floats, manner: Manner) -> tuple[Memory, Sight]:
    """Look for the place in the next frame's whitened grid."""
    peak, to_first = best_place(memory, at_ms, grid, manner)
    confidence = max(0.0, peak.similarity) * agreement(memory, grid, peak.place, manner)
    was_found = memory.state == "found"
    seen = confidence >= (manner.lost if was_found else manner.found) and (
        was_found or peak.margin >= manner.clear
    )
    doubtful = memory.doubtful + 1 if to_first < manner.true else 0
    if not seen or doubtful >= manner.drifted:
        lost = replace(memory, state="lost", slow=memory.first, velocity=np.zeros(2), doubtful=0)
        return lost, Sight(None, confidence, "lost")
    slow = memory.slow if doubtful else blended(memory.slow, grid, peak.place, manner.learning)
    found = replace(
        memory,
        slow=slow,
        grid=grid,
        place=peak.place,
        velocity=moved(memory, peak.place, at_ms),
        seen_ms=at_ms,
        state="found",
        doubtful=doubtful,
    )
    return found, Sight(peak.place, confidence, "found")


def best_place(memory: Memory, at_ms: int, grid: Floats, manner: Manner) -> tuple[Peak, float]:
    """The best place in reach for both templates together, and how similar it is to the first alone."""
    by_first = similarity_map(grid, memory.first)
    by_both = by_first
    if memory.slow is not memory.first:
        by_both = ((by_first + similarity_map(grid, memory.slow)) / 2).astype(np.float32)
    seconds = max(0, at_ms - memory.seen_ms) / 1000
    likely = by_both
    if memory.state == "found":
        expected = memory.place + memory.velocity * seconds
        likely = windowed(by_both, expected, (manner.near + manner.per_s * seconds) * max(grid.shape[:2]))
    peak = peak_of(likely, by_both)
    row, column = np.rint(peak.place).astype(int).clip(0, np.array(grid.shape[:2]) - 1)
    return peak, float(by_first[row, column])


def agreement(memory: Memory, grid: Floats, place: Place, manner: Manner) -> float:
    """1 where the place, looked for backwards, leads to where it was last seen, down to 0.5 where it leads elsewhere."""
    back = template_at(grid, place, memory.first.steps, memory.first.weights)
    if back is None:
        return 0.5
    similarity = similarity_map(memory.grid, back)
    reach = 4 * manner.agreement_patches + float(np.abs(place - memory.place).max())
    came_from = peak_of(windowed(similarity, memory.place, reach), similarity).place
    wrong = float(np.hypot(*(came_from - memory.place))) / manner.agreement_patches
    return 0.5 + 0.5 * float(np.exp(-(wrong**2) / 2))


def moved(memory: Memory, place: Place, at_ms: int) -> Place:
    """The new velocity, half the old one's and half of the last move's; none right after a loss."""
    seconds = (at_ms - memory.seen_ms) / 1000
    if seconds <= 0 or memory.state == "lost":
        return np.zeros(2)
    return np.asarray((memory.velocity + (place - memory.place) / seconds) / 2)
