"""Which sightings show the same house: grouping by geometry and likeness. Pure: arrays in, numbers out.

Distance alone chains a whole street into one house, likeness alone joins equal displays of different houses. So two
groups join only while the *mean* cost over all their pairs stays low (average linkage), and never beyond a house's width.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """`spread_m`: typical error of a roadside point. `indifferent`: the likeness that speaks neither for nor against one
    house, `likeness_weight` what a likeness lower by 1 costs. Groups join while their mean cost is below `limit`."""

    spread_m: float = 7.0
    likeness_weight: float = 1.0
    indifferent: float = 0.3
    limit: float = 1.2
    max_width_m: float = 22.0
    max_turn_deg: float = 60.0


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


def pair_costs(places_m: Floats, facing_deg: Floats, vectors: Floats, rule: Rule = RULE) -> Floats:
    """(N, N) costs: half the squared distance in spreads plus what is missing in likeness; infinite where facing differs.

    `places_m` (N, 2) metres east and north, `facing_deg` (N,), `vectors` (N, D) centred, of unit length or zero.
    """
    distance_m = np.linalg.norm(places_m[:, None] - places_m[None], axis=-1)
    turn_deg = np.abs((facing_deg[:, None] - facing_deg[None] + 180) % 360 - 180)
    likeness = vectors @ vectors.T
    costs = 0.5 * (distance_m / rule.spread_m) ** 2 + rule.likeness_weight * (rule.indifferent - likeness)
    costs[(distance_m > rule.max_width_m) | (turn_deg > rule.max_turn_deg)] = np.inf
    return np.asarray(costs, dtype=np.float64)


def neighbourhoods(places_m: Floats, reach_m: float) -> list[list[int]]:
    """Indices of places that hang together by steps of at most `reach_m`: what can share a house lies in one of them."""
    places = [shapely.Point(place) for place in places_m]
    near = STRtree(places).query(places, predicate="dwithin", distance=reach_m)
    owner = list(range(len(places_m)))
    for one, other in near.T:
        join(owner, int(one), int(other))
    members: dict[int, list[int]] = {}
    for index in range(len(owner)):
        members.setdefault(root(owner, index), []).append(index)
    return list(members.values())


def root(owner: list[int], index: int) -> int:
    while owner[index] != index:
        owner[index] = owner[owner[index]]
        index = owner[index]
    return index


def join(owner: list[int], one: int, other: int) -> None:
    low, high = sorted((root(owner, one), root(owner, other)))
    owner[high] = low


def group(costs: Floats, rule: Rule = RULE) -> list[int]:
    """Average linkage: the group number of each of N sightings, numbered in order of first appearance.

    Two groups join, cheapest first, while their mean pair cost is below the limit and no pair forbids it.
    """
    size = len(costs)
    mean = costs.copy()
    np.fill_diagonal(mean, np.inf)
    weight = np.ones(size)
    member = list(range(size))
    while size > 1:
        flat = int(np.argmin(mean))
        keep, gone = sorted(divmod(flat, size))
        if not mean[keep, gone] < rule.limit:
            break
        merged = (weight[keep] * mean[keep] + weight[gone] * mean[gone]) / (weight[keep] + weight[gone])
        mean[keep], mean[:, keep] = merged, merged
        mean[gone], mean[:, gone] = np.inf, np.inf
        mean[keep, keep] = np.inf
        weight[keep] += weight[gone]
        member = [keep if owner == gone else owner for owner in member]
    return renumbered(member)


def renumbered(member: list[int]) -> list[int]:
    numbers: dict[int, int] = {}
    return [numbers.setdefault(owner, len(numbers)) for owner in member]
