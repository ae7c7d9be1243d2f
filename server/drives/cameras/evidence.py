"""What the files of a camera say of its clock and its side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from server.drives.cameras.course import Course, Floats, plane_m, seconds_of
from server.drives.cameras.offsets import (
    LEAST_INSIDE,
    Candidate,
    Clue,
    Expected,
    by_flow,
    by_motion,
    by_values,
    offsets_worth_trying,
    share_inside,
)
from server.drives.models import Camera, ClockBy, Footage
from server.drives.track import Fix, distance_m, position_at

DARK = 0.02
ROLLOVER_S = 1024 * 7 * 86_400
DAY_S = 86_400
LIKELY_SPREAD_S = 30.0
WITHIN_GPS_S = 2.0
VIDEO_STEP_S = 5.0
NEAR_M = 60.0
LEAST_FIXES = 3
AGREEING = 0.7
MOST_FIXES = 150
CLOSE_M = 25.0


@dataclass(frozen=True)
class Seen:
    """How the pictures of a camera move, by its own clock: each (n,), between two moments in Unix seconds.

    `change` counts from 0; `flow` in picture widths per second, positive to the right, NaN where unknown.
    """

    begins_s: Floats
    ends_s: Floats
    change: Floats
    flow: Floats

    def clues(self, course: Course) -> list[Clue]:
        motion, flow = by_motion(course), by_flow(course)
        return [
            Clue(ClockBy.MOTION, self.begins_s, self.ends_s, self.change, motion),
            Clue(ClockBy.MOTION, self.begins_s, self.ends_s, self.flow, flow, rising=False),
        ]


NOTHING = Seen(*(np.empty(0) for _ in range(4)))


def joined(parts: Iterable[Seen]) -> Seen:
    """Several stretches of one camera, in order of time."""
    rows = np.concatenate(
        [np.stack([part.begins_s, part.ends_s, part.change, part.flow]) for part in (NOTHING, *parts)], axis=1
    )
    return Seen(*rows[:, np.argsort(rows[0], kind="stable")])


def seen_on_video(camera: Camera) -> Seen:
    """Of all videos of a camera, as their reading wrote it down."""
    videos = camera.footage.videos().filter(state=Footage.State.ACCEPTED, device_at__isnull=False)
    return joined(motion_of(video) for video in videos.exclude(motion=None))


def motion_of(video: Footage) -> Seen:
    """`Footage.motion` of one video: rows of ms, change per second since the row before, flow right after, and brightness.

    A dim picture changes less, so that change counts against brightness.
    """
    rows = np.frombuffer(bytes(video.motion or b""), "<f4")
    rows = rows[: len(rows) // 4 * 4].reshape(-1, 4).astype(np.float64)
    if len(rows) < 2 or video.device_at is None:
        return NOTHING
    at_s = video.device_at.timestamp() + rows[:, 0] / 1000
    change = rows[1:, 1] / (rows[1:, 3] + DARK)
    return Seen(at_s[:-1], at_s[1:], change, rows[:-1, 2])


def taken_s(camera: Camera) -> Floats:
    """When its pictures were taken by its own clock, Unix seconds: every photo, and every 5 s of its videos."""
    rows = camera.footage.filter(state=Footage.State.ACCEPTED, device_at__isnull=False)
    found = [
        np.arange(0.0, (duration_ms or 0) / 1000 + 1e-3, VIDEO_STEP_S) + device_at.timestamp()
        for device_at, duration_ms in rows.values_list("device_at", "duration_ms")
        if device_at
    ]
    return np.sort(np.concatenate(found)) if found else np.empty(0)


def offset_by_gps_time(pairs: Sequence[tuple[datetime, datetime]]) -> float | None:
    """Seconds to add to the clock, by pairs of what it said and the GPS time beside it; None where they do not agree.

    The median, so that some old fixes do not count; 0 below two seconds, which is all that GPS time beside a photo tells:
    the camera's own clock orders its pictures better. Receivers that have lost count of the weeks are left out.
    """
    apart_s = np.array([(gps_at - device_at).total_seconds() for device_at, gps_at in pairs])
    weeks_lost = np.round(apart_s / ROLLOVER_S)
    apart_s = apart_s[(weeks_lost == 0) | (np.abs(apart_s - weeks_lost * ROLLOVER_S) > DAY_S)]
    if not len(apart_s):
        return None
    offset_s = float(np.median(apart_s))
    if float(np.median(np.abs(apart_s - offset_s))) > LIKELY_SPREAD_S:
        return None
    return 0.0 if abs(offset_s) <= WITHIN_GPS_S else offset_s


def agrees_with_track(own: Sequence[Fix], track: Sequence[Fix]) -> bool:
    """Whether a camera's own positions lie where the other fixes of the drive have the car at those times."""
    there = [(fix, position_at(track, fix.at)) for fix in own]
    apart_m = [distance_m(fix, Fix(fix.at, *where)) for fix, where in there if where]
    near = sum(metres <= NEAR_M for metres in apart_m)
    return len(apart_m) >= min(LEAST_FIXES, len(own)) and near >= AGREEING * len(own)


def offset_by_places(own: Sequence[Fix], course: Course) -> Candidate | None:
    """The offset at which a camera's own positions lie on the car's course, if there is one such offset."""
    if len(own) < LEAST_FIXES:
        return None
    own = own[:: math.ceil(len(own) / MOST_FIXES)]
    at_s = seconds_of([fix.at for fix in own])
    east_m, north_m = plane_m(np.array([[fix.lon, fix.lat] for fix in own]), origin=course.origin)
    lags_s = offsets_worth_trying(at_s, course)
    lags_s = lags_s[share_inside(at_s, course, lags_s) >= LEAST_INSIDE]
    if not len(lags_s):
        return None
    near = np.zeros(len(lags_s))
    for fix_s, east, north in zip(at_s, east_m, north_m, strict=True):
        then_s = fix_s + lags_s
        apart_m = np.hypot(course.at(course.east_m, then_s) - east, course.at(course.north_m, then_s) - north)
        near += np.exp(-((apart_m / CLOSE_M) ** 2)) * (then_s >= course.begins_s) * (then_s <= course.ends_s)
    best = int(np.argmax(near))
    others = near[np.abs(lags_s - lags_s[best]) > VIDEO_STEP_S * 12]
    confidence = float((near[best] - others.max(initial=0.0)) / len(own))
    return Candidate(float(lags_s[best]), min(1.0, max(0.0, 1.5 * confidence)), ClockBy.GPS)


def beside(course: Course, other: Seen, other_offset_s: float) -> Expected:
    """What another camera of the car saw change, second by second of the course, by its own true time."""
    values, known = np.zeros(course.seconds), np.zeros(course.seconds)
    ranks = np.argsort(np.argsort(other.change)) / max(len(other.change) - 1, 1)
    begins = np.round(other.begins_s + other_offset_s - course.begins_s).astype(int)
    ends = np.round(other.ends_s + other_offset_s - course.begins_s).astype(int)
    for begin, end, rank in zip(begins, ends, ranks, strict=True):
        if begin >= 0 and end < course.seconds:
            values[begin : end + 1], known[begin : end + 1] = rank, 1.0
    return by_values(course, values, known)
