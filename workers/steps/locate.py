from __future__ import annotations

from server.drives import runs
from server.drives.models import StageRun
from server.houses.locate import locate_drive
from workers.originals import put_away
from workers.scoring import scorer_of


def locate(run: StageRun) -> None:
    """Frame → heading; Region → Sighting. Regions without a heading are counted as rejected."""
    put_away(run)
    scorer = scorer_of(run)
    with runs.hold(run):
        located = locate_drive(run.drive, scorer)
        runs.count(run, came_in=located.came_in, out=located.out, rejected=located.unplaced)
