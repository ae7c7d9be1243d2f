"""For each wanted moment the sharpest of the frames around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workers.media.video.container import Clip
from workers.media.video.decoding import Shown, frames_from, keyframes_at, worth_moving
from workers.media.video.moments import Moment
from workers.media.video.pixels import luma_of

if TYPE_CHECKING:
    from av import VideoFrame

LINES = 100
COLUMNS = 1920


def sharpness(frame: VideoFrame) -> float:
    """The mean square of the brightness's second differences along some hundred lines, and of its steps across them.
    Only for comparing frames of one clip with each other."""
    luma = luma_of(frame)
    step = max(2, luma.shape[0] // LINES)
    columns = max(1, luma.shape[1] // COLUMNS)
    lines = luma[step // 2 : -1 : step, ::columns].astype(np.int16)
    below = luma[step // 2 + 1 :: step, ::columns].astype(np.int16)[: len(lines)]
    return mean_square(2 * lines[:, 1:-1] - lines[:, :-2] - lines[:, 2:]) + mean_square(lines - below)


def mean_square(differences: NDArray[np.int16]) -> float:
    values = differences.astype(np.float32).ravel()
    return float(values @ values) / max(1, values.size)


def frames_at(clip: Clip, moments: Sequence[Moment], *, keyframes_only: bool) -> Iterator[Shown]:
    """One frame for each moment that has any, in order. With `keyframes_only` the moments are times of keyframes."""
    if keyframes_only:
        return keyframes_at(clip, [moment.at_ms for moment in moments])
    return sharpest_at(clip, moments)


def sharpest_at(clip: Clip, moments: Sequence[Moment]) -> Iterator[Shown]:
    """In one go, or in several where a stretch between two moments is long enough to be jumped over."""
    start = 0
    while start < len(moments):
        over = 0
        for over, shown in read_on(clip, moments[start:]):  # noqa: B007
            if shown is not None:
                yield shown
        start += over


def read_on(clip: Clip, moments: Sequence[Moment]) -> Iterator[tuple[int, Shown | None]]:
    """Reads from the first moment on until it is better to move ahead; how many moments are over, and the frame of the
    one that ended last."""
    spans = [(moment.at_ms - moment.reach_ms, moment.at_ms + moment.reach_ms) for moment in moments]
    over, best, best_sharpness = 0, None, -1.0
    for at_ms, frame in frames_from(clip, spans[0][0], spans):
        while best is not None and at_ms > spans[over][1]:
            over += 1
            yield over, best
            best, best_sharpness = None, -1.0
            if over == len(moments) or worth_moving(clip, at_ms, spans[over][0]):
                return
        while over + 1 < len(moments) and at_ms >= spans[over + 1][0]:
            over += 1
        if at_ms < spans[over][0]:
            continue
        alone = at_ms > spans[over][1]
        found = 0.0 if alone else sharpness(frame)
        if found > best_sharpness:
            best, best_sharpness = (at_ms, frame), found
    if best is not None:
        yield over + 1, best
    yield len(moments), None
