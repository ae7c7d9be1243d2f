"""Finding houses without moving any: for scorers that are not live, and for what is made good beside a drive's way.

Sightings attach to houses that are there, by the rule that finds houses, or found new ones. No house that anybody knows is
placed, grouped, merged or split by it: promotion and the way back leave houses, votes and addresses as they were.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from server.drives.models import Drive
from server.frames.models import Scorer
from server.houses.identity.grouping import Rule, rule_of
from server.houses.identity.identify import (
    Group,
    claimed_by,
    found_houses,
    fresh_passages,
    give,
    inherit,
    members_of,
    place_fronts,
)
from server.houses.identity.leaving import recentre
from server.houses.identity.lock import lock_identity
from server.houses.identity.scene import Scene, whole_scene
from server.houses.models import Departure, House, HouseScore, Sighting
from server.houses.services import settle_houses


@transaction.atomic
def attach_drive(drive: Drive, scorer: Scorer, rule: Rule | None = None) -> int:
    """Gives every houseless sighting of the drive a house; how many there were. Running again changes nothing.

    Houses that this scorer alone has seen, and that were never public, lie in the middle of what it sees of them.
    """
    lock_identity()
    rule = rule or rule_of(scorer.card)
    inherited = inherit(drive, scorer, moving=False)
    houseless = Sighting.objects.filter(frame__drive=drive, scorer=scorer, house=None).count()
    fresh = fresh_passages(drive, scorer, rule) if houseless else set()
    if fresh:
        scene = whole_scene(fresh, scorer, rule)
        founded = attach(scene.groups(fresh), scene)
        own = sorted({*founded, *seen_by_nobody_else(drive, scorer)})
        recentre(own, scorer)
        settle_houses(own)
    return inherited + houseless


def attach(groups: Sequence[Group], scene: Scene) -> list[int]:
    """Gives the houseless sightings of each group the house that it claims most, else a new one; the ids of the new ones."""
    waiting = [
        (rows, [member for member in members_of(rows, scene) if member.house_id is None]) for rows in groups
    ]
    waiting = [(rows, members) for rows, members in waiting if members]
    known = [chosen_by(rows, scene) for rows, _ in waiting]
    lonely = [members for (_, members), house in zip(waiting, known, strict=True) if house is None]
    founded = found_houses(lonely, [False] * len(lonely))
    place_fronts(founded, lonely)
    fresh = iter(founded)
    given = [next(fresh).pk if house is None else house for house in known]
    give(
        [(member.pk, house) for (_, members), house in zip(waiting, given, strict=True) for member in members]
    )
    return [house.pk for house in founded]


def chosen_by(rows: Group, scene: Scene) -> int | None:
    """The house (id) that a person's word gives the group, else that which most of its sightings have: a hidden one first."""
    said = next((scene.said[row] for row in rows if row in scene.said), None)
    claim = claimed_by(rows, scene)
    if said or not claim:
        return said
    hidden = set(House.objects.filter(pk__in=claim, hidden=True).values_list("pk", flat=True))
    return min(claim, key=lambda house: (house not in hidden, -claim[house], house))


def seen_by_nobody_else(drive: Drive, scorer: Scorer) -> list[int]:
    """Houses (ids) of the drive that a scorer which never was live has founded, and that no other knows."""
    if scorer.live or scorer.promoted_at:
        return []
    shown = Sighting.objects.filter(frame__drive=drive, scorer=scorer, house__isnull=False)
    seen = Sighting.objects.filter(house=OuterRef("pk")).exclude(scorer=scorer)
    scored = HouseScore.objects.filter(house=OuterRef("pk")).exclude(scorer=scorer)
    left = Departure.objects.filter(house=OuterRef("pk"))
    own = House.objects.filter(~Exists(seen), ~Exists(scored), ~Exists(left), pk__in=shown.values("house"))
    return list(own.values_list("pk", flat=True))
