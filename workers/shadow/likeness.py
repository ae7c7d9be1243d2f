"""Which regions of a new map are seen already: where a region of another scorer lies on the same spot of the same frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ml.regions import Area
from server.houses.identity.tracks import overlap

SAME_LOOK = 0.8
"""Boxes that overlap at least so much (intersection over union) share what the network saw of them. On 40 rendered frames and
three heads (bias ± 1, other weights) 153 of 226 new regions shared it. The cosine of what they took over to what the network sees
there is 0.97 in the mean (1 for the same box, 0.95 above 0.9, 0.92 above 0.8, the worst 0.61); of any two regions it is 0.44."""


@dataclass(frozen=True)
class Known:
    """A region (id) of a scorer of the same backbone; `live` where that is the live one."""

    id: int
    box: Sequence[float]
    live: bool


def alike(areas: Sequence[Area], known: Sequence[Known]) -> list[int | None]:
    """For each area the known region (id) that it looks like: one for one, those that overlap most first; None where it has to be
    looked at."""
    pairs = [
        (-overlap(area.box, one.box), not one.live, one.id, number)
        for number, area in enumerate(areas)
        for one in known
    ]
    found: list[int | None] = [None] * len(areas)
    taken = set[int]()
    for share, _, region, number in sorted(pairs):
        if -share >= SAME_LOOK and found[number] is None and region not in taken:
            found[number] = region
            taken.add(region)
    return found
