from __future__ import annotations

from functools import partial

from server.drives import runs
from server.drives.models import StageRun
from server.frames.queries import is_live
from server.houses.identity.attaching import attach_drive
from server.houses.identity.identify import identify_drive, inherit_houses
from server.houses.identity.lock import lock_identity
from workers.comparing import compare_regions
from workers.scoring import scorer_of


def identify(run: StageRun) -> None:
    """Sighting → House, for the sightings that have none yet: followed, then compared where in doubt, then grouped.

    Only the live scorer groups, places and merges houses; what another one sees attaches to them.
    """
    scorer = scorer_of(run)
    with runs.hold(run):
        lock_identity()
        inherited = inherit_houses(run.drive, scorer, moving=is_live(scorer))
        runs.count(run, came_in=inherited, out=inherited)
    compare_regions(partial(runs.hold, run), run.drive, scorer)
    with runs.hold(run):
        lock_identity()
        find = identify_drive if is_live(scorer) else attach_drive
        identified = find(run.drive, scorer)
        runs.count(run, came_in=identified, out=identified)
