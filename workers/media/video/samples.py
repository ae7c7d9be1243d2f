"""Where the samples of a track lie in an MP4 or MOV, and when each is shown (ISO/IEC 14496-12, 8.6 and 8.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from workers.media.video.boxes import Box, child, content_of
from workers.media.video.header import Track

MOST_SAMPLES = 100_000
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """One sample: where its bytes lie, when it begins and how long it lasts, in milliseconds of its track."""

    at: int
    size: int
    start_ms: float
    duration_ms: float


def samples_of(stream: IO[bytes], track: Track) -> list[Sample]:
    """The samples of a track in order; at most 100,000. A table that contradicts itself gives the samples before that."""
    sizes = _sizes(stream, track)
    places = _places(stream, track, sizes)
    starts_ms, durations_ms = _times_ms(stream, track, len(sizes))
    return [
        Sample(int(at), int(size), float(start_ms), float(duration_ms))
        for at, size, start_ms, duration_ms in zip(places, sizes, starts_ms, durations_ms, strict=False)
    ]


def _sizes(stream: IO[bytes], track: Track) -> Integers:
    box = child(stream, track.table, b"stsz")
    each = int.from_bytes(content_of(stream, box, at=4, most=4), "big")
    count = min(track.samples, MOST_SAMPLES)
    return np.full(count, each, dtype=np.int64) if each else _table(stream, box, 12, ">u4", 1, count)[:, 0]


def _places(stream: IO[bytes], track: Track, sizes: Integers) -> Integers:
    """The place of each sample: chunks follow one another in any order, the samples of a chunk side by side."""
    near, far = child(stream, track.table, b"stco"), child(stream, track.table, b"co64")
    kind = ">u4" if near else ">u8"
    chunks = _table(stream, near or far, 8, kind, 1, MOST_SAMPLES)[:, 0]
    runs = _table(stream, child(stream, track.table, b"stsc"), 8, ">u4", 3, MOST_SAMPLES)
    if not len(chunks) or not len(runs) or not len(sizes):
        return np.zeros(0, dtype=np.int64)
    run_of_chunk = np.searchsorted(runs[:, 0], np.arange(1, len(chunks) + 1), side="right") - 1
    in_chunk = np.clip(runs[np.maximum(run_of_chunk, 0), 1], 0, MOST_SAMPLES)
    firsts = np.concatenate([[0], np.cumsum(in_chunk)])
    chunk_of_sample = np.searchsorted(firsts, np.arange(len(sizes)), side="right") - 1
    known = chunk_of_sample[chunk_of_sample < len(chunks)]
    before = np.concatenate([[0], np.cumsum(sizes)])
    return chunks[known] + before[: len(known)] - before[firsts[known]]


def _times_ms(stream: IO[bytes], track: Track, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    box = child(stream, track.table, b"stts")
    runs = _table(stream, box, 8, ">u4", 2, MOST_SAMPLES)
    ends = np.cumsum(runs[:, 0])
    lengths = np.diff(np.minimum(np.concatenate([[0], ends]), count))
    ticks = np.repeat(runs[:, 1], lengths).astype(np.float64)
    durations_ms = 1000 * ticks / max(track.ticks_per_s, 1)
    return np.cumsum(durations_ms) - durations_ms, durations_ms


def _table(stream: IO[bytes], box: Box | None, at: int, kind: str, columns: int, most: int) -> Integers:
    """The rows of a table that begins at byte `at` of the box, after the number of its rows."""
    counted = int.from_bytes(content_of(stream, box, at=at - 4, most=4), "big")
    width = columns * np.dtype(kind).itemsize
    content = content_of(stream, box, at=at, most=min(counted, most) * width)
    whole = len(content) // width * width
    return np.frombuffer(content[:whole], kind).astype(np.int64).reshape(-1, columns)
