"""What identifying looks at: the passages in question, all that can have to do with them, and what is known of pairs of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import combinations

import numpy as np
from django.db.models import Q

from server.core.sql import fetch_rows
from server.drives.models import Drive
from server.drives.track import LonLat, moved, offset_between_m
from server.frames.models import Scorer
from server.houses.identity.comparisons import compared, rows_of
from server.houses.identity.drift import aligned
from server.houses.identity.grouping import (
    Costs,
    Pair,
    Rule,
    Units,
    doubtful_pairs,
    group,
    pair_costs,
    reached,
)  # fmt: skip
from server.houses.identity.passages import ensure_passages, vector_of
from server.houses.identity.rays import Spot
from server.houses.identity.tracks import apart, columns_of
from server.houses.models import Comparison, Decision, House, Sighting
from server.houses.placing.roadside import HOUSE_LINE_M, KERB_M

HOPS = 3
ALIGNED_TIMES = 2
HOUSE_SPREAD_M = 5.0


@dataclass(frozen=True)
class Seen:
    """A passage as it is read from the database (see `Passage`)."""

    id: int
    drive_id: int
    began_at: datetime
    lon: float
    lat: float
    east_m2: float
    north_m2: float
    mixed_m2: float
    facing_deg: float
    vector: bytes
    look_id: int
    trust: float


@dataclass(frozen=True)
class Member:
    """A sighting of a passage."""

    pk: int
    house_id: int | None
    frame_id: int
    box: Sequence[float]


@dataclass(frozen=True)
class Scene:
    """`passages` in an order that tells nothing of when they came, then `houses` that only other scorers have seen: the rows
    that groups are made of. `members` are the sightings of each passage; `spoken_of`: the
    houses (ids) that a person spoke of, who keep what they have."""

    scorer: Scorer
    rule: Rule
    passages: list[Seen]
    houses: list[House]
    members: list[list[Member]] = field(repr=False)
    spoken_of: frozenset[int] = frozenset()

    @cached_property
    def said(self) -> dict[int, int]:
        """Of each row that shows a house that a person spoke of, that house (id): by most of its sightings
        that show a house."""
        houses = [
            Counter(member.house_id for member in members if member.house_id).most_common(1)
            for members in self.members
        ]
        rows = [told[0][0] if told else None for told in houses] + [house.pk for house in self.houses]
        return {row: house for row, house in enumerate(rows) if house in self.spoken_of}

    @cached_property
    def units(self) -> Units:
        """All rows, in metres from the first one."""
        seen, origin = self.passages, (self.passages[0].lon, self.passages[0].lat)
        known = [front_spot(house, origin) for house in self.houses]
        places = [offset_between_m(origin, (one.lon, one.lat)) for one in seen]
        covariances = [((one.east_m2, one.mixed_m2), (one.mixed_m2, one.north_m2)) for one in seen]
        vectors = np.stack([vector_of(one.vector) for one in seen])
        return Units(
            places_m=np.array([*places, *(spot.place_m for spot in known)]),
            covariances=np.array([*covariances, *(spot.covariance for spot in known)]),
            facing_deg=np.array([one.facing_deg for one in seen] + [one.facing_deg for one in self.houses]),
            drives=np.array([*(one.drive_id for one in seen), *(-house.pk for house in self.houses)]),
            vectors=np.concatenate([vectors, np.zeros((len(known), vectors.shape[1]))]),
            trust=np.array([*(one.trust for one in seen), *(0.0 for _ in known)]),
        )

    @cached_property
    def costs(self) -> Costs:
        """Costs of all pairs that may be one house."""
        found = pair_costs(self.units, self.rule, self.looks)
        forbid(found, self.never)
        return found

    @cached_property
    def looks(self) -> dict[Pair, float]:
        """Chances of the pairs whose patches are in doubt and were compared."""
        looks = [passage.look_id for passage in self.passages]
        chances = dict(rows_of(looks, compared(looks, Comparison.Way.MATCH)))
        return {pair: chances[pair] for pair in doubtful_pairs(self.units, self.rule) if pair in chances}

    @cached_property
    def never(self) -> list[Pair]:
        """Pairs of rows that are two houses: they stand apart in one frame, have been two houses for another scorer, or a person
        spoke of both."""
        row_of = [row for row, members in enumerate(self.members) for _ in members]
        everyone = [member for members in self.members for member in members]
        frames = [member.frame_id for member in everyone]
        columns = columns_of(frames, [member.box for member in everyone], self.rule.nearly)
        known = range(len(self.passages), len(self.passages) + len(self.houses))
        standing = [(row_of[one], row_of[other]) for one, other in apart(frames, columns)]
        said = (
            (one, other) for one, other in combinations(self.said, 2) if self.said[one] != self.said[other]
        )
        return [*standing, *combinations(known, 2), *said]

    def rows(self, passage_ids: Collection[int]) -> list[int]:
        wanted = set(passage_ids)
        return [row for row, passage in enumerate(self.passages) if passage.id in wanted]

    def groups(self, passage_ids: Collection[int]) -> list[list[int]]:
        """The groups of all rows that can have to do with these passages: found with the drift of each drive unknown, then
        anew with the drives laid on one another by what was found."""
        rows = sorted(reached(self.rows(passage_ids), self.costs, self.rule))
        place = {row: number for number, row in enumerate(rows)}
        units, rule = self.units.of(rows), replace(self.rule, drift_m=self.rule.aligned_m)
        chances = {
            (place[one], place[other]): chance
            for (one, other), chance in self.looks.items()
            if one in place and other in place
        }
        never = [(place[one], place[other]) for one, other in self.never if one in place and other in place]
        groups = [[place[row] for row in one] for one in group(rows, self.costs, self.rule)]
        for _ in range(ALIGNED_TIMES):
            costs = pair_costs(aligned(units, groups, self.rule), rule, chances)
            forbid(costs, never)
            groups = group(range(len(rows)), costs, rule)
        return [[rows[number] for number in one] for one in groups]

    def doubtful(self, passage_ids: Collection[int]) -> list[Pair]:
        """Ids of regions whose patches are worth comparing, the most doubtful pairs first; of each one passage is among these."""
        fresh, seen = set(self.rows(passage_ids)), len(self.passages)
        frames = [{member.frame_id for member in members} for members in self.members]
        pairs = [
            (self.passages[one].look_id, self.passages[other].look_id)
            for one, other in doubtful_pairs(self.units, self.rule)
            if other < seen and not fresh.isdisjoint((one, other)) and frames[one].isdisjoint(frames[other])
        ]
        return [(min(pair), max(pair)) for pair in pairs]


def forbid(costs: Costs, never: Iterable[Pair]) -> None:
    for one, other in never:
        costs[one].pop(other, None)
        costs[other].pop(one, None)


@dataclass
class Sight:
    """What has been read so far: passages by their ids, and their sightings."""

    scorer: Scorer
    rule: Rule
    passages: dict[int, Seen] = field(default_factory=dict)
    members: dict[int, list[Member]] = field(default_factory=dict)

    def look_around(self, passage_ids: Collection[int]) -> None:
        """Reads what is near enough to these for all that is said of their pairs."""
        asked = {
            "passages": sorted(passage_ids),
            "known": list(self.passages),
            "scorer": self.scorer.pk,
            "reach_m": HOPS * self.rule.max_width_m,
        }
        fresh = {row["id"]: Seen(**row) for row in fetch_rows("houses/near_passages.sql", asked)}
        self.passages |= fresh
        self.members |= {passage: [] for passage in fresh}
        seen = Sighting.objects.filter(passage__in=list(fresh)).order_by("pk")
        for passage, pk, house, frame, box in seen.values_list(
            "passage", "pk", "house", "frame", "region__box"
        ):
            self.members[passage or 0].append(Member(pk, house, frame, box))

    def scene(self) -> Scene:
        passages = sorted(self.passages.values(), key=lambda one: (one.began_at, one.lon, one.lat, one.id))
        asked = {
            "passages": list(self.passages),
            "scorer": self.scorer.pk,
            "reach_m": self.rule.max_width_m + HOUSE_LINE_M,
        }
        known = [row["id"] for row in fetch_rows("houses/houses_of_others.sql", asked)]
        houses = list(House.objects.filter(pk__in=known).order_by("pk"))
        members = [self.members[one.id] for one in passages]
        shown = {member.house_id for of_passage in members for member in of_passage if member.house_id}
        return Scene(self.scorer, self.rule, passages, houses, members, spoken_of(shown | set(known)))


def spoken_of(houses: Collection[int]) -> frozenset[int]:
    """Those of these houses (ids) that a person ever said something of; a word that was taken back is a word, too."""
    said = Decision.objects.filter(Q(house__in=houses) | Q(other__in=houses)).values_list("house", "other")
    return frozenset(one for pair in said for one in pair)


def scene_around(passage_ids: Collection[int], scorer: Scorer, rule: Rule) -> Scene:
    """These passages, and what is near enough for all that is said of their pairs."""
    sight = Sight(scorer, rule)
    sight.look_around(passage_ids)
    return sight.scene()


def whole_scene(passage_ids: Collection[int], scorer: Scorer, rule: Rule) -> Scene:
    """The scene with everything that hangs together with these passages, and with what is near to that.

    Each round looks around what was found to hang together; it ends where that ends, at the latest with the street.
    """
    sight, waiting, looked_around = Sight(scorer, rule), set(passage_ids), set[int]()
    while waiting:
        for drive in drives_without_passages(waiting, scorer, rule):
            ensure_passages(drive, scorer, rule)
        sight.look_around(waiting)
        looked_around |= waiting
        scene = sight.scene()
        hang_together = reached(scene.rows(passage_ids), scene.costs, rule)
        waiting = {
            scene.passages[row].id for row in hang_together if row < len(scene.passages)
        } - looked_around
    return scene


def drives_without_passages(passage_ids: Collection[int], scorer: Scorer, rule: Rule) -> list[Drive]:
    asked = {"passages": sorted(passage_ids), "scorer": scorer.pk, "reach_m": HOPS * rule.max_width_m}
    found = [row["drive_id"] for row in fetch_rows("houses/unpassed_drives.sql", asked)]
    return list(Drive.objects.filter(pk__in=found).order_by("pk"))


def front_spot(house: House, origin: LonLat) -> Spot:
    """Where its front stands: as it was found, else as far behind the roadside point as the usual line of houses."""
    behind = moved(house.position.x, house.position.y, bearing=house.facing_deg, by_m=HOUSE_LINE_M - KERB_M)
    front = (house.front.x, house.front.y) if house.front else behind
    return Spot(
        np.array(offset_between_m(origin, front)), np.eye(2) * (house.spread_m or HOUSE_SPREAD_M) ** 2
    )
