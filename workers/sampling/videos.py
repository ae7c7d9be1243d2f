"""A video is many frames, chosen by distance along the track."""

from __future__ import annotations

from server.drives.models import StageRun
from server.drives.track import Fix


def sample_videos(run: StageRun, track: list[Fix]) -> None:
    """Accepted videos → Frame."""
