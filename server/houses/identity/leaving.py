"""When a camera turns or its clock is set anew, what it saw moves: from houses that it no longer shows, and perhaps back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import connection

from server.core.sql import fetch_rows, read_sql
from server.drives.models import Drive
from server.drives.track import offset_between_m
from server.frames.models import Scorer
from server.houses.models import Departure, HouseScore, Season, Sighting
from server.houses.services import publish_scores, settle_houses

SAME_PLACE_M = 20.0
COMES_BACK_M = 4.0


@dataclass(frozen=True)
class Shown:
    """Which house a region showed, from which side of the car, at which roadside point."""

    house_id: int
    scorer_id: int
    side: str
    position: Point


def shown_by(drive: Drive) -> dict[int, Shown]:
    """What the drive's regions show, by region, under every scorer."""
    rows = Sighting.objects.filter(frame__drive=drive, house__isnull=False)
    return {
        row.region_id: Shown(row.house_id, row.scorer_id, row.side, row.position)
        for row in rows.only("region_id", "house_id", "scorer_id", "side", "position")
        if row.house_id
    }


def leave_houses(before: Mapping[int, Shown]) -> list[int]:
    """Takes the house from the sightings that now lie elsewhere than before; the ids of the houses that were left.

    A house keeps its id and its votes when nothing shows it any more; it is on no list and no map until
    what left comes back. Only the live scorer moves the houses that are left.
    """
    left: dict[int, set[int]] = {}
    rows = Sighting.objects.filter(region__in=before.keys()).values_list("region_id", "side", "position")
    now = {region: (side, position) for region, side, position in rows}
    gone = [
        region for region, shown in before.items() if region not in now or moved_away(shown, *now[region])
    ]
    for region in gone:
        left.setdefault(before[region].scorer_id, set()).add(before[region].house_id)
    remember({region: before[region] for region in gone})
    Sighting.objects.filter(region__in=gone).update(house=None)
    scorers = Scorer.objects.in_bulk(left)
    for scorer_id, house_ids in sorted(left.items()):
        if scorers[scorer_id].live:
            recentre(sorted(house_ids), scorers[scorer_id])
            settle_houses(sorted(house_ids))
    return sorted(set().union(*left.values()))


def remember(gone: Mapping[int, Shown]) -> None:
    """Writes down what these regions (ids) showed and from where, in the place of what was written of the same houses before."""
    Departure.objects.bulk_create(
        [
            Departure(region_id=region, house_id=shown.house_id, side=shown.side, position=shown.position)
            for region, shown in gone.items()
        ],
        update_conflicts=True,
        unique_fields=["region", "house"],
        update_fields=["side", "position"],
        batch_size=500,
    )


def come_back(drive: Drive, scorer: Scorer, *, moving: bool) -> int:
    """Gives the drive's houseless sightings that lie where they lay once the house that they showed there; how many.

    With `moving` these houses lie in the middle of all that shows them again.
    """
    asked = {"drive": drive.pk, "scorer": scorer.pk, "reach_m": COMES_BACK_M}
    houses = [row["house"] for row in fetch_rows("houses/come_back.sql", asked)]
    if moving:
        recentre(sorted(set(houses)), scorer)
        settle_houses(sorted(set(houses)))
    return len(houses)


def moved_away(shown: Shown, side: str, position: Point) -> bool:
    east_m, north_m = offset_between_m((shown.position.x, shown.position.y), (position.x, position.y))
    return side != shown.side or east_m**2 + north_m**2 > SAME_PLACE_M**2


def publish_left(house_ids: Sequence[int], but: Scorer | None = None) -> None:
    """Publishes the scores of these houses in every season and under every scorer (`but` one) that knows them; some have none
    now."""
    known = (
        HouseScore.objects.filter(house__in=list(house_ids)).exclude(scorer=but).order_by("scorer", "season")
    )
    scorers, seasons = Scorer.objects.in_bulk(), Season.objects.in_bulk()
    for scorer, season in known.values_list("scorer", "season").distinct():
        publish_scores(scorer=scorers[scorer], season=seasons[season], house_ids=house_ids)


def recentre(house_ids: Sequence[int], scorer: Scorer) -> None:
    """Moves each house to the middle of what this scorer sees of it; its identity stays."""
    with connection.cursor() as cursor:
        cursor.execute(read_sql("houses/recentre.sql"), {"houses": list(house_ids), "scorer": scorer.pk})
