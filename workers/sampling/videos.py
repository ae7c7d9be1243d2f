"""A video is many frames, chosen by distance along the track."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import IO

import numpy as np
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db.models import Max
from numpy.typing import NDArray

from server.drives import runs
from server.drives.cameras.clocks import clock_in_doubt
from server.drives.home.zone import Zone, home_zone_of, is_near_home
from server.drives.models import Footage, StageRun
from server.drives.queries import place_of
from server.drives.services import reject_footage, true_time
from server.drives.track import Fix
from server.frames.models import Frame
from server.frames.services import add_frames, store_pictures
from workers.media.panorama import views_of
from workers.media.picture import SEEN_LONG_SIDE_PX, Pictures, pictures_of
from workers.media.refusal import Refused
from workers.media.video.container import opened
from workers.media.video.moments import Moment, at_keyframes, missing_after, moments_at
from workers.media.video.stills import stills_at
from workers.originals import original
from workers.sampling.parts import Slice, part_of, slices_for
from workers.sampling.planning import Steps, planned_ms

BATCH = 16
PICTURES_AT_ONCE = 2
MOST_WAITING = 6


@dataclass(frozen=True)
class View:
    """`number` 0 for a plain camera, 1 and 2 of a panorama; `width` and `height` in pixels as the camera made it."""

    number: int
    width: int
    height: int
    pictures: Pictures


@dataclass(frozen=True)
class Taken:
    """What becomes of one moment: its views, ready to be stored."""

    at_ms: int
    views: tuple[View, ...]


@dataclass(frozen=True)
class Plan:
    """The moments of a stretch of video that are to become frames."""

    piece: Slice
    moments: list[Moment]

    @property
    def frames(self) -> int:
        return len(self.moments) * (2 if self.piece.footage.panorama else 1)


def plans_for(run: StageRun, track: list[Fix]) -> list[Plan]:
    """The stretches of this part, of videos that were accepted."""
    home = home_zone_of(run.drive.driver_id)
    slices = [piece for piece in slices_for(run) if piece.footage.state == Footage.State.ACCEPTED]
    return [Plan(piece, away_from(home, piece.footage, moments_of(piece, track), track)) for piece in slices]


def away_from(home: Zone | None, footage: Footage, moments: list[Moment], track: list[Fix]) -> list[Moment]:
    """The moments that were not, and cannot have been, near the driver's home."""
    if home is None:
        return moments
    return [moment for moment in moments if not taken_at_home(home, footage, moment.at_ms, track)]


def taken_at_home(home: Zone, footage: Footage, at_ms: float, track: list[Fix]) -> bool:
    if footage.camera is None or footage.device_at is None:
        return False
    at = true_time(footage.camera, footage.device_at + timedelta(milliseconds=at_ms))
    return is_near_home(place_of(footage, at, track), at, track, home)


def sample_videos(run: StageRun, plans: Sequence[Plan], track: list[Fix]) -> None:
    """Stretches of videos → Frame. What is there already is not made again."""
    for plan in plans:
        try:
            sample_slice(run, plan, track)
        except Refused as refused:
            with runs.hold(run):
                reject_footage(plan.piece.footage, reason=refused.reason, detail=refused.detail)
                runs.count(run, came_in=1, rejected=1)


def moments_of(piece: Slice, track: list[Fix]) -> list[Moment]:
    """The moments of a stretch. They are planned for the whole recording, so that no stop is cut in two by a chapter."""
    footage = piece.footage
    chapters = chapters_of(footage)
    before_ms = sum(duration_of(chapter) for chapter in chapters[: chapters.index(footage)])
    motion = np.concatenate([moved_by(motion_of(chapter), start) for chapter, start in with_starts(chapters)])
    steps = Steps(metres=settings.FRAME_STEP_M, seconds=settings.FRAME_STEP_S)
    planned = planned_ms(track, known_beginning(chapters[0]), sum(map(duration_of, chapters)), motion, steps)
    mine = [at_ms - before_ms for at_ms in planned]
    return [moment for moment in moments_at(mine) if piece.start_ms <= moment.at_ms < piece.end_ms]


def chapters_of(footage: Footage) -> list[Footage]:
    """The chapters of its recording in order; itself alone where it is none."""
    if not footage.recording:
        return [footage]
    same = Footage.objects.filter(
        drive=footage.drive_id,
        camera=footage.camera_id,
        folder=footage.folder,
        recording=footage.recording,
        state=Footage.State.ACCEPTED,
    )
    return list(same.select_related("camera").order_by("chapter", "pk"))


