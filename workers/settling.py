"""What only shows when all files of a drive are read: its cameras, their clocks and sides, the track in one piece."""

from __future__ import annotations

from server.drives import runs
from server.drives.checking import check_track
from server.drives.models import StageRun


def settle(run: StageRun) -> None:
    """Brings together what the files of a drive say. Running it again gives the same rows."""
    with runs.hold(run):
        check_track(run.drive)
