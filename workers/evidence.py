"""What the frames of a drive tell of its cameras, once they are there: how stills change, and how festive they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from PIL import Image

from server.drives.cameras.clocks import others_track, video_evidence, with_photos
from server.drives.cameras.course import course_of, seconds_of
from server.drives.cameras.evidence import NOTHING, Seen
from server.drives.cameras.offsets import Clue, by_values
from server.drives.models import Camera, ClockBy, Footage
from server.frames.models import Frame, FrameScore, Scorer
from server.frames.queries import live_scorer
from server.houses.lights import lights_along
from workers.media.shift import Luma, change_between, shift_between
from workers.originals import opened

SIZE_PX = (160, 90)
MOST_STILLS = 2_000
LONGEST_GAP_S = 30.0
LONGEST_SHIFT_S = 2.5
LEAST_FRAMES = 12


def seen_by(cameras: Sequence[Camera]) -> dict[int, Seen]:
    """How the pictures of each camera move, of videos and photos alike."""
    photos = {camera.pk: seen_on_photos(camera) for camera in cameras}
    return with_photos(
        video_evidence(cameras), {key: seen for key, seen in photos.items() if len(seen.begins_s)}
    )


def seen_on_photos(camera: Camera) -> Seen:
    """Change from each photo of a camera to the next within half a minute, and flow between those within 2.5 s."""
    photos = camera.frames.filter(footage__kind=Footage.Kind.PHOTO, view=0).order_by("device_at", "id")
    rows = [
        (earlier_s, later_s, change_between(one, other), flow_of(one, other, later_s - earlier_s))
        for (earlier_s, one), (later_s, other) in pairwise(stills(photos[:MOST_STILLS]))
        if 0 < later_s - earlier_s <= LONGEST_GAP_S and one.shape == other.shape
    ]
    return Seen(*np.array(rows).T) if rows else NOTHING


def stills(frames: Iterable[Frame]) -> Iterator[tuple[float, Luma]]:
    """When each was taken by its camera's clock, Unix seconds, and its brightness in [0, 1], small and of one size."""
    for frame in frames:
        with opened(frame.thumbnail, frame) as stream:
            small = Image.open(stream).convert("L").resize(SIZE_PX, Image.Resampling.BILINEAR)
        yield frame.device_at.timestamp(), np.asarray(small, dtype=np.float32) / np.float32(255)


def flow_of(one: Luma, other: Luma, seconds: float) -> float:
    return shift_between(one, other) / seconds if seconds <= LONGEST_SHIFT_S else float("nan")


def lights_seen(cameras: Sequence[Camera], scorer: Scorer) -> dict[int, Clue]:
    """For each camera the festivity of its frames against that of the houses which the map knows beside the track."""
    known_by = live_scorer() or scorer
    found = {camera.pk: lights_seen_by(camera, scorer, known_by) for camera in cameras}
    return {key: clue for key, clue in found.items() if clue}


def lights_seen_by(camera: Camera, scorer: Scorer, known_by: Scorer) -> Clue | None:
    course = course_of(others_track(camera))
    beside = lights_along(course, known_by) if course else None
    scores = FrameScore.objects.filter(frame__camera=camera, scorer=scorer).order_by("frame__device_at")
    rows = list(scores.values_list("frame__device_at", "festivity"))
    if course is None or beside is None or len(rows) < LEAST_FRAMES:
        return None
    at_s = seconds_of([at for at, _ in rows])
    festivity = np.array([festivity for _, festivity in rows])
    return Clue(ClockBy.BRIGHTNESS, at_s, at_s, festivity, by_values(course, *beside))
