"""What a house is worth: the fixed numbers of the formula in `sql/publish_scores.sql`.

All of them were found on rendered streets whose truth is known (`bench/fair`, docs/benchmarks.md), and none depends on the
other houses of a map: the same frames give the same points on every map and every night.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from server.houses.placing.fronts import REFERENCE_M
from server.houses.placing.roadside import SHALLOWEST


@dataclass(frozen=True)
class Worth:
    """`smeared` and `dark`: the lowest sharpness and exposure of a frame that counts; `usual_sharpness` stands in for one that
    was not measured. `thin`: how many frames of the least decorated house stand in for each of three that is missing.

    Variances of the logarithm of festivity: `between` evenings, however many frames there are, and `usual` among the frames
    of one house, which weighs as much as `known` frames.
    """

    reference_m: float = REFERENCE_M
    shallowest: float = SHALLOWEST
    smeared: float = 0.35
    dark: float = 0.1
    usual_sharpness: float = 0.6
    thin: float = 0.1
    between: float = 0.04
    usual: float = 0.5
    known: float = 4.0

    @property
    def inputs(self) -> dict[str, float]:
        """As publish_scores.sql takes them."""
        return asdict(self)


WORTH = Worth()
