"""Which sightings show the same house: grouping by geometry and likeness. Pure: arrays in, numbers out.

Distance alone chains a whole street into one house, likeness alone joins equal displays of different houses. So two
groups join only while the *mean* cost over all their pairs stays low (average linkage), and never beyond a house's width.
Where distance leaves a pair in doubt, its patches are compared, and the chance that comes of it stands in place of likeness.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Pair = tuple[int, int]
"""Two sightings by their indices, the lower one first."""
Costs = dict[int, dict[int, float]]
"""Costs of pairs by both indices; a pair that is missing can not be one house."""


@dataclass(frozen=True)
class Rule:
    """`spread_m`: typical error of a roadside point. `indifferent`: the likeness that speaks neither for nor against one
    house, `likeness_weight` what a likeness lower by 1 costs. Groups join while their mean cost is below `limit`.

    Pairs whose distance alone costs the limit give or take `doubt` are worth a look at their patches. Of two regions of one
    house `same_part` show the same part of it, so that patches which do not match prove little; `surest` is the most that a
    look can tell, in nats.

    `nearly`: share of a picture's width up to which a gap between two boxes counts as touching, about 6 m of a house front.
    """

    spread_m: float = 7.0
    likeness_weight: float = 0.4
    indifferent: float = 0.3
    limit: float = 2.0
    max_width_m: float = 22.0
    max_turn_deg: float = 60.0
    doubt: float = 2.0
    same_part: float = 0.5
    surest: float = 3.5
    nearly: float = 0.3


RULE = Rule()


def centred(vectors: Floats, centre: Floats | None) -> Floats:
    """Unit vectors (N, D) seen from `centre` (D,), the mean of many regions, and at length 1 again.

    Pictures of the night are all alike to a backbone (cosines above 0.9); what tells them apart is how they differ from
    the typical one. Without a centre there is no telling, and the vectors are zero: geometry decides alone.
    """
    if centre is None:
        return np.zeros_like(vectors)
    away = vectors - centre
    return np.asarray(away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9))


def near_pairs(places_m: Floats, facing_deg: Floats, rule: Rule = RULE) -> tuple[Rows, Rows, Floats]:
    """Every pair that may be one house: the lower rows, the higher rows, and half the squared distance in spreads.

    `places_m` (N, 2) metres east and north, `facing_deg` (N,).
    """
    places = [shapely.Point(place) for place in places_m]
    one, other = STRtree(places).query(places, predicate="dwithin", distance=rule.max_width_m)
    turn_deg = np.abs((facing_deg[one] - facing_deg[other] + 180) % 360 - 180)
    paired = (one < other) & (turn_deg <= rule.max_turn_deg)
    one, other = one[paired], other[paired]
    distance_m = np.linalg.norm(places_m[one] - places_m[other], axis=1)
    return one, other, 0.5 * (distance_m / rule.spread_m) ** 2


def pair_costs(
    places_m: Floats,
    facing_deg: Floats,
    vectors: Floats,
    rule: Rule = RULE,
    chances: Mapping[Pair, float] | None = None,
) -> Costs:
    """Half the squared distance in spreads plus what is missing in likeness, for every pair that may be one house.

    `vectors` (N, D) centred, of unit length or zero. `chances`: of pairs whose patches were compared; what these say counts
    in place of likeness.
    """
    one, other, far = near_pairs(places_m, facing_deg, rule)
    likeness = np.einsum("nd,nd->n", vectors[one], vectors[other])
    unlike = rule.likeness_weight * (rule.indifferent - likeness)
    costs: Costs = {index: {} for index in range(len(places_m))}
    looked = chances or {}
    for i, j, distance, missing in zip(
        one.tolist(), other.tolist(), far.tolist(), unlike.tolist(), strict=True
    ):
        chance = looked.get((i, j))
        value = distance + (missing if chance is None else -evidence(chance, rule))
        costs[i][j] = costs[j][i] = value
    return costs


def evidence(chance: float, rule: Rule = RULE) -> float:
    """What a chance in [0, 1] (were both answers equally common) says for one house, in nats.

    The logarithm of the likelihood ratio, where a share of the pairs of one house show different parts of it and match no
    better than strangers: log(same_part * odds + 1 - same_part), at most `surest`.
    """
    odds = chance / max(1 - chance, 1e-9)
    return min(rule.surest, math.log(rule.same_part * odds + 1 - rule.same_part))


def doubtful_pairs(places_m: Floats, facing_deg: Floats, rule: Rule = RULE) -> list[Pair]:
    """Pairs that distance alone neither joins nor parts, the most doubtful first."""
    one, other, far = near_pairs(places_m, facing_deg, rule)
    doubt = np.abs(far - rule.limit)
    order = np.lexsort((other, one, doubt))
    return [(int(one[row]), int(other[row])) for row in order if doubt[row] < rule.doubt]


def group(members: Sequence[int], costs: Costs, rule: Rule = RULE) -> list[list[int]]:
    """Average linkage of `members`: groups of them, in order of their first members.

    Two groups join, cheapest first, while their mean pair cost is below the limit and every pair of them may be one house.
    """
    chosen = set(members)
    mean = {
        index: {other: cost for other, cost in costs[index].items() if other in chosen} for index in members
    }
    groups = {index: [index] for index in members}
    queue = [(cost, one, other) for one in mean for other, cost in mean[one].items() if one < other]
    heapq.heapify(queue)
    while queue:
        cost, one, other = heapq.heappop(queue)
        if cost >= rule.limit:
            break
        if mean.get(one, {}).get(other) == cost:
            for entry in merge(one, other, groups, mean):
                heapq.heappush(queue, entry)
    return [sorted(rows) for _, rows in sorted(groups.items())]


def merge(one: int, other: int, groups: dict[int, list[int]], mean: Costs) -> list[tuple[float, int, int]]:
    """Joins `other` into `one`; the new mean costs to every group that all of both may be one house with."""
    size, added = len(groups[one]), len(groups[other])
    common = (mean[one].keys() & mean[other].keys()) - {one, other}
    joined = {
        third: (size * mean[one][third] + added * mean[other][third]) / (size + added) for third in common
    }
    for third in mean[one].keys() | mean[other].keys():
        mean[third].pop(one, None)
        mean[third].pop(other, None)
    groups[one] += groups.pop(other)
    del mean[other]
    mean[one] = joined
    for third, cost in joined.items():
        mean[third][one] = cost
    return [(cost, min(one, third), max(one, third)) for third, cost in joined.items()]


def mean_cost(some: Sequence[int], others: Sequence[int], costs: Costs) -> float:
    """Mean over all pairs between the two; infinite as soon as one pair can not be one house."""
    pairs = [costs[one].get(other, np.inf) for one in some for other in others]
    return float(np.mean(pairs)) if pairs else np.inf
