"""What only shows when all files of a drive are read: its cameras, their clocks and sides, the track in one piece."""

from __future__ import annotations

from server.drives import runs
from server.drives.cameras.clocks import clock_in_doubt
from server.drives.cameras.settling import cameras_of, settle_cameras, settle_doubts, side_in_doubt
from server.drives.models import StageRun
from server.drives.tracks.checking import check_track
from server.frames.models import Scorer
from workers.evidence import lights_seen, seen_by


def settle(run: StageRun) -> None:
    """Brings together what the files of a drive say. Running it again gives the same rows.

    Faulty fixes tell nothing of clocks and sides; and by other clocks other fixes may be faulty.
    """
    with runs.hold(run):
        check_track(run.drive)
        settle_cameras(run.drive)
        check_track(run.drive)


def settle_with_frames(run: StageRun, scorer: Scorer) -> None:
    """Looks at the frames of a drive where a side or a clock is still in doubt. Running it again gives the same rows."""
    cameras = cameras_of(run.drive)
    clocks = [camera for camera in cameras if clock_in_doubt(camera)]
    if not clocks and not any(map(side_in_doubt, cameras)):
        return
    seen, lights = seen_by(cameras), lights_seen(clocks, scorer)
    with runs.hold(run):
        settle_doubts(run.drive, seen, lights)
