"""A photo is one frame."""

from __future__ import annotations

from django.contrib.gis.geos import Point
from django.db.models import Count

from server.drives import runs
from server.drives.clocks import clock_proven
from server.drives.models import Footage, StageRun
from server.drives.queries import place_of
from server.drives.services import reject_footage, true_time
from server.drives.track import Fix
from server.frames.models import Frame
from server.frames.services import add_frames, store_pictures
from workers.media.picture import SEEN_LONG_SIDE_PX, decode, pictures_of
from workers.media.refusal import Refused
from workers.originals import original
from workers.sampling.parts import part_of

BATCH = 16


def sample_photos(run: StageRun, track: list[Fix]) -> None:
    """Accepted photos → Frame, one each. A photo that has no place on the track is refused here, unless
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
    for footage in photos:
        try:
            frames.append(frame_of(run, footage, track, part=part_of(made + len(frames))))
        except Refused as refused:
            refusals.append((footage, refused))
    with runs.hold(run):
        add_frames(frames)
        for footage, refusal in refusals:
            reject_footage(footage, reason=refusal.reason, detail=refusal.detail)
        runs.count(run, came_in=len(photos), out=len(frames), rejected=len(refusals))
    return len(frames)


def frame_of(run: StageRun, footage: Footage, track: list[Fix], *, part: int) -> Frame:
    if footage.camera is None or footage.device_at is None:
        raise Refused("no_side")
    captured_at = true_time(footage.camera, footage.device_at)
    where = place_of(footage, captured_at, track)
    if where is None and (not track or clock_proven(footage.camera)):
        raise Refused("no_position")
    frame = Frame(
        drive=run.drive,
        camera=footage.camera,
        footage=footage,
        part=part,
        device_at=footage.device_at,
        captured_at=captured_at,
        position=Point(where, srid=4326) if where else None,
        width=footage.width or 0,
        height=footage.height or 0,
    )
    with original(footage) as stream:
        made = pictures_of(decode(stream, long_side=SEEN_LONG_SIDE_PX))
    store_pictures(frame, still=made.still, picture=made.picture, thumbnail=made.thumbnail)
    return frame
