from __future__ import annotations

from server.drives import runs
from server.drives.models import StageRun
from server.frames.models import Scorer
from server.houses.identify import identify_drive, inherit_houses, record_comparisons
from server.houses.models import Comparison
from server.houses.scene import scene_of, sightings
from workers.following import FOLLOWER, followed
from workers.matching import compared, matcher
from workers.scoring import network, scorer_of


def identify(run: StageRun) -> None:
    """Sighting → House, for the sightings that have none yet: followed, then compared where in doubt, then grouped."""
    scorer = scorer_of(run)
    with runs.hold(run):
        inherited = inherit_houses(run.drive, scorer)
        runs.count(run, came_in=inherited, out=inherited)
    follow_regions(run, scorer)
    match_regions(run, scorer)
    with runs.hold(run):
        identified = identify_drive(run.drive, scorer)
        runs.count(run, came_in=identified, out=identified)


def follow_regions(run: StageRun, scorer: Scorer) -> None:
    """Links between the frames of each camera; none where this worker knows no packing of their features."""
    packing = network().packing
    if packing is not None:
        links = followed(sightings(frame__drive=run.drive, scorer=scorer), packing)
        with runs.hold(run):
            record_comparisons(Comparison.Way.FOLLOW, FOLLOWER, links)


def match_regions(run: StageRun, scorer: Scorer) -> None:
    """Chances of the pairs that geometry leaves in doubt."""
    scene = scene_of(run.drive, scorer)
    if scene:
        chances = compared(scene.doubtful())
        with runs.hold(run):
            record_comparisons(Comparison.Way.MATCH, matcher(), chances)
