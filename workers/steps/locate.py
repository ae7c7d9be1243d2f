from __future__ import annotations

from server.drives import runs
from server.drives.models import StageRun
from server.frames.queries import live_scorer
from server.houses.locate import locate_drive


def locate(run: StageRun) -> None:
    """Frame → heading; Region → Sighting. Regions without a heading are counted as rejected."""
    scorer = live_scorer()
    if scorer is None:
        return
    with runs.hold(run):
        located = locate_drive(run.drive, scorer)
        runs.count(run, came_in=located.came_in, out=located.out, rejected=located.unplaced)