def with_starts(chapters: Sequence[Footage]) -> Iterator[tuple[Footage, int]]:
    start_ms = 0
    for chapter in chapters:
        yield chapter, start_ms
        start_ms += duration_of(chapter)


def duration_of(footage: Footage) -> int:
    return footage.duration_ms or 0


def motion_of(footage: Footage) -> NDArray[np.float32]:
    return np.frombuffer(bytes(footage.motion or b""), dtype="<f4").reshape(-1, 4).astype(np.float32)


def moved_by(motion: NDArray[np.float32], start_ms: int) -> NDArray[np.float32]:
    return motion + np.array([start_ms, 0, 0, 0], dtype=np.float32)


def known_beginning(footage: Footage) -> datetime | None:
    """The true time of the first frame; None where the clock is in doubt, so that frames are not chosen by it."""
    camera = footage.camera
    if camera is None or footage.device_at is None or clock_in_doubt(camera):
        return None
    return true_time(camera, footage.device_at)


def sample_slice(run: StageRun, plan: Plan, track: list[Fix]) -> None:
    """Makes the frames of a stretch that are missing, after the last one that is there."""
    piece = plan.piece
    there = piece.footage.frames.filter(at_ms__gte=piece.start_ms, at_ms__lt=piece.end_ms)
    last_ms = there.aggregate(last=Max("at_ms"))["last"]
    if not missing_after(plan.moments, last_ms):
        return
    with original(piece.footage) as stream:
        taken = pictures_at(stream, piece.footage, plan.moments, last_ms)
        while batch := list(islice(taken, BATCH)):
            keep(run, piece.footage, batch, track)


def pictures_at(
    stream: IO[bytes], footage: Footage, moments: Sequence[Moment], last_ms: int | None = None
) -> Iterator[Taken]:
    """The pictures as JPEGs, in order of time. While some are written, the next are decoded."""
    with opened(stream) as clip, ThreadPoolExecutor(PICTURES_AT_ONCE) as writers:
        keyframes = at_keyframes(moments, clip.keyframes_ms)
        missing = missing_after(keyframes or moments, last_ms)
        long_side = None if footage.panorama else SEEN_LONG_SIDE_PX
        waiting: deque[tuple[int, list[Future[View]]]] = deque()
        for at_ms, rgb in stills_at(clip, missing, keyframes_only=bool(keyframes), long_side=long_side):
            views = views_of(rgb) if footage.panorama else [(0, rgb)]
            waiting.append((at_ms, [writers.submit(view_of, footage, *view) for view in views]))
            if len(waiting) > MOST_WAITING:
                yield written(*waiting.popleft())
        while waiting:
            yield written(*waiting.popleft())


def view_of(footage: Footage, number: int, rgb: NDArray[np.uint8]) -> View:
    rows, columns = rgb.shape[:2]
    width, height = (columns, rows) if number else (footage.width or 0, footage.height or 0)
    return View(number, width, height, pictures_of(rgb))


def written(at_ms: int, views: Sequence[Future[View]]) -> Taken:
    return Taken(at_ms, tuple(view.result() for view in views))


def keep(run: StageRun, footage: Footage, batch: Sequence[Taken], track: list[Fix]) -> None:
    """Stores the frames of some moments; all views of a moment together, so that none is left out after a crash."""
    made = footage.drive.frames.count()
    views = [(taken.at_ms, view) for taken in batch for view in taken.views]
    frames = [
        frame_of(footage, at_ms, view, track, part=part_of(made + number))
        for number, (at_ms, view) in enumerate(views)
    ]
    with runs.hold(run):
        add_frames(frames)
        runs.count(run, came_in=len(frames), out=len(frames))


def frame_of(footage: Footage, at_ms: int, view: View, track: list[Fix], *, part: int) -> Frame:
    if footage.camera is None or footage.device_at is None:
        raise Refused("no_time")
    device_at = footage.device_at + timedelta(milliseconds=at_ms)
    captured_at = true_time(footage.camera, device_at)
    where = place_of(footage, captured_at, track)
    frame = Frame(
        drive=footage.drive,
        camera=footage.camera,
        footage=footage,
        part=part,
        at_ms=at_ms,
        view=view.number,
        device_at=device_at,
        captured_at=captured_at,
        position=Point(where, srid=4326) if where else None,
        width=view.width,
        height=view.height,
    )
    made = view.pictures
    store_pictures(frame, still=made.still, picture=made.picture, thumbnail=made.thumbnail)
    return frame
