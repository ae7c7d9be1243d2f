"""Finding houses: a drive's new sightings are grouped, groups attach to houses that are known, the rest are new houses.

Before, a worker may compare pictures: `record_comparisons` writes down what it saw, and here that is read.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, transaction

from server.core.sql import read_sql
from server.drives.models import Drive
from server.frames.models import Scorer
from server.houses.grouping import RULE, Costs, Pair, Rule, group, mean_cost
from server.houses.leaving import house_that_comes_back, recentre
from server.houses.models import Comparison, House, Sighting
from server.houses.pins import SAME_SPOT, keep_to_pins
from server.houses.scene import Scene, scene_of
from server.houses.services import settle_houses

HIDDEN_REACH_M = 10.0


@transaction.atomic
def identify_drive(drive: Drive, scorer: Scorer, rule: Rule = RULE) -> int:
    """Gives every houseless sighting of the drive its house; how many there were.

    Sightings that have a house keep it, so running again changes nothing. Suppressed ones are identified like others:
    they do not count for a house's score, but they know where it is.
    """
    lock_identity()
    inherited = inherit(drive, scorer)
    scene = scene_of(drive, scorer, rule)
    if scene:
        taken: set[int] = set()
        for members, house in grouped(scene):
            taken.add(attach(members, house or house_that_comes_back(members, taken, drive.synthetic), drive))
        Sighting.objects.bulk_update(scene.sightings[: scene.fresh], ["house"], batch_size=500)
    house_ids = sorted(
        Sighting.objects.filter(frame__drive=drive, scorer=scorer).values_list("house_id", flat=True)
    )
    recentre(house_ids, scorer)
    settle_houses(house_ids)
    return inherited + (scene.fresh if scene else 0)


@transaction.atomic
def inherit_houses(drive: Drive, scorer: Scorer) -> int:
    """The part of `identify_drive` that needs no look at anything; how many sightings have a house by it."""
    lock_identity()
    return inherit(drive, scorer)


@transaction.atomic
def record_comparisons(way: str, made_by: str, chances: Mapping[Pair, float]) -> None:
    """Writes what was said of pairs of regions (ids, the lower one first), in the place of what was said before."""
    Comparison.objects.bulk_create(
        [
            Comparison(first_id=first, second_id=second, way=way, made_by=made_by, chance=chance)
            for (first, second), chance in sorted(chances.items())
        ],
        update_conflicts=True,
        unique_fields=["first", "second", "way"],
        update_fields=["made_by", "chance"],
        batch_size=500,
    )


def lock_identity() -> None:
    """One drive at a time finds houses, so that two drives down one street do not both found the same one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('identify'))")


def inherit(drive: Drive, scorer: Scorer) -> int:
    """Regions keep the house that a person said their spot shows, or that an earlier scorer's region at the same spot shows."""
    pinned = keep_to_pins(drive, scorer)
    with connection.cursor() as cursor:
        cursor.execute(
            read_sql("houses/inherit.sql"), {"drive": drive.pk, "scorer": scorer.pk, "overlap": SAME_SPOT}
        )
        return pinned + cursor.rowcount


def grouped(scene: Scene) -> list[tuple[list[Sighting], House | None]]:
    """Groups of fresh sightings, each with the known house that it belongs to, or None."""
    costs = scene.costs()
    rows_of_house: dict[House, list[int]] = {}
    for row in scene.known:
        house = scene.sightings[row].house
        if house:
            rows_of_house.setdefault(house, []).append(row)
    house_of_row = {row: house for house, rows in rows_of_house.items() for row in rows}
    found = []
    for rows in group(range(scene.fresh), costs, scene.rule):
        near = {house_of_row[row] for member in rows for row in costs[member] if row in house_of_row}
        house = best_house(rows, {one: rows_of_house[one] for one in near}, costs, scene.rule)
        found.append(([scene.sightings[row] for row in rows], house))
    return found


def best_house(rows: list[int], known: dict[House, list[int]], costs: Costs, rule: Rule) -> House | None:
    """The known house with the lowest mean cost to the group, if that is below the limit."""
    means = [(mean_cost(rows, its_rows, costs), house.pk, house) for house, its_rows in known.items()]
    cheapest = min(means, key=lambda entry: entry[:2], default=None)
    return cheapest[2] if cheapest and cheapest[0] < rule.limit else None


def attach(members: list[Sighting], house: House | None, drive: Drive) -> int:
    """Gives the group its house, founding one where none is known; beside a hidden house it starts hidden. The house's id."""
    if house is None:
        house = House.objects.create(
            position=members[0].position,
            facing_deg=members[0].facing_deg,
            synthetic=drive.synthetic,
            hidden=beside_hidden(members),
        )
    for sighting in members:
        sighting.house = house
    return house.pk


def beside_hidden(members: list[Sighting]) -> bool:
    """Whether any of them lies where a hidden house stands: an outlier among fixes must not bring it back under a new name."""
    hidden = House.objects.filter(hidden=True)
    return any(
        hidden.filter(position__dwithin=(sighting.position, HIDDEN_REACH_M)).exists() for sighting in members
    )
