from __future__ import annotations

from server.drives import runs
from server.drives.models import StageRun
from server.houses.identify import identify_drive
from workers.scoring import scorer_of


def identify(run: StageRun) -> None:
    """Sighting → House, for the sightings that have none yet."""
    scorer = scorer_of(run)
    with runs.hold(run):
        identified = identify_drive(run.drive, scorer)
        runs.count(run, came_in=identified, out=identified)
