"""Finding houses: the passages that hang together with a drive's new ones are grouped, and each group is one house.

Before, a worker may compare pictures: what it writes down (`comparisons.py`) is read here. Groups are found of all passages at
once, whoever came first; then each keeps the house that most of its sightings have been given before.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point
from django.db import connection, transaction

from server.core.sql import fetch_rows, read_sql
from server.drives.models import Drive
from server.drives.track import LonLat, offset_between_m
from server.frames.models import Scorer
from server.houses.identity.grouping import Rule, rule_of
from server.houses.identity.leaving import come_back, recentre
from server.houses.identity.lock import lock_identity
from server.houses.identity.passages import ensure_passages, lonlat
from server.houses.identity.pins import SAME_SPOT, keep_to_pins
from server.houses.identity.rays import Rays, combined, crossing
from server.houses.identity.scene import Member, Scene, scene_around, whole_scene
from server.houses.models import FrontBy, House, Sighting
from server.houses.placing.anchors import LINE_SPREAD_M
from server.houses.placing.roadside import HOUSE_LINE_M
from server.houses.services import settle_houses
from server.houses.signals import houses_merged

HIDDEN_REACH_M = 10.0
Group = list[int]
"""Rows of a scene."""
RayRow = dict[str, Any]
"""A row of `rays_of_sightings.sql`."""


@transaction.atomic
def identify_drive(drive: Drive, scorer: Scorer, rule: Rule | None = None) -> int:
    """Gives every houseless sighting of the drive its house; how many there were.

    Running again changes nothing. Sightings of other drives nearby may get another house, where what this drive saw tells
    that they show one house, or two. Suppressed ones are identified like others: they do not count for a score, but know
    where a house is.
    """
    lock_identity()
    rule = rule or rule_of(scorer.card)
    inherited = inherit(drive, scorer)
    houseless = Sighting.objects.filter(frame__drive=drive, scorer=scorer, house=None).count()
    fresh = fresh_passages(drive, scorer, rule)
    changed = regroup(fresh, scorer, rule) if fresh else set()
    recentre(sorted(changed), scorer)
    settle_houses(sorted(changed))
    return inherited + houseless


@transaction.atomic
def inherit_houses(drive: Drive, scorer: Scorer, *, moving: bool = True) -> int:
    """The part of `identify_drive` that needs no look at anything; how many sightings have a house by it. Without `moving` no
    house comes to lie elsewhere by it."""
    lock_identity()
    return inherit(drive, scorer, moving=moving)


def worth_comparing(drive: Drive, scorer: Scorer) -> list[tuple[int, int]]:
    """Pairs of regions (ids) whose patches are worth comparing, the most doubtful first."""
    rule = rule_of(scorer.card)
    fresh = fresh_passages(drive, scorer, rule)
    return scene_around(fresh, scorer, rule).doubtful(fresh) if fresh else []


def fresh_passages(drive: Drive, scorer: Scorer, rule: Rule) -> set[int]:
    """The ids of the drive's passages that were made now, or that have sightings without a house."""
    made = ensure_passages(drive, scorer, rule)
    houseless = Sighting.objects.filter(frame__drive=drive, scorer=scorer, house=None, passage__isnull=False)
    return {*made, *houseless.values_list("passage", flat=True)}


def regroup(fresh: Collection[int], scorer: Scorer, rule: Rule) -> set[int]:
    """Groups all that hangs together with these passages (ids) anew; the ids of the houses that changed by it."""
    scene = whole_scene(fresh, scorer, rule)
    groups = scene.groups(fresh)
    given = given_houses(groups, scene)
    moved = [
        (member, house.pk)
        for rows, house in zip(groups, given, strict=True)
        for member in members_of(rows, scene)
        if member.house_id != house.pk and member.house_id not in scene.spoken_of
    ]
    give([(member.pk, house) for member, house in moved])
    seen_now = set(scene.rows(fresh))
    changed = {house for _, house in moved} | {member.house_id for member, _ in moved if member.house_id}
    changed |= {house.pk for rows, house in zip(groups, given, strict=True) if not seen_now.isdisjoint(rows)}
    settled = [(rows, house) for rows, house in zip(groups, given, strict=True) if house.pk in changed]
    place_fronts([house for _, house in settled], [members_of(rows, scene) for rows, _ in settled])
    join_emptied(moved, scorer)
    House.objects.filter(pk__in=changed | beside_hidden(changed)).update(unpublished=True)
    return changed


