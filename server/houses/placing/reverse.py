"""A car in reverse gear: its track runs backwards, its cameras do not. Pure.

A car that turns round shows the headings in between; one that is put into reverse shows the opposite heading at once, and after a
short while its own again. The track alone cannot tell a drive that begins or ends in reverse from one that goes forwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

FLIP_DEG = 150.0
LONGEST_S = 60.0
LONGEST_PAUSE_S = 30.0


def forwards(at_s: Sequence[float], heading_deg: Sequence[float]) -> list[float]:
    """The headings (degrees, in order of time) with those of a car in reverse turned round.

    In reverse: a stretch of at most a minute between two flips of 150° or more, each from one moment to the next.
    """
    flips = [
        row
        for row in range(1, len(at_s))
        if turn_deg(heading_deg[row - 1], heading_deg[row]) >= FLIP_DEG
        and at_s[row] - at_s[row - 1] <= LONGEST_PAUSE_S
    ]
    righted, last = list(heading_deg), -1
    for start, end in pairwise(flips):
        if start > last and at_s[end - 1] - at_s[start] <= LONGEST_S:
            righted[start:end] = [(one + 180) % 360 for one in heading_deg[start:end]]
            last = end
    return righted


def turn_deg(one: float, other: float) -> float:
    """The angle between two headings, 0 to 180."""
    return abs((one - other + 180) % 360 - 180)
