"""Which houses may be one, the pairs first whose answer is worth most."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from server.core.sql import fetch_rows
from server.frames.models import Scorer
from server.frames.points import points
from server.frames.queries import live_scorer
from server.houses.identity.grouping import RULE, Floats, evidence
from server.houses.identity.passages import vector_of
from server.houses.models import Comparison, House, Season, Sighting
from server.houses.queries import current_season

Pair = tuple[int, int]
PAIRS = 400
SHOTS = 4
LEAST_CHANCE = 0.02
EVEN = 2.0
"""The cost at which two houses that were found apart are as likely one as two."""


@dataclass(frozen=True)
class Doubt:
    """Two houses that may be one. `house` is the more festive one.

    `chance` in [0, 1] that they are one house: `likeness` is the mean cosine of their displays, None
    where it cannot be told, `matched` the best chance by compared patches, None where none were compared. `value`: how much
    the answer is worth, the doubt times the geometric mean of both points.
    """

    house: House
    other: House
    distance_m: float
    likeness: float | None
    matched: float | None
    chance: float
    value: float

    @property
    def key(self) -> str:
        return f"{self.house.public_id}-{self.other.public_id}"


def doubts(leave_out: Collection[str] = (), *, at_most: int = 50) -> list[Doubt]:
    """The pairs of houses of the current season that are most worth a look, without those whose key is in `leave_out`.

    Of all near pairs only the 400 whose fainter house is brightest are looked at.
    """
    scorer = live_scorer()
    season = current_season(scorer=scorer)
    if scorer is None or season is None:
        return []
    found = weighed(near_houses(scorer, season), scorer)
    wanted = [doubt for doubt in found if doubt.chance >= LEAST_CHANCE and doubt.key not in leave_out]
    return sorted(wanted, key=lambda doubt: (-doubt.value, doubt.house.pk, doubt.other.pk))[:at_most]


def near_houses(scorer: Scorer, season: Season) -> list[dict[str, float]]:
    asked = {"scorer": scorer.pk, "season": season.pk, "at_most": PAIRS}
    reach = {"reach_m": RULE.max_width_m, "turn_deg": RULE.max_turn_deg}
    return fetch_rows("review/near_houses.sql", {**asked, **reach})


def weighed(rows: Sequence[dict[str, float]], scorer: Scorer) -> list[Doubt]:
    ids = {int(row[name]) for row in rows for name in ("house", "other")}
    houses = House.objects.in_bulk(ids)
    shots = best_shots(ids, scorer)
    likeness = Likeness(shots)
    matched = Matched(shots)
    found = []
    for row in rows:
        one, other = int(row["house"]), int(row["other"])
        alike, patches = likeness(one, other), matched(one, other)
        chance = chance_of(row["distance_m"], alike, patches)
        stake = points(row["lesser"], scorer.card)
        value = (1 - abs(2 * chance - 1)) * stake
        found.append(Doubt(houses[one], houses[other], row["distance_m"], alike, patches, chance, value))
    return found


def chance_of(distance_m: float, likeness: float | None, matched: float | None) -> float:
    """In [0, 1], by the costs that identification adds up for two sightings."""
    cost = 0.5 * (distance_m / RULE.spread_m) ** 2
    if matched is not None:
        cost -= evidence(matched)
    elif likeness is not None:
        missing = RULE.likeness_weight * (RULE.indifferent - likeness)
        cost += min(max(missing, -RULE.surest), RULE.surest)
    return 1 / (1 + math.exp(min(cost - EVEN, 50)))


def best_shots(house_ids: Iterable[int], scorer: Scorer) -> dict[int, list[Sighting]]:
    """Up to four sightings of each house that show most of it, each from another frame."""
    rows = Sighting.objects.filter(house__in=house_ids, scorer=scorer, suppressed=False)
    found: dict[int, dict[int, Sighting]] = {}
    ordered = rows.select_related("region", "frame").defer("region__patches").order_by("-region__share", "pk")
    for sighting in ordered:
        of_house = found.setdefault(sighting.house_id or 0, {})
        if len(of_house) < SHOTS:
            of_house.setdefault(sighting.frame_id, sighting)
    return {house: list(of_frame.values()) for house, of_frame in found.items()}


class Likeness:
    """The mean cosine between the displays of two houses, or None where one of them was not seen."""

    def __init__(self, shots: dict[int, list[Sighting]]) -> None:
        self.vectors = {house: seen(of_house) for house, of_house in shots.items()}

    def __call__(self, one: int, other: int) -> float | None:
        if one not in self.vectors or other not in self.vectors:
            return None
        told = self.vectors[one] @ self.vectors[other].T
        return float(told.mean()) if told.any() else None


def seen(shots: Sequence[Sighting]) -> Floats:
    return np.stack([vector_of(shot.region.vector) for shot in shots])


class Matched:
    """The best chance among the regions of two houses whose patches were compared, or None."""

    def __init__(self, shots: dict[int, list[Sighting]]) -> None:
        self.regions = {house: [shot.region_id for shot in of_house] for house, of_house in shots.items()}
        ids = [region for regions in self.regions.values() for region in regions]
        rows = Comparison.objects.filter(way=Comparison.Way.MATCH, first__in=ids, second__in=ids)
        self.chances = {
            (first, second): chance for first, second, chance in rows.values_list("first", "second", "chance")
        }

    def __call__(self, one: int, other: int) -> float | None:
        pairs = product(self.regions.get(one, []), self.regions.get(other, []))
        known = [self.chances[pair] for pair in map(ordered, pairs) if pair in self.chances]
        return max(known, default=None)


def ordered(pair: Pair) -> Pair:
    return min(pair), max(pair)
