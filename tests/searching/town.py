"""A rendered street on the map: the patches of its regions are kept, and each region shows the house that was drawn there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.scorer import Scorer as Network
from server.frames.models import Frame, Region
from server.houses.models import House
from tests.labels.pointing import marks_on
from tests.labels.street import Shot, driven_street
from tests.server.factories import make_house, place, score_house, see

Patches = dict[tuple[str, int], bytes]


@dataclass(frozen=True)
class Town:
    """`houses` by the number that they were drawn with. `region`, the largest, shows `house`; `x`, `y` lies on its lights."""

    houses: dict[int, House]
    house: House
    region: Region
    x: float
    y: float

    @property
    def frame(self) -> Frame:
        return self.region.frame


def patches_of(shots: list[Shot], network: Network) -> Patches:
    """What is kept of each region, by shot and number."""
    return {
        (shot.name, index): network.region_patches(shot.picture, region)
        for shot in shots
        for index, region in enumerate(shot.scored.regions)
    }


def town_of(shots: list[Shot], network: Network, patches: Patches) -> Town:
    street = driven_street(shots, network)
    houses: dict[int, House] = {}
    for shot in shots:
        frame = street.frame(shot)
        for index, seen in enumerate(shot.scored.regions):
            Region.objects.filter(frame=frame, index=index).update(patches=patches[shot.name, index])
            number = drawn_in(shot, seen.box)
            if number not in houses:
                houses[number] = make_house(place(30 * number))
                score_house(houses[number], 0.1, scorer=street.scorer, best_frame=frame)
            see(houses[number], frame, region=Region.objects.get(frame=frame, index=index))
    best = max((shot for shot in shots if shot.scored.regions), key=lambda shot: shot.scored.regions[0].share)
    box = best.scored.regions[0].box
    mark = marks_on(best.festive & inside(box, best.festive.shape), best, 1)[0]
    region = Region.objects.select_related("frame").get(frame=street.frame(best), index=0)
    return Town(houses, houses[drawn_in(best, box)], region, float(mark["x"]), float(mark["y"]))


def inside(box: tuple[float, float, float, float], shape: tuple[int, ...]) -> np.ndarray:
    rows, columns = (np.arange(side) / side for side in shape)
    return ((rows >= box[1]) & (rows < box[3]))[:, None] & ((columns >= box[0]) & (columns < box[2]))


def drawn_in(shot: Shot, box: tuple[float, float, float, float]) -> int:
    height, width = shot.houses.shape
    x0, y0, x1, y1 = (round(edge * side) for edge, side in zip(box, (width, height) * 2, strict=True))
    shown = shot.houses[y0:y1, x0:x1][shot.festive[y0:y1, x0:x1]]
    return int(np.bincount(shown.ravel()).argmax()) if shown.size else 0
