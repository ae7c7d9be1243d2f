"""Frames out of footage: upright pictures without EXIF, a time, and a place on the track."""

from __future__ import annotations

from server.drives.models import StageRun
from server.drives.queries import track_of
from workers.sampling.photos import sample_photos
from workers.sampling.videos import sample_videos


def sample(run: StageRun) -> None:
    """Accepted footage → Frame. What has no place on the track is refused, with its reason."""
    track = track_of(run.drive)
    sample_photos(run, track)
    sample_videos(run, track)
