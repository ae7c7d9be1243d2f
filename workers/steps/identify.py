from __future__ import annotations

from server.drives import runs
from server.drives.models import StageRun
from server.frames.queries import live_scorer
from server.houses.identify import identify_drive


def identify(run: StageRun) -> None:
    """Sighting → House, for the sightings that have none yet."""
    scorer = live_scorer()
    if scorer is None:
        return
    with runs.hold(run):
        identified = identify_drive(run.drive, scorer)
        runs.count(run, came_in=identified.came_in, out=identified.came_in)
