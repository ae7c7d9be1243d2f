"""Positions in GPMF, GoPro's telemetry: the streams GPS5 (HERO5 to 10), GPS9 (HERO11 on) and GPRI (the Karma drone).

A payload holds about one second. Its fixes are spread evenly over it, as GoPro's own reader does; what a payload says of
its own clock (`stamp_s`) tells a payload that was late from one that was lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from workers.media.refusal import Refused, foreign
from workers.media.video.klv import Entry, groups, number, rows, scaled, words

WORST_DOP = 10.0
METRES_PER_DOP = 3.0
"""One sigma of a consumer receiver under an open sky."""
PAYLOAD_MS = 1001.0
SINCE_2000 = datetime(2000, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)

Group = dict[str, Entry]
Floats = NDArray[np.floating]


@dataclass(frozen=True)
class VideoFix:
    """One fix. `elapsed_ms` since the file's first frame; `at` is the receiver's own UTC, where it tells any.

    `speed_m_s` over the ground and `accuracy_m` (one sigma) are None where the receiver does not say. `has_fix` is False
    where the receiver itself doubts the place: no lock, or a dilution of precision above 10.
    """

    elapsed_ms: float
    at: datetime | None
    lon: float
    lat: float
    speed_m_s: float | None
    accuracy_m: float | None
    has_fix: bool


@dataclass(frozen=True)
class Samples:
    """The fixes of one payload in order, one row each: degrees, m/s, dilution, lock, seconds since 1970 (NaN: not told).

    `stamp_s` is the camera's own clock at the first of them, or None.
    """

    lon: Floats
    lat: Floats
    speed_m_s: Floats
    dop: Floats
    locked: NDArray[np.bool_]
    at_s: Floats
    stamp_s: float | None = None

    def __len__(self) -> int:
        return int(self.lon.size)


def fixes_in(payload: bytes, *, start_ms: float = 0.0, duration_ms: float = PAYLOAD_MS) -> list[VideoFix]:
    """The fixes of one payload that begins `start_ms` after the file's first frame. Raises nothing but `Refused`."""
    found = samples_in(payload)
    elapsed_ms = start_ms + np.arange(len(found)) * (duration_ms / max(len(found), 1))
    return fixes_of(found, elapsed_ms)


def fixes_of(samples: Samples, elapsed_ms: Floats) -> list[VideoFix]:
    """Fixes that are places on earth; the rest is left out."""
    return [
        VideoFix(
            elapsed_ms=float(elapsed_ms[row]),
            at=moment(samples.at_s[row]),
            lon=float(samples.lon[row]),
            lat=float(samples.lat[row]),
            speed_m_s=_told(samples.speed_m_s[row]),
            accuracy_m=_told(samples.dop[row] * METRES_PER_DOP),
            has_fix=bool(samples.locked[row] and not samples.dop[row] > WORST_DOP),
        )
        for row in np.flatnonzero(_on_earth(samples))
    ]


def samples_in(payload: bytes) -> Samples:
    """All samples of the best stream of a payload: GPS9 before GPS5 before GPRI. Raises nothing but `Refused`."""
    with foreign("unreadable"):
        found = list(groups(payload))
        for key, reading in READINGS:
            streams = [reading(group, found) for group in found if key in group]
            if any(len(stream) for stream in streams):
                return max(streams, key=len)
    return none()


def model_in(payload: bytes) -> str:
    """The name that the camera gives itself; "" where it gives none. Its serial number is in another key, and not asked."""
    try:
        with foreign("unreadable"):
            return next((name for group in groups(payload) if (name := words(group.get("MINF")))), "")
    except Refused:
        return ""


def moment(at_s: float) -> datetime | None:
    """Seconds since 1970 as aware UTC; None for what is no time of ours."""
    if not 0 < at_s < (LATEST - EPOCH).total_seconds():
        return None
    return EPOCH + timedelta(seconds=float(at_s))


