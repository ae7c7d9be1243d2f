"""Why a house has its rank: those beside it on the list, how far they are away, and the frames that say most of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.frames.models import Scorer
from server.houses.models import Season
from server.houses.queries import BestFrame, HousePage, RankedHouse, ranked_houses
from server.houses.standing import standing

BESIDE = 2
BEST_FRAMES = 3


@dataclass(frozen=True)
class Beside:
    """A house on the list, with how much higher (or lower) it stands than the one that is asked about; None for itself."""

    house: RankedHouse
    more: float | None


@dataclass(frozen=True)
class Why:
    """`beside`: up to two houses before it and two behind, and itself between, in order. `frames`: the best three.

    `leads_by` and `behind_by`: what it stands above the next one behind and below the one before, None at the ends of the
    list. `unsure`: whether the interval of its points reaches over one of them, so that another evening could change the rank.
    """

    beside: tuple[Beside, ...]
    frames: tuple[BestFrame, ...]
    behind_by: float | None
    leads_by: float | None
    unsure: bool


def why(page: HousePage, scorer: Scorer) -> Why:
    house = page.house
    around = neighbours(house, page.season, scorer)
    before = next((one for one in around if one.rank == house.rank - 1), None)
    behind = next((one for one in around if one.rank == house.rank + 1), None)
    return Why(
        beside=tuple(Beside(one, None if one.rank == house.rank else more(one, house)) for one in around),
        frames=page.best_frames[:BEST_FRAMES],
        behind_by=more(before, house) if before else None,
        leads_by=more(house, behind) if behind else None,
        unsure=any(within(house, one) for one in (before, behind) if one),
    )


def neighbours(house: RankedHouse, season: Season, scorer: Scorer) -> Sequence[RankedHouse]:
    """In order of rank, the house among them."""
    first = max(1, house.rank - BESIDE)
    return ranked_houses(
        scorer, season, limit=house.rank + BESIDE - first + 1, offset=first - 1, counting=False
    ).houses


def more(one: RankedHouse, other: RankedHouse) -> float:
    """How much higher one stands."""
    return one.standing - other.standing


def within(house: RankedHouse, other: RankedHouse) -> bool:
    """Whether the other stands where this one could stand on another evening."""
    if house.points_low is None or house.points_high is None:
        return False
    low, high = (standing(points, house.votes) for points in (house.points_low, house.points_high))
    return low <= other.standing <= high
