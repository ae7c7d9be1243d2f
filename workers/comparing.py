"""What a worker says of a drive's regions before houses are found: which were followed, and what patches tell where in doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from server.drives.models import Drive
from server.frames.models import Scorer
from server.houses.identity.comparisons import record_comparisons
from server.houses.identity.grouping import Pair, rule_of
from server.houses.identity.identify import worth_comparing
from server.houses.identity.passages import ensure_passages
from server.houses.models import Comparison
from workers.following import FOLLOWER, followed
from workers.matching import compared, matcher
from workers.scoring import network

Hold = Callable[[], AbstractContextManager[Any]]
"""A transaction that writes for whoever holds a lease."""

AT_ONCE = 200
"""Pairs that are written together: what a worker that is killed loses."""


def compare_regions(hold: Hold, drive: Drive, scorer: Scorer) -> None:
    """Follows the drive's regions, makes its passages, and compares those that geometry leaves in doubt."""
    follow_regions(hold, drive, scorer)
    with hold():
        ensure_passages(drive, scorer, rule_of(scorer.card))
    write(hold, Comparison.Way.MATCH, matcher(), compared(worth_comparing(drive, scorer)))


def follow_regions(hold: Hold, drive: Drive, scorer: Scorer) -> None:
    """Links between the frames of each camera; none where this worker knows no packing of their features."""
    packing = network().packing
    if packing is not None:
        write(hold, Comparison.Way.FOLLOW, FOLLOWER, followed(drive, scorer, packing))


def write(hold: Hold, way: str, made_by: str, found: Iterator[tuple[Pair, float]]) -> None:
    """Writes what was found as it comes, so that a worker that is killed has done nothing in vain."""
    while some := dict(islice(found, AT_ONCE)):
        with hold():
            record_comparisons(way, made_by, some)