def _gps5(group: Group, everything: list[Group]) -> Samples:
    """lat, lon, altitude, speed over ground, speed in space; time, lock and dilution once for the payload."""
    values = _table(group, "GPS5", columns=5)
    dop = number(group.get("GPSP"))
    lock = number(group.get("GPSF"))
    at_s = np.full(len(values), np.nan)
    if len(values):
        at_s[0] = _gpsu_s(words(group.get("GPSU")))
    return Samples(
        lon=values[:, 1],
        lat=values[:, 0],
        speed_m_s=values[:, 3],
        dop=np.full(len(values), np.nan if dop is None else dop / 100),
        locked=np.full(len(values), lock is None or lock >= 2),
        at_s=at_s,
        stamp_s=_stamp_s(group),
    )


def _gps9(group: Group, everything: list[Group]) -> Samples:
    """lat, lon, altitude, both speeds, days since 2000, seconds of the day, dilution, lock; for every sample."""
    values = _table(group, "GPS9", columns=9)
    since_1970_s = (SINCE_2000 - EPOCH).total_seconds()
    return Samples(
        lon=values[:, 1],
        lat=values[:, 0],
        speed_m_s=values[:, 3],
        dop=values[:, 7],
        locked=values[:, 8] >= 2,
        at_s=since_1970_s + values[:, 5] * 86_400 + values[:, 6],
        stamp_s=_stamp_s(group),
    )


def _gpri(group: Group, everything: list[Group]) -> Samples:
    """Seconds since boot, lat, lon, altitude, two errors in metres, speed, course, lock, satellites."""
    values = _table(group, "GPRI", columns=10)
    booted_s = next((_booted_s(other) for other in everything if "SYST" in other), np.nan)
    return Samples(
        lon=values[:, 2],
        lat=values[:, 1],
        speed_m_s=values[:, 6],
        dop=values[:, 4] / METRES_PER_DOP,
        locked=values[:, 8] >= 2,
        at_s=values[:, 0] + booted_s,
        stamp_s=float(values[0, 0]) if len(values) else None,
    )


READINGS: tuple[tuple[str, Callable[[Group, list[Group]], Samples]], ...] = (
    ("GPS9", _gps9),
    ("GPS5", _gps5),
    ("GPRI", _gpri),
)


def none() -> Samples:
    empty = np.zeros(0)
    return Samples(empty, empty, empty, empty, np.zeros(0, dtype=bool), empty)


def _table(group: Group, key: str, *, columns: int) -> Floats:
    values = rows(group[key], words(group.get("TYPE")))
    if values.shape[1] != columns:
        return np.zeros((0, columns))
    return scaled(values, group.get("SCAL"))


def _booted_s(group: Group) -> float:
    """When the drone was switched on, in seconds since 1970: its clock of UTC less its clock since then."""
    values = _table(group, "SYST", columns=2)
    return float(values[0, 1] - values[0, 0]) if len(values) else np.nan


def _gpsu_s(text: str) -> float:
    """`yymmddhhmmss.sss` as seconds since 1970; NaN where it is none."""
    try:
        at = datetime.strptime(text[:12], "%y%m%d%H%M%S").replace(tzinfo=UTC)
        return (at - EPOCH).total_seconds() + float(text[12:] or 0)
    except ValueError:
        return np.nan


def _stamp_s(group: Group) -> float | None:
    microseconds, milliseconds = number(group.get("STMP")), number(group.get("TICK"))
    if microseconds is not None:
        return microseconds / 1e6
    return None if milliseconds is None else milliseconds / 1e3


def _on_earth(samples: Samples) -> NDArray[np.bool_]:
    finite = np.isfinite(samples.lon) & np.isfinite(samples.lat)
    return finite & (np.abs(samples.lon) <= 180) & (np.abs(samples.lat) <= 90)


def _told(value: float) -> float | None:
    return float(value) if np.isfinite(value) and 0 <= value < 1e6 else None
