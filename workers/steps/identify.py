from __future__ import annotations

from server.drives import runs
from server.drives.models import StageRun
from server.houses.identify import identify_drive
from workers.scoring import working_scorer


def identify(run: StageRun) -> None:
    """Sighting → House, for the sightings that have none yet."""
    with runs.hold(run):
        identified = identify_drive(run.drive, working_scorer())
        runs.count(run, came_in=identified.came_in, out=identified.came_in)
