"""Finding houses: a drive's new sightings are grouped, groups attach to houses that are known, the rest are new houses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db import connection, transaction

from server.core.sql import read_sql
from server.drives.models import Drive
from server.drives.track import Fix, offset_m
from server.frames.models import Region, Scorer
from server.houses.grouping import RULE, Costs, Floats, centred, group, mean_cost, pair_costs
from server.houses.models import House, Sighting
from server.houses.services import settle_houses

KNOWN_SIGHTINGS = 8
SAME_SPOT = 0.2
TYPICAL_OF = 1000
TYPICAL_FROM = 30


@transaction.atomic
def identify_drive(drive: Drive, scorer: Scorer) -> int:
    """Gives every houseless sighting of the drive its house; how many there were.

    Sightings that have a house keep it, so running again changes nothing. Suppressed ones are identified like others:
    they do not count for a house's score, but they know where it is.
    """
    lock_identity()
    inherited = inherit(drive, scorer)
    fresh = sightings(frame__drive=drive, scorer=scorer, house=None)
    if fresh:
        known = known_sightings(drive, scorer)
        for members, house in grouped(fresh, known, scorer):
            attach(members, house, drive)
        Sighting.objects.bulk_update(fresh, ["house"], batch_size=500)
    house_ids = sorted(
        Sighting.objects.filter(frame__drive=drive, scorer=scorer).values_list("house_id", flat=True)
    )
    recentre(house_ids, scorer)
    settle_houses(house_ids)
    return inherited + len(fresh)


def lock_identity() -> None:
    """One drive at a time finds houses, so that two drives down one street do not both found the same one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('identify'))")


def inherit(drive: Drive, scorer: Scorer) -> int:
    """Regions of a new scorer keep the house that an earlier scorer's region at the same spot of the same frame shows."""
    with connection.cursor() as cursor:
        cursor.execute(
            read_sql("houses/inherit.sql"), {"drive": drive.pk, "scorer": scorer.pk, "overlap": SAME_SPOT}
        )
        return cursor.rowcount


def sightings(**conditions: object) -> list[Sighting]:
    found = Sighting.objects.filter(**conditions).select_related("region", "house", "frame")
    return list(found.order_by("frame__captured_at", "id"))


def known_sightings(drive: Drive, scorer: Scorer) -> list[Sighting]:
    """Up to eight sightings of each house within reach of this drive's new ones, those of this scorer first."""
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


def grouped(
    fresh: list[Sighting], known: list[Sighting], scorer: Scorer
) -> list[tuple[list[Sighting], House | None]]:
    """Groups of fresh sightings, each with the known house that it belongs to, or None."""
    everyone = fresh + known
    costs = pair_costs(
        places_m(everyone), np.array([one.facing_deg for one in everyone]), likenesses(everyone, scorer)
    )
    rows_of_house: dict[House, list[int]] = {}
    for row, sighting in enumerate(known, start=len(fresh)):
        if sighting.house:
            rows_of_house.setdefault(sighting.house, []).append(row)
    house_of_row = {row: house for house, rows in rows_of_house.items() for row in rows}
    found = []
    for rows in group(range(len(fresh)), costs):
        near = {house_of_row[row] for member in rows for row in costs[member] if row in house_of_row}
        house = best_house(rows, {one: rows_of_house[one] for one in near}, costs)
        found.append(([everyone[row] for row in rows], house))
    return found


def places_m(everyone: Sequence[Sighting]) -> Floats:
    """(N, 2) metres east and north of the first one."""
    origin = fix_of(everyone[0])
    return np.array([offset_m(origin, fix_of(sighting)) for sighting in everyone])


def fix_of(sighting: Sighting) -> Fix:
    return Fix(sighting.frame.captured_at, sighting.position.x, sighting.position.y)


def likenesses(everyone: Sequence[Sighting], scorer: Scorer) -> Floats:
    """(N, D) vectors to compare, zero for sightings of other scorers: vectors of two scorers do not compare."""
    centre = typical_vector(scorer)
    own = [row for row, sighting in enumerate(everyone) if sighting.scorer_id == scorer.pk]
    seen = centred(np.stack([vector_of(everyone[row].region.vector) for row in own]), centre)
    vectors = np.zeros((len(everyone), seen.shape[1]))
    vectors[own] = seen
    return vectors


def typical_vector(scorer: Scorer) -> Floats | None:
    """The mean vector of the scorer's latest regions, or None while there are too few of them to speak of typical."""
    latest = Region.objects.filter(scorer=scorer).order_by("-pk").values_list("vector", flat=True)
    vectors = [vector_of(vector) for vector in latest[:TYPICAL_OF]]
    return np.mean(vectors, axis=0) if len(vectors) >= TYPICAL_FROM else None


def vector_of(stored: bytes | memoryview) -> Floats:
    return np.frombuffer(stored, np.float16).astype(np.float64)


def best_house(rows: list[int], known: dict[House, list[int]], costs: Costs) -> House | None:
    """The known house with the lowest mean cost to the group, if that is below the limit."""
    means = [(mean_cost(rows, its_rows, costs), house.pk, house) for house, its_rows in known.items()]
    cheapest = min(means, key=lambda entry: entry[:2], default=None)
    return cheapest[2] if cheapest and cheapest[0] < RULE.limit else None


def attach(members: list[Sighting], house: House | None, drive: Drive) -> None:
    """Gives the group its house, founding one where none is known."""
    if house is None:
        house = House.objects.create(
            position=members[0].position, facing_deg=members[0].facing_deg, synthetic=drive.synthetic
        )
    for sighting in members:
        sighting.house = house


def recentre(house_ids: Sequence[int], scorer: Scorer) -> None:
    """Moves each house to the middle of what this scorer sees of it; its identity stays."""
    with connection.cursor() as cursor:
        cursor.execute(read_sql("houses/recentre.sql"), {"houses": list(house_ids), "scorer": scorer.pk})
