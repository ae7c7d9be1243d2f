"""What the pages of the review show of houses, and which pairs somebody has put off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.contrib.gis.measure import D
from django.contrib.sessions.backends.base import SessionBase

from server.frames.models import Scorer
from server.frames.queries import live_scorer
from server.houses.identity.grouping import RULE, Units, group, pair_costs
from server.houses.identity.passages import places_m, vector_of
from server.houses.identity.tracks import columns_of, trust_of
from server.houses.models import House, Season, Sighting
from server.houses.queries import RankedHouse, current_season, ranked_houses
from server.review.doubts import Doubt, best_shots

SKIPPED = "review_skipped"
MOST_SKIPPED = 500
BESIDE_M = 40.0
BESIDE = 6
STRICTER = 1.5
"""How much lower the limit of costs is where one house is asked whether it is two."""


@dataclass(frozen=True)
class Shown:
    """A house on the review's pages: its place on the list, None where it has none now, and its best sightings."""

    house: House
    ranked: RankedHouse | None
    shots: tuple[Sighting, ...]


def shown(houses: Sequence[House], scorer: Scorer, season: Season) -> list[Shown]:
    names = [house.public_id for house in houses]
    ranked = {one.public_id: one for one in ranked_houses(scorer, season, public_ids=names).houses}
    shots = best_shots([house.pk for house in houses], scorer)
    return [Shown(one, ranked.get(one.public_id), tuple(shots.get(one.pk, ()))) for one in houses]


def pair_context(doubt: Doubt) -> dict[str, Any]:
    """Both houses of a doubt with their best sightings."""
    scorer, season = live_scorer(), current_season()
    if scorer is None or season is None:
        return {}
    house, other = shown([doubt.house, doubt.other], scorer, season)
    return {"doubt": doubt, "house": house, "other": other}


def skipped(session: SessionBase) -> list[str]:
    return list(session.get(SKIPPED, []))


def skip(session: SessionBase, key: str) -> None:
    """Puts a pair off for this visit; the oldest of 500 comes back."""
    session[SKIPPED] = [*skipped(session), key][-MOST_SKIPPED:]


def beside(house: House, scorer: Scorer, season: Season) -> list[Shown]:
    """The nearest houses on the list within 40 m, which this one may be."""
    near = House.objects.visible().filter(
        position__dwithin=(house.position, D(m=BESIDE_M)), scores__season=season
    )
    others = near.filter(scores__scorer=scorer).exclude(pk=house.pk).distinct()
    return shown(list(others[:BESIDE]), scorer, season)


def strangers(rows: Sequence[Sighting]) -> set[int]:
    """Ids of those of a house's sightings that a stricter rule parts from the rest: the second largest group, or none."""
    if len(rows) < 2:
        return set()
    costs = pair_costs(each_alone(rows))
    groups = group(range(len(rows)), costs, replace(RULE, limit=RULE.limit - STRICTER))
    return {rows[index].pk for members in sorted(groups, key=len, reverse=True)[1:2] for index in members}


def each_alone(rows: Sequence[Sighting]) -> Units:
    """Sightings as if each had been passed alone, all by one drive, at their roadside points."""
    boxes, shares = [row.region.box for row in rows], [row.region.share for row in rows]
    columns = columns_of([row.frame_id for row in rows], boxes, RULE.nearly)
    spread_m2 = RULE.spread_m**2 / 2 - RULE.extent_m**2
    return Units(
        places_m=places_m(rows),
        covariances=np.tile(np.eye(2) * spread_m2, (len(rows), 1, 1)),
        facing_deg=np.array([row.facing_deg for row in rows]),
        drives=np.zeros(len(rows), dtype=np.int64),
        vectors=np.stack([vector_of(row.region.vector) for row in rows]),
        trust=np.array(trust_of(boxes, shares, columns)),
    )
