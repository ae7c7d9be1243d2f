"""Frames out of footage: upright pictures without EXIF, a time, and a place on the track."""

from __future__ import annotations

from server.drives import runs
from server.drives.models import Footage, StageRun
from server.drives.queries import track_of
from workers.sampling.photos import sample_photos
from workers.sampling.videos import plans_for, sample_videos


def sample(run: StageRun) -> None:
    """Accepted footage → Frame. The first part takes the photos; a photo without a place on the track is refused there."""
    track = track_of(run.drive)
    plans = plans_for(run, track)
    photos = run.drive.footage.photos().filter(state=Footage.State.ACCEPTED).count() if run.part == 0 else 0
    with runs.hold(run):
        runs.expect(run, photos + sum(plan.frames for plan in plans))
    if run.part == 0:
        sample_photos(run, track)
    sample_videos(run, plans, track)
