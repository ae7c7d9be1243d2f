"""The fixes that a video carries: its GPMF stream, with times that do not drift, or the place where a phone began."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO

import numpy as np

from workers.media.refusal import Refused
from workers.media.video import gpmf
from workers.media.video.boxes import size_of
from workers.media.video.gpmf import Samples, VideoFix
from workers.media.video.header import TELEMETRY_FORMAT, Movie
from workers.media.video.klv import MOST_BYTES
from workers.media.video.samples import Sample, samples_of

LATE_MS = 1500.0
WIDEST_SPREAD_S = 2.0
FIXES_APART_MS = 240.0
"""Four fixes a second are more than a car needs; a GoPro writes ten to eighteen."""
PHONE_ACCURACY_M = 50.0
ISO_6709 = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")
LOCATIONS = ("com.apple.quicktime.location.ISO6709", "location", "location-eng")
ACCURACY = "com.apple.quicktime.location.accuracy.horizontal"


@dataclass(frozen=True)
class Telemetry:
    """`began_at`: GPS time of the file's first frame, where the receiver had a lock. `model`: what the camera calls itself."""

    fixes: tuple[VideoFix, ...] = ()
    began_at: datetime | None = None
    model: str = ""


def telemetry_of(stream: IO[bytes], movie: Movie) -> Telemetry:
    """What the GPMF stream of a video says. Damaged payloads are passed over; there is nothing that it raises."""
    parts = list(_timed(_payloads(stream, movie)))
    model = gpmf.model_in(movie.telemetry)
    if not parts:
        return Telemetry(model=model)
    began_s = _began_s(parts)
    fixes = [fix for samples, elapsed_ms in parts for fix in gpmf.fixes_of(samples, elapsed_ms)]
    began_at = None if began_s is None else gpmf.moment(began_s)
    if began_s is not None:
        fixes = [replace(fix, at=gpmf.moment(began_s + fix.elapsed_ms / 1000)) for fix in fixes]
    return Telemetry(fixes=tuple(thinned(fixes)), began_at=began_at, model=model)


def thinned(fixes: list[VideoFix]) -> Iterator[VideoFix]:
    """Fixes that are at least a quarter of a second apart, in order of time."""
    last_ms = -np.inf
    for fix in sorted(fixes, key=lambda fix: fix.elapsed_ms):
        if fix.elapsed_ms - last_ms >= FIXES_APART_MS:
            last_ms = fix.elapsed_ms
            yield fix


def place_told(metadata: Mapping[str, str]) -> VideoFix | None:
    """Where a phone says that the clip began (ISO 6709 in its metadata): one fix, without a time of its own."""
    for key in LOCATIONS:
        match = ISO_6709.match(metadata.get(key, ""))
        if match is None:
            continue
        lat, lon = float(match[1]), float(match[2])
        if abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0, 0):
            accuracy_m = _metres(metadata.get(ACCURACY, ""))
            return VideoFix(0.0, None, lon, lat, speed_m_s=None, accuracy_m=accuracy_m, has_fix=True)
    return None


def _metres(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,5}(\.\d+)?", text) else PHONE_ACCURACY_M


def _payloads(stream: IO[bytes], movie: Movie) -> Iterator[tuple[Sample, Samples]]:
    """The payloads that hold fixes. Samples that together have more bytes than the file cannot all be true."""
    for track in movie.tracks:
        if track.format != TELEMETRY_FORMAT:
            continue
        left = size_of(stream)
        for sample in samples_of(stream, track):
            left -= sample.size
            if left < 0:
                return
            stream.seek(sample.at)
            try:
                found = gpmf.samples_in(stream.read(min(sample.size, MOST_BYTES)))
            except Refused:
                continue
            if len(found):
                yield sample, found
        return


def _timed(payloads: Iterator[tuple[Sample, Samples]]) -> Iterator[tuple[Samples, gpmf.Floats]]:
    """Each payload's samples with their milliseconds since the first frame.

    The camera's own stamp tells when the first sample was taken, the track only when its payload was written. Where the
    two are far apart, the stamp is of another clock, and the track counts. A payload's samples fill the time to the next.
    """
    known = list(payloads)
    starts_ms = [_start_ms(known[0], payload) for payload in known]
    for index, (sample, found) in enumerate(known):
        following_ms = starts_ms[index + 1] if index + 1 < len(known) else np.inf
        span_ms = following_ms - starts_ms[index]
        if not 0 < span_ms <= sample.duration_ms + LATE_MS:
            span_ms = sample.duration_ms
        yield found, starts_ms[index] + np.arange(len(found)) * (span_ms / len(found))


def _start_ms(first: tuple[Sample, Samples], payload: tuple[Sample, Samples]) -> float:
    sample, found = payload
    if found.stamp_s is None or first[1].stamp_s is None:
        return sample.start_ms
    stamped_ms = first[0].start_ms + 1000 * (found.stamp_s - first[1].stamp_s)
    return stamped_ms if abs(stamped_ms - sample.start_ms) <= LATE_MS else sample.start_ms


def _began_s(parts: list[tuple[Samples, gpmf.Floats]]) -> float | None:
    """GPS time of the first frame in seconds since 1970: the median over all fixes under lock, if they agree."""
    at_s = np.concatenate([samples.at_s for samples, _ in parts])
    elapsed_ms = np.concatenate([elapsed_ms for _, elapsed_ms in parts])
    locked = np.concatenate([samples.locked & ~(samples.dop > gpmf.WORST_DOP) for samples, _ in parts])
    began_s = (at_s - elapsed_ms / 1000)[locked & np.isfinite(at_s)]
    if not began_s.size:
        return None
    middle = float(np.median(began_s))
    return middle if np.median(np.abs(began_s - middle)) <= WIDEST_SPREAD_S else None