def beside_hidden(houses: Collection[int]) -> set[int]:
    """The houses (ids) that share a frame with a hidden one of these: that frame is no longer public."""
    frames = Sighting.objects.filter(house__in=houses, house__hidden=True).values("frame")
    beside = Sighting.objects.filter(frame__in=frames, house__isnull=False)
    return {house for house in beside.values_list("house", flat=True) if house}


def give(houses: Sequence[tuple[int, int]]) -> None:
    """Sightings (ids) and the houses (ids) that they get."""
    asked = {"sightings": [sighting for sighting, _ in houses], "houses": [house for _, house in houses]}
    with connection.cursor() as cursor:
        cursor.execute(read_sql("houses/give_houses.sql"), asked)


def join_emptied(moved: Iterable[tuple[Member, int]], scorer: Scorer) -> None:
    """A house that no sighting of the scorer shows any more has become the one that most of its sightings went to; what other
    scorers saw of it, votes and address follow."""
    went: dict[int, Counter[int]] = {}
    for member, house in moved:
        if member.house_id:
            went.setdefault(member.house_id, Counter())[house] += 1
    shown = Sighting.objects.filter(house__in=list(went), scorer=scorer).values_list("house", flat=True)
    for gone in House.objects.filter(pk__in=went.keys() - set(shown)).order_by("pk"):
        heir = House.objects.get(pk=min(went[gone.pk].items(), key=lambda entry: (-entry[1], entry[0]))[0])
        House.objects.filter(pk=heir.pk).update(hidden=heir.hidden or gone.hidden)
        House.objects.filter(pk=gone.pk).update(merged_into=heir)
        Sighting.objects.filter(house=gone).update(house=heir)
        houses_merged.send(House, house=heir, other=gone)


def members_of(rows: Iterable[int], scene: Scene) -> list[Member]:
    """The sightings of a group."""
    return [member for row in rows if row < len(scene.passages) for member in scene.members[row]]


def given_houses(groups: Sequence[Group], scene: Scene) -> list[House]:
    """A house for each group: the one that most of its sightings had before, if no other group has more of that, else a new one.

    Of two houses that become one the hidden one stays, then the one with more sightings, then the older one. A house that a
    person spoke of is given to every group that shows it: two parts of a display may stand farther apart than a house is wide.
    """
    claims = [(claimed_by(rows, scene), number) for number, rows in enumerate(groups)]
    known = House.objects.in_bulk({house for claim, _ in claims for house in claim})
    ordered = sorted(
        (not known[house].hidden, -count, house, number)
        for claim, number in claims
        for house, count in claim.items()
    )
    largest = {house: max(claim[house] for claim, _ in claims) for house in known}
    said = {
        number: next((scene.said[row] for row in rows if row in scene.said), None)
        for number, rows in enumerate(groups)
    }
    given = {number: known[house] for number, house in said.items() if house}
    taken = set(scene.spoken_of)
    for _, count, house, number in ordered:
        if number not in given and house not in taken and -count == largest[house]:
            given[number] = known[house]
            taken.add(house)
    new = [number for number in range(len(groups)) if number not in given]
    hidden = [any(known[house].hidden for house in claims[number][0]) for number in new]
    founded = found_houses([members_of(groups[number], scene) for number in new], hidden)
    given |= dict(zip(new, founded, strict=True))
    return [given[number] for number in range(len(groups))]


