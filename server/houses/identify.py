"""Finding houses: a drive's new sightings are grouped, groups attach to houses that are known, the rest are new houses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction

from server.core.sql import read_sql
from server.drives.models import Drive
from server.drives.track import Fix, offset_m
from server.frames.models import Region, Scorer
from server.houses.grouping import RULE, Floats, centred, group, neighbourhoods, pair_costs
from server.houses.models import House, Sighting
from server.houses.services import settle_houses

KNOWN_SIGHTINGS = 8
SAME_SPOT = 0.2
TYPICAL_OF = 1000
TYPICAL_FROM = 30


@dataclass(frozen=True)
class Identified:
    """How many sightings came in, and the ids of the houses that they show, new ones among them."""

    came_in: int
    house_ids: tuple[int, ...]
    new: int


@dataclass(frozen=True)
class Known:
    """A known house with some of its sightings as rows: `places_m` (N, 2), `facing_deg` (N,), `vectors` (N, D)."""

    house: House
    rows: list[int]


@transaction.atomic
def identify_drive(drive: Drive, scorer: Scorer) -> Identified:
    """Gives every houseless sighting of the drive its house. Those that have one keep it: running again changes nothing."""
    lock_identity()
    inherit(drive, scorer)
    fresh = sightings(frame__drive=drive, scorer=scorer, house=None, suppressed=False)
    if not fresh:
        return Identified(0, (), 0)
    known = known_sightings(drive, scorer)
    groups = grouped(fresh, known, typical_vector(scorer))
    new = [attach(members, house, drive) for members, house in groups]
    house_ids = sorted({sighting.house_id for sighting in fresh if sighting.house_id})
    Sighting.objects.bulk_update(fresh, ["house"], batch_size=500)
    recentre(house_ids)
    settle_houses(house_ids)
    return Identified(len(fresh), tuple(house_ids), sum(new))


def lock_identity() -> None:
    """One drive at a time finds houses, so that two drives down one street do not both found the same one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('identify'))")


def inherit(drive: Drive, scorer: Scorer) -> None:
    """Regions of a new scorer keep the house that an earlier scorer's region at the same spot of the same frame shows."""
    with connection.cursor() as cursor:
        cursor.execute(
            read_sql("houses/inherit.sql"), {"drive": drive.pk, "scorer": scorer.pk, "overlap": SAME_SPOT}
        )


def sightings(**conditions: object) -> list[Sighting]:
    found = Sighting.objects.filter(**conditions).select_related("region", "house", "frame")
    return list(found.order_by("frame__captured_at", "id"))


def known_sightings(drive: Drive, scorer: Scorer) -> list[Sighting]:
    """Up to eight sightings of each house within reach of this drive's new ones, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            read_sql("houses/known_sightings.sql"),
            {
                "drive": drive.pk,
                "scorer": scorer.pk,
                "reach_m": RULE.max_width_m * 2,
                "at_most": KNOWN_SIGHTINGS,
            },
        )
        ids = [row[0] for row in cursor.fetchall()]
    return sightings(pk__in=ids)


def typical_vector(scorer: Scorer) -> Floats | None:
    """The mean vector of the scorer's latest regions, or None while there are too few of them to speak of typical."""
    latest = (
        Region.objects.filter(scorer=scorer).order_by("-pk").values_list("vector", flat=True)[:TYPICAL_OF]
    )
    vectors = [np.frombuffer(vector, np.float16) for vector in latest]
    return np.mean(vectors, axis=0, dtype=np.float64) if len(vectors) >= TYPICAL_FROM else None


def grouped(
    fresh: list[Sighting], known: list[Sighting], centre: Floats | None
) -> list[tuple[list[Sighting], House | None]]:
    """Groups of fresh sightings, each with the known house that it belongs to, or None."""
    everyone = fresh + known
    places_m, facing_deg, vectors = arrays(everyone)
    vectors = centred(vectors, centre)
    found = []
    for indices in neighbourhoods(places_m, RULE.max_width_m):
        costs = pair_costs(places_m[indices], facing_deg[indices], vectors[indices])
        new = [row for row, index in enumerate(indices) if index < len(fresh)]
        old = houses_among(
            [(row, everyone[index].house) for row, index in enumerate(indices) if index >= len(fresh)]
        )
        for rows in rows_by_group(new, group(costs[np.ix_(new, new)])):
            members = [everyone[indices[row]] for row in rows]
            found.append((members, best_house(costs, rows, old)))
    return found


def arrays(everyone: Sequence[Sighting]) -> tuple[Floats, Floats, Floats]:
    origin = fix_of(everyone[0])
    places_m = np.array([offset_m(origin, fix_of(sighting)) for sighting in everyone])
    facing_deg = np.array([sighting.facing_deg for sighting in everyone])
    vectors = np.stack([np.frombuffer(sighting.region.vector, np.float16) for sighting in everyone]).astype(
        np.float64
    )
    return places_m, facing_deg, vectors


def fix_of(sighting: Sighting) -> Fix:
    return Fix(sighting.frame.captured_at, sighting.position.x, sighting.position.y)


def houses_among(rows: list[tuple[int, House | None]]) -> list[Known]:
    by_house: dict[House, list[int]] = {}
    for row, house in rows:
        if house:
            by_house.setdefault(house, []).append(row)
    return [Known(house, its_rows) for house, its_rows in by_house.items()]


def rows_by_group(rows: list[int], numbers: list[int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for row, number in zip(rows, numbers, strict=True):
        groups.setdefault(number, []).append(row)
    return list(groups.values())


def best_house(costs: Floats, rows: list[int], known: list[Known]) -> House | None:
    """The known house with the lowest mean cost to the group, if that is below the limit."""
    means = [(float(costs[np.ix_(rows, old.rows)].mean()), old.house) for old in known]
    cheapest = min(means, key=lambda pair: pair[0], default=None)
    return cheapest[1] if cheapest and cheapest[0] < RULE.limit else None


def attach(members: list[Sighting], house: House | None, drive: Drive) -> bool:
    """Gives the group its house, founding one where none is known; True when it was founded."""
    founded = house is None
    if house is None:
        house = House.objects.create(
            position=members[0].position, facing_deg=members[0].facing_deg, synthetic=drive.synthetic
        )
    for sighting in members:
        sighting.house = house
    return founded


def recentre(house_ids: list[int]) -> None:
    """Moves each house to the middle of its sightings; its identity stays."""
    with connection.cursor() as cursor:
        cursor.execute(read_sql("houses/recentre.sql"), {"houses": house_ids})
