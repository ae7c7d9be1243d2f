"""The lit front that a region shows: solid angle, square metres, and the share it would fill of the reference picture.

Pinhole camera with square pixels. Lengths on the image plane are picture widths: f = 1 / (2 tan(field / 2)), a = height /
width; u right of the middle, v below it, b = atan(u / f) the bearing off the axis, of the middle of the region's box. The
front is an upright plane along the road; `square_on` is the cosine of the angle between the ray and its normal.

    solid angle       sr = share a cos³(angle to the axis) / f²
    square metres     m² = share a (d cos(b) / f)² cos(b) / square_on

For a camera that looks straight across the road cos(b) = square_on, and the square metres are those of
`ml.tools.depth.front_of`. Good where the box is small against the picture or the front lies parallel to it, for distances
from 3 to 60 m. What hangs before the front (a figure on the lawn) counts as if it hung on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.houses.placing.roadside import HOUSE_LINE_M

REFERENCE_M = HOUSE_LINE_M
REFERENCE_FIELD_DEG = 67.0
REFERENCE_ASPECT = 9 / 16
WIDEST_DEG = 170.0
SPREAD = 1.0
NEAREST_M, FARTHEST_M = 3.0, 60.0

Box = Sequence[float]


@dataclass(frozen=True)
class Lens:
    """Horizontal field of view in degrees, and the picture's height / width."""

    field_of_view_deg: float
    aspect: float

    @property
    def focal(self) -> float:
        return 0.5 / math.tan(math.radians(min(self.field_of_view_deg, WIDEST_DEG)) / 2)

    def off_axis(self, column: float) -> float:
        """Radians to the right of the axis of a column in [0, 1]."""
        return math.atan((column - 0.5) / self.focal)

    def picture_m2(self, away_m: float) -> float:
        """Square metres that a whole picture shows of a front that it faces."""
        return self.aspect * (away_m / self.focal) ** 2


REFERENCE = Lens(REFERENCE_FIELD_DEG, REFERENCE_ASPECT)
REFERENCE_M2 = REFERENCE.picture_m2(REFERENCE_M)


@dataclass(frozen=True)
class LitFront:
    """What a region shows of a front `distance_m` away: `sr` steradians and `m2` square metres of light.

    `share_at_reference`: the share of the picture that it would fill, were it seen square on from 14 m with a field of 67°
    in a picture of 16:9. A display is mostly strings of lamps, which in a festivity map are as wide as a patch from any
    distance: what is seen of them falls with the distance, not with its square (`SPREAD`, see docs/benchmarks.md).
    """

    distance_m: float
    sr: float
    m2: float
    share_at_reference: float


def lit_front(box: Box, share: float, lens: Lens, distance_m: float, square_on: float) -> LitFront:
    """The lit front of a region's box (x0, y0, x1, y1 in [0, 1], y down) and share in [0, 1].

    `distance_m` from camera to front on the map; `square_on` in (0, 1].
    """
    f, across = lens.focal, (box[0] + box[2]) / 2 - 0.5
    down = ((box[1] + box[3]) / 2 - 0.5) * lens.aspect
    to_axis = f / math.sqrt(across**2 + down**2 + f**2)
    off_axis = math.cos(math.atan(across / f))
    m2 = share * lens.picture_m2(distance_m * off_axis) * off_axis / square_on
    nearness = REFERENCE_M / (distance_m * square_on)
    return LitFront(
        distance_m=distance_m,
        sr=share * lens.aspect * to_axis**3 / f**2,
        m2=m2,
        share_at_reference=m2 / REFERENCE_M2 * nearness ** (2 - SPREAD),
    )


def distance_of_depth(depth_m: float | None, box: Box, lens: Lens) -> float | None:
    """Metres on the map of a region at `depth_m` along the optical axis; None for none, or one that no front has."""
    if depth_m is None or not math.isfinite(depth_m):
        return None
    distance_m = depth_m / math.cos(lens.off_axis((box[0] + box[2]) / 2))
    return distance_m if NEAREST_M <= distance_m <= FARTHEST_M else None