def claimed_by(rows: Group, scene: Scene) -> Counter[int]:
    """How many of the group's sightings had which house (id); one that only other scorers have seen counts once."""
    claim = Counter(member.house_id for member in members_of(rows, scene) if member.house_id)
    claim.update(scene.houses[row - len(scene.passages)].pk for row in rows if row >= len(scene.passages))
    return claim


def found_houses(groups: Sequence[Sequence[Member]], hidden: Sequence[bool]) -> list[House]:
    """A new house for each group; beside a hidden one it starts hidden, and so does what was part of one.

    Any of its sightings may lie where a hidden house stands: an outlier among fixes must not bring it back under a new name.
    """
    asked = {"sightings": [one.pk for group in groups for one in group], "reach_m": HIDDEN_REACH_M}
    told = {row["id"]: row for row in fetch_rows("houses/founders.sql", asked)} if groups else {}
    houses = []
    for group, was_hidden in zip(groups, hidden, strict=True):
        first = told[min(one.pk for one in group)]
        houses.append(
            House(
                position=Point(first["lon"], first["lat"], srid=4326),
                facing_deg=first["facing_deg"],
                synthetic=first["synthetic"],
                hidden=was_hidden or any(told[one.pk]["beside_hidden"] for one in group),
            )
        )
    return House.objects.bulk_create(houses)


def place_fronts(houses: Sequence[House], groups: Sequence[Sequence[Member]]) -> None:
    """Puts each house's front where the rays of all its sightings cross: those of one drive first, then those of the drives."""
    asked = {"sightings": [member.pk for members in groups for member in members]}
    told = {row["id"]: row for row in fetch_rows("houses/rays_of_sightings.sql", asked)}
    placed = []
    for house, members in zip(houses, groups, strict=True):
        if members:
            place_front(house, [told[one.pk] for one in sorted(members, key=lambda one: one.pk)])
            placed.append(house)
    House.objects.bulk_update(placed, ["front", "front_by", "spread_m"], batch_size=500)


def place_front(house: House, rows: Sequence[RayRow]) -> None:
    origin = rows[0]["lon"], rows[0]["lat"]
    by_drive: dict[int, list[RayRow]] = {}
    for row in rows:
        by_drive.setdefault(row["drive_id"], []).append(row)
    spot = combined([crossing(rays_among(passed, origin)) for passed in by_drive.values()])
    house.front, house.spread_m = Point(lonlat(origin, spot.place_m), srid=4326), spot.spread_m
    several = len({row["frame_id"] for row in rows}) > 1
    house.front_by = FrontBy.RAYS if several else rows[0]["front_by"]


def rays_among(rows: Sequence[RayRow], origin: LonLat) -> Rays:
    """In metres east and north of `origin`."""
    cameras = [offset_between_m(origin, (row["lon"], row["lat"])) for row in rows]
    fronts = [
        None if row["front_lon"] is None else offset_between_m(origin, (row["front_lon"], row["front_lat"]))
        for row in rows
    ]
    away = [
        math.dist(camera, front) if front else row["distance_m"] or HOUSE_LINE_M
        for row, camera, front in zip(rows, cameras, fronts, strict=True)
    ]
    return Rays(
        np.array(cameras),
        np.array([row["bearing_deg"] for row in rows]),
        np.array(away),
        np.array([row["away_spread_m"] or LINE_SPREAD_M for row in rows]),
    )


def inherit(drive: Drive, scorer: Scorer, *, moving: bool = True) -> int:
    """Regions keep the house that a person said their spot shows, that they showed when they lay here before, or that another
    scorer's region at the same spot shows, the live one's first."""
    known = keep_to_pins(drive, scorer) + come_back(drive, scorer, moving=moving)
    with connection.cursor() as cursor:
        cursor.execute(
            read_sql("houses/inherit.sql"), {"drive": drive.pk, "scorer": scorer.pk, "overlap": SAME_SPOT}
        )
        return known + cursor.rowcount
