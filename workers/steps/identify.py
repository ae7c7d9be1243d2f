from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from server.drives import runs
from server.drives.models import StageRun
from server.frames.models import Scorer
from server.houses.identity.comparisons import record_comparisons
from server.houses.identity.grouping import Pair, rule_of
from server.houses.identity.identify import identify_drive, inherit_houses, worth_comparing
from server.houses.identity.passages import ensure_passages
from server.houses.models import Comparison
from workers.following import FOLLOWER, followed
from workers.matching import compared, matcher
from workers.scoring import network, scorer_of

AT_ONCE = 200
"""Pairs that are written together: what a worker that is killed loses."""


def identify(run: StageRun) -> None:
    """Sighting → House, for the sightings that have none yet: followed, then compared where in doubt, then grouped."""
    scorer = scorer_of(run)
    with runs.hold(run):
        inherited = inherit_houses(run.drive, scorer)
        runs.count(run, came_in=inherited, out=inherited)
    follow_regions(run, scorer)
    with runs.hold(run):
        ensure_passages(run.drive, scorer, rule_of(scorer.card))
    match_regions(run, scorer)
    with runs.hold(run):
        identified = identify_drive(run.drive, scorer)
        runs.count(run, came_in=identified, out=identified)


def follow_regions(run: StageRun, scorer: Scorer) -> None:
    """Links between the frames of each camera; none where this worker knows no packing of their features."""
    packing = network().packing
    if packing is not None:
        write(run, Comparison.Way.FOLLOW, FOLLOWER, followed(run.drive, scorer, packing))


def match_regions(run: StageRun, scorer: Scorer) -> None:
    """Chances of the pairs that geometry leaves in doubt."""
    write(run, Comparison.Way.MATCH, matcher(), compared(worth_comparing(run.drive, scorer)))


def write(run: StageRun, way: str, made_by: str, found: Iterator[tuple[Pair, float]]) -> None:
    """Writes what was found as it comes, so that a worker that is killed has done nothing in vain."""
    while some := dict(islice(found, AT_ONCE)):
        with runs.hold(run):
            record_comparisons(way, made_by, some)
