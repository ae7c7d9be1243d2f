"""A photo is one frame, a panorama two."""

from __future__ import annotations

import numpy as np
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db.models import Count
from numpy.typing import NDArray

from server.drives import runs
from server.drives.cameras.clocks import clock_proven
from server.drives.home.zone import Zone, home_zone_of, is_near_home
from server.drives.models import Footage, StageRun
from server.drives.queries import place_of
from server.drives.services import reject_footage, true_time
from server.drives.track import Fix
from server.frames.models import Frame
from server.frames.services import add_frames, store_pictures
from workers.media.photo import pictures_in
from workers.media.picture import SEEN_LONG_SIDE_PX, pictures_of
from workers.media.refusal import Refused
from workers.originals import original
from workers.sampling.parts import part_of

BATCH = 16


def sample_photos(run: StageRun, track: list[Fix]) -> None:
    """Accepted photos → Frame, one each, two of a panorama. A photo that has no place on the track is refused here, unless
    its camera's clock may be wrong: then it waits for a better one."""
    made = run.drive.frames.count()
    waiting = list(frameless(run))
    for start in range(0, len(waiting), BATCH):
        made += sample_batch(run, waiting[start : start + BATCH], track, made)


def frameless(run: StageRun) -> list[Footage]:
    photos = run.drive.footage.photos().filter(state=Footage.State.ACCEPTED)
    return list(
        photos.annotate(taken=Count("frames"))
        .filter(taken=0)
        .select_related("camera")
        .order_by("device_at", "id")
    )


def sample_batch(run: StageRun, photos: list[Footage], track: list[Fix], made: int) -> int:
    """Makes the frames of some photos; the number made. `made` frames of the drive were there before."""
    frames: list[Frame] = []
    refusals: list[tuple[Footage, Refused]] = []
    zone = home_zone_of(run.drive.driver_id)
    for footage in photos:
        try:
            frames += frames_of(run, footage, track, zone, part=part_of(made + len(frames)))
        except Refused as refused:
            refusals.append((footage, refused))
    with runs.hold(run):
        add_frames(frames)
        for footage, refusal in refusals:
            reject_footage(footage, reason=refusal.reason, detail=refusal.detail)
        runs.count(run, came_in=len(photos) + extra(frames), out=len(frames), rejected=len(refusals))
    return len(frames)


def extra(frames: list[Frame]) -> int:
    """How many more frames there are than photos that gave some."""
    return len(frames) - len({frame.footage_id for frame in frames})


def frames_of(
    run: StageRun, footage: Footage, track: list[Fix], zone: Zone | None, *, part: int
) -> list[Frame]:
    where = place_to_show(footage, track, zone)
    with original(footage) as stream:
        views = pictures_in(stream, long_side=SEEN_LONG_SIDE_PX, max_pixels=settings.PHOTO_MAX_PIXELS)
    return [frame_of(run, footage, where, view, rgb, part=part) for view, rgb in views]


def place_to_show(footage: Footage, track: list[Fix], zone: Zone | None) -> Point | None:
    """Where the photo was taken; None where another clock may give it a place. Raises `Refused`: no_position, near_home."""
    if footage.camera is None or footage.device_at is None:
        raise Refused("no_side")
    captured_at = true_time(footage.camera, footage.device_at)
    where = place_of(footage, captured_at, track)
    if is_near_home(where, captured_at, track, zone, own_fix=footage.fix is not None):
        raise Refused("near_home")
    if where is None and (not track or clock_proven(footage.camera)):
        raise Refused("no_position")
    return Point(where, srid=4326) if where else None


def frame_of(
    run: StageRun, footage: Footage, where: Point | None, view: int, rgb: NDArray[np.uint8], *, part: int
) -> Frame:
    assert footage.camera
    assert footage.device_at
    rows, columns = rgb.shape[:2]
    frame = Frame(
        drive=run.drive,
        camera=footage.camera,
        footage=footage,
        view=view,
        part=part,
        device_at=footage.device_at,
        captured_at=true_time(footage.camera, footage.device_at),
        position=where,
        width=columns if view else footage.width or 0,
        height=rows if view else footage.height or 0,
    )
    made = pictures_of(rgb)
    store_pictures(frame, still=made.still, picture=made.picture, thumbnail=made.thumbnail)
    return frame
