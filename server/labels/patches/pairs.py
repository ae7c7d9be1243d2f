"""What two displays have in common, patch by patch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.tools.descriptors import DescriptorError, Descriptors
from ml.tools.kept import KeptError, kept
from ml.tools.match.compare import compare
from ml.tools.match.place import CROP_COEFFICIENTS, read_model
from server.frames.models import Region

Line = tuple[float, float, float, float]
MOST_LINES = 24


@dataclass(frozen=True)
class Common:
    """`chance` of one house by the patches alone. `lines`: x0, y0 in the first crop and x1, y1 in the second, all in [0, 1], of
    the matches that agree on one movement, the surest first."""

    chance: float
    lines: tuple[Line, ...]


def in_common(first: Region, second: Region) -> Common | None:
    """None where patches of either were not kept, or show too little to compare."""
    try:
        one, other = described(first), described(second)
        found = compare(one, other)
    except (KeptError, DescriptorError):
        return None
    agreeing = np.flatnonzero(found.movement.inliers)[:MOST_LINES]
    start = found.matches.start[agreeing] / (one.width_px, one.height_px)
    end = found.matches.end[agreeing] / (other.width_px, other.height_px)
    lines = tuple((float(a), float(b), float(c), float(d)) for (a, b), (c, d) in zip(start, end, strict=True))
    return Common(read_model(CROP_COEFFICIENTS).chance(found.statistics), lines)


def described(region: Region) -> Descriptors:
    return kept(bytes(region.patches), np.frombuffer(region.vector, np.float16).astype(np.float32))
