"""Which passages show the same house: grouping by geometry and likeness. Pure: arrays in, numbers out.

Distance alone chains a whole street into one house, likeness alone joins equal displays of different houses. So two groups
join only while the *mean* cost over all their pairs stays low (average linkage), and never beyond a house's width. Where
distance leaves a pair in doubt, its patches are compared, and the chance that comes of it stands in place of likeness.

What comes out depends on the passages alone, not on the order in which they came: which pairs are compared, and which
passages can have to do with one another at all (`reached`), are told by the passages around.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Pair = tuple[int, int]
"""Two passages by their indices, the lower one first."""
Costs = dict[int, dict[int, float]]
"""Costs of pairs by both indices; a pair that is missing can not be one house."""


@dataclass(frozen=True)
class Rule:
    """When two passages show one house. A scorer's card may say other numbers under "same_house".

    `spread_m`: error of a pair's distance at which distance costs just the half of its square. `extent_m`: how far from its
    middle what is seen of a display may lie, `drift_m` how far the fixes of a drive are off together, `aligned_m` once
    drives have been laid on one another. A pair outside of the ellipse of `widest` deviations, wider than a house
    (`max_width_m`) or seen from opposite sides (`max_turn_deg`) is never one house.

    `indifferent`: the likeness (cosine) of two whole displays that speaks neither for nor against one house, lower by
    `fragment` for a mere fragment; `likeness_weight`: what a likeness lower by 1 costs, in nats. Both are learned from
    labelled pairs (`python -m ml pairs --rule`) and hold for displays seen whole; of a fragment looks count as much less as
    its `trust`. Groups join while their mean cost is below `limit`.

    Pairs whose distance alone costs the limit give or take `doubt` are worth a look at their patches, of one passage at most
    `most_looks`. Of two regions of one house `same_part` show the same part of it, so that patches which do not match prove
    little; `surest` is the most that a look can tell, in nats.

    `nearly`: share of a picture's width up to which a gap between two boxes counts as touching, about 6 m of a house front.
    """

    spread_m: float = 7.0
    extent_m: float = 3.0
    drift_m: float = 3.5
    widest: float = 4.0
    aligned_m: float = 1.5
    likeness_weight: float = 9.69
    indifferent: float = 0.7
    fragment: float = 0.2
    limit: float = 3.0
    max_width_m: float = 22.0
    max_turn_deg: float = 120.0
    doubt: float = 3.0
    most_looks: int = 20
    same_part: float = 0.9
    surest: float = 2.0
    nearly: float = 0.3


RULE = Rule()


def rule_of(card: Mapping[str, object]) -> Rule:
    """The rule that a scorer's card tells under "same_house"; what it leaves out is as ever, words that are none are passed
    over."""
    told = card.get("same_house")
    known = {field.name: type(getattr(RULE, field.name)) for field in fields(Rule)}
    told = told if isinstance(told, Mapping) else {}
    return Rule(**{name: known[name](value) for name, value in told.items() if name in known})


@dataclass(frozen=True)
class Units:
    """N passages: fronts (N, 2) in metres east and north with covariances (N, 2, 2), the way they face (N,), the drives that
    saw them (N,), and unit vectors (N, D) of their looks, zero where there is nothing to compare; `trust` (N,) in [0, 1] says how
    much of a display the looks show (see `server.houses.identity.tracks.trust_of`)."""

    places_m: Floats
    covariances: Floats
    facing_deg: Floats
    drives: Rows
    vectors: Floats
    trust: Floats

    def __len__(self) -> int:
        return len(self.facing_deg)

    def of(self, rows: Sequence[int]) -> Units:
        """These rows alone, in this order."""
        chosen = list(rows)
        return Units(*(getattr(self, column.name)[chosen] for column in fields(self)))


def near_pairs(units: Units, rule: Rule = RULE) -> tuple[Rows, Rows, Floats]:
    """Every pair that may be one house: the lower rows, the higher rows, and what their distance costs.

    The cost is minus the logarithm of the normal density of the distance, counted from that of two equal places `spread_m`
    uncertain.
    """
    places = np.asarray(shapely.points(units.places_m))
    one, other = STRtree(places).query(places, predicate="dwithin", distance=rule.max_width_m)
    turn_deg = np.abs((units.facing_deg[one] - units.facing_deg[other] + 180) % 360 - 180)
    paired = (one < other) & (turn_deg <= rule.max_turn_deg)
    one, other = one[paired], other[paired]
    squared, size = ellipses(units, one, other, rule)
    inside = squared <= rule.widest**2
    far = 0.5 * squared + 0.5 * np.log(size / rule.spread_m**4)
    return one[inside], other[inside], far[inside]


def ellipses(units: Units, one: Rows, other: Rows, rule: Rule) -> tuple[Floats, Floats]:
    """Of each pair its squared distance in deviations, and the determinant of the distance's covariance.

    Fixes of one drive are off together, so that between its passages the drift makes no difference.
    """
    drift = 2 * rule.drift_m**2 * (units.drives[one] != units.drives[other]) + 2 * rule.extent_m**2
    spread = units.covariances[one] + units.covariances[other]
    east, north, mixed = spread[:, 0, 0] + drift, spread[:, 1, 1] + drift, spread[:, 0, 1]
    off_m = units.places_m[one] - units.places_m[other]
    size = east * north - mixed**2
    squared = (north * off_m[:, 0] ** 2 + east * off_m[:, 1] ** 2 - 2 * mixed * off_m.prod(axis=1)) / size
    return squared, size


def pair_costs(units: Units, rule: Rule = RULE, chances: Mapping[Pair, float] | None = None) -> Costs:
    """What distance costs plus what is missing in likeness, for every pair that may be one house.

    `chances`: of pairs whose patches were compared; that counts in place of likeness.
    """
    one, other, far = near_pairs(units, rule)
    trust = np.minimum(units.trust[one], units.trust[other])
    likeness = np.einsum("nd,nd->n", units.vectors[one], units.vectors[other])
    known = np.asarray(units.vectors.any(axis=1))
    indifferent = rule.indifferent - rule.fragment * (1 - trust)
    unlike = rule.likeness_weight * trust * (indifferent - likeness) * (known[one] & known[other])
    unlike = np.clip(unlike, -rule.surest, rule.surest)
    costs: Costs = {index: {} for index in range(len(units))}
    looks = chances or {}
    rows = zip(one.tolist(), other.tolist(), far.tolist(), unlike.tolist(), trust.tolist(), strict=True)
    for i, j, distance, missing, sure in rows:
        chance = looks.get((i, j))
        told = missing if chance is None else -sure * evidence(chance, rule)
        costs[i][j] = costs[j][i] = distance + told
    return costs


def evidence(chance: float, rule: Rule = RULE) -> float:
    """What a chance in [0, 1] (were both answers equally common) says for one house, in nats.

    The logarithm of the likelihood ratio, where a share of the pairs of one house show different parts of it and match no
    better than strangers: log(same_part * odds + 1 - same_part), at most `surest`.
    """
    odds = chance / max(1 - chance, 1e-9)
    return min(rule.surest, math.log(rule.same_part * odds + 1 - rule.same_part))


def doubtful_pairs(units: Units, rule: Rule = RULE) -> list[Pair]:
    """Pairs that distance alone neither joins nor parts, the most doubtful first."""
    return doubtful(*near_pairs(units, rule), rule)


def doubtful(one: Rows, other: Rows, far: Floats, rule: Rule = RULE) -> list[Pair]:
    """Of these pairs the doubtful ones, where each is among the `most_looks` most doubtful of both: a passage that comes later
    can take a pair out of these, never bring one of older passages in."""
    doubt = np.abs(far - rule.limit)
    order = np.lexsort((other, one, doubt))
    pairs = [(int(one[row]), int(other[row])) for row in order if doubt[row] < rule.doubt]
    looks: dict[int, int] = defaultdict(int)
    chosen = []
    for pair in pairs:
        if all(looks[index] < rule.most_looks for index in pair):
            chosen.append(pair)
        for index in pair:
            looks[index] += 1
    return chosen


def reached(start: Iterable[int], costs: Costs, rule: Rule = RULE) -> set[int]:
    """Those that hang together with `start` by pairs cheap enough to join: no others can have to do with its groups.

    A mean is never below its lowest part, so that groups from two such sets never join.
    """
    found, waiting = set(start), list(start)
    while waiting:
        for other, cost in costs[waiting.pop()].items():
            if cost < rule.limit and other not in found:
                found.add(other)
                waiting.append(other)
    return found


def group(members: Sequence[int], costs: Costs, rule: Rule = RULE) -> list[list[int]]:
    """Average linkage of `members`: groups of them, in order of their first members.

    Two groups join, cheapest first, while their mean pair cost is below the limit and every pair of them may be one house.
    """
    chosen = set(members)
    mean = {
        index: {other: cost for other, cost in costs[index].items() if other in chosen} for index in members
    }
    groups = {index: [index] for index in members}
    queue = [
        (cost, one, other)
        for one in mean
        for other, cost in mean[one].items()
        if one < other and cost < rule.limit
    ]
    heapq.heapify(queue)
    while queue:
        cost, one, other = heapq.heappop(queue)
        if mean.get(one, {}).get(other) == cost:
            for entry in merge(one, other, groups, mean):
                if entry[0] < rule.limit:
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
