"""How the pictures of a video move: looked at about once a second, and every few seconds at some frames in a row.

The rows of `Footage.motion`: `at_ms` since the first frame; `change` since the look before, mean absolute difference of
brightness per second, 0 while the car stands, at most 1; `flow`, how many picture widths per second the scene moves to the
right, NaN where that cannot be told; `brightness`, the mean in [0, 1].
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workers.media.video.container import Clip, rewind
from workers.media.video.decoding import Shown, decoded, frames_from, packets
from workers.media.video.flow import flow_between
from workers.media.video.pixels import small_luma

if TYPE_CHECKING:
    from av.video.reformatter import VideoReformatter

LOOK_MS = 1000.0
BURST_MS = 5000.0
BURST_PACKETS = 4
IN_A_ROW_MS = 150.0
DENSE_MS = 2000.0
MOST_LOOKS = 3600
LONGEST_DECODED_MS = 10 * 60 * 1000.0
CHANGE_CELL = 4

Luma = NDArray[np.float32]


@dataclass(frozen=True)
class Look:
    """One picture that was looked at, and those right after it, with their times."""

    at_ms: float
    luma: Luma
    burst: tuple[tuple[float, Luma], ...] = ()


def motion_of(clip: Clip) -> NDArray[np.float32]:
    """(n, 4) rows in order of time. A long video is looked at more seldom, so that no more than 3,600 looks are made."""
    looks: list[tuple[float, float, float, float]] = []
    before: Look | None = None
    for look in looks_at(clip):
        looks.append((look.at_ms, change_between(before, look), flow_in(look), float(look.luma.mean())))
        before = look
    return np.array(looks, dtype=np.float32).reshape(-1, 4)


def change_between(before: Look | None, look: Look) -> float:
    if before is None or look.at_ms <= before.at_ms or before.luma.shape != look.luma.shape:
        return 0.0
    difference = float(np.abs(coarse(look.luma) - coarse(before.luma)).mean())
    return min(1.0, difference / ((look.at_ms - before.at_ms) / 1000))


def coarse(luma: Luma) -> Luma:
    """Means of 4 × 4 pixels, in which noise is no change."""
    rows, columns = (side // CHANGE_CELL * CHANGE_CELL for side in luma.shape)
    cells = luma[:rows, :columns].reshape(
        rows // CHANGE_CELL, CHANGE_CELL, columns // CHANGE_CELL, CHANGE_CELL
    )
    return cells.mean(axis=(1, 3))


def flow_in(look: Look) -> float:
    """Picture widths per second to the right, NaN where no burst followed or it cannot be told."""
    pictures = [(look.at_ms, look.luma), *look.burst]
    pairs = [
        (one, other, (later_ms - earlier_ms) / 1000)
        for (earlier_ms, one), (later_ms, other) in pairwise(pictures)
        if 0 < later_ms - earlier_ms <= IN_A_ROW_MS
    ]
    return flow_between(pairs) if pairs else float("nan")


def looks_at(clip: Clip) -> Iterator[Look]:
    """The looks in order. Where keyframes are dense only they and the bursts after them are decoded."""
    from av.video.reformatter import VideoReformatter

    reformatter = VideoReformatter()
    apart_ms = max(LOOK_MS, clip.ends_ms / MOST_LOOKS)
    dense = clip.keyframes_apart_ms <= DENSE_MS or clip.ends_ms > LONGEST_DECODED_MS
    shown = sparingly(clip, apart_ms) if dense else everything(clip)
    yield from bundled(shown, reformatter, apart_ms)


def sparingly(clip: Clip, apart_ms: float) -> Iterator[Shown]:
    """Keyframes at least `apart_ms` apart, and every five seconds the pictures right after one."""
    rewind(clip.container, clip.stream, clip.first_pts)
    last_ms = last_burst_ms = float("-inf")
    in_burst = 0
    for packet in packets(clip):
        at_ms = clip.ms_of(packet.pts) if packet.pts is not None else last_ms
        look = packet.is_keyframe and at_ms - last_ms >= apart_ms - IN_A_ROW_MS
        if look:
            last_ms = at_ms
        if look and at_ms - last_burst_ms >= BURST_MS - IN_A_ROW_MS:
            last_burst_ms, in_burst = at_ms, BURST_PACKETS + 1
        if look or in_burst or packet.pts is None:
            yield from decoded(clip, packet)
        in_burst = max(0, in_burst - 1)


def everything(clip: Clip) -> Iterator[Shown]:
    bursts = [(at_ms, at_ms + IN_A_ROW_MS) for at_ms in np.arange(0.0, clip.ends_ms, BURST_MS)]
    yield from frames_from(clip, 0.0, bursts)


def bundled(shown: Iterator[Shown], reformatter: VideoReformatter, apart_ms: float) -> Iterator[Look]:
    """Pictures as looks: one that comes long enough after the last begins a look, those right after it are its burst."""
    look: list[tuple[float, Luma]] = []
    for at_ms, frame in shown:
        if not look or at_ms - look[0][0] >= apart_ms - IN_A_ROW_MS:
            if look:
                yield Look(*look[0], burst=tuple(look[1:]))
            look = [(at_ms, small_luma(frame, reformatter))]
        elif len(look) < BURST_PACKETS and at_ms - look[-1][0] <= IN_A_ROW_MS:
            look.append((at_ms, small_luma(frame, reformatter)))
    if look:
        yield Look(*look[0], burst=tuple(look[1:]))


def standing_spans(
    motion: NDArray[np.float32], *, still: float, at_least_ms: float
) -> Sequence[tuple[float, float]]:
    """When the pictures stood still: from, to, in milliseconds; stretches of looks whose change stays below `still`."""
    spans: list[tuple[float, float]] = []
    for before, look in pairwise(motion):
        if look[1] > still:
            continue
        start = spans.pop()[0] if spans and spans[-1][1] == float(before[0]) else float(before[0])
        spans.append((start, float(look[0])))
    return [(start, end) for start, end in spans if end - start >= at_least_ms]
