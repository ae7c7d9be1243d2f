"""How far beside the car's way a front stands, from how its edges move through the picture. Pure geometry.

An edge of a display that stands D metres beside the way and X metres along it is seen, from s metres along, at an angle φ to
the driving direction with cot(φ) = (X - s) / D. From two places the unknown X falls out, and 1 / D = -Δcot(φ) / Δs. The
median over all pairs of places, each weighted by the metres between them, bears with edges that jump (Theil 1950, Sen
1968). Only differences of GPS positions within seconds enter, and no heading.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from server.houses.placing import HOUSE_LINE_M

BASELINE_M = 5.0
PRIOR_PAIRS = 3
NEAREST_M, FARTHEST_M = 5.0, 40.0

Edge = Sequence[tuple[float, float]]
"""One edge as seen from several places: metres along the way, and the cotangent of the angle to the driving direction."""


def front_line_m(edges: Iterable[Edge]) -> float | None:
    """Metres beside the way, from 5 to 40; None where no two places are 5 m apart.

    The usual 14 m speak as loud as three pairs. Good for a stretch of straight road.
    """
    slopes = [slope for edge in edges for slope in slopes_of(edge)]
    if not slopes:
        return None
    found = (median(slopes) * len(slopes) + PRIOR_PAIRS / HOUSE_LINE_M) / (len(slopes) + PRIOR_PAIRS)
    return 1 / min(max(found, 1 / FARTHEST_M), 1 / NEAREST_M)


def slopes_of(edge: Edge) -> list[tuple[float, float]]:
    """1 / D by each pair of places, and the metres between them."""
    return [
        ((one[1] - other[1]) / (other[0] - one[0]), abs(other[0] - one[0]))
        for one, other in combinations(edge, 2)
        if abs(other[0] - one[0]) >= BASELINE_M
    ]


def median(weighted: Sequence[tuple[float, float]]) -> float:
    """The value at which half of the weight is reached."""
    half, reached = sum(weight for _, weight in weighted) / 2, 0.0
    for value, weight in sorted(weighted):
        reached += weight
        if reached >= half:
            break
    return value
