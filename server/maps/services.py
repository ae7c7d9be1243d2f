"""The map is kept true: houses, heat cells, neighbourhoods and the stamps of tiles follow what was published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from server.core.sql import fetch_rows, fetch_value
from server.frames.models import Scorer
from server.frames.points import scale_of
from server.houses.identity.leaving import publish_left
from server.houses.models import House, HouseScore, Season
from server.houses.seasons import season_moments
from server.houses.services import lock_publishing, publish_scores
from server.maps.levels import (
    CELL_MARGIN,
    CELL_ZOOM,
    DEEPEST,
    FINER,
    LEAN,
    NEIGHBOURHOOD_MARGIN,
    SEEN_MARGIN,
    SEEN_ZOOM,
)
from server.maps.models import DrivenCell, GroundStamp, MapHouse

Cell = tuple[int, int]
Keys = dict[str, Any]


@dataclass(frozen=True)
class Refreshed:
    """How many rows a refresh touched: houses of the map that changed, cells of all levels, and stamps of tiles."""

    houses: int = 0
    cells: int = 0
    tiles: int = 0

    def __add__(self, other: Refreshed) -> Refreshed:
        return Refreshed(self.houses + other.houses, self.cells + other.cells, self.tiles + other.tiles)


@transaction.atomic
def publish_heat(
    *,
    scorer: Scorer,
    season: Season,
    house_ids: Sequence[int] | None = None,
    drive_ids: Sequence[int] | None = None,
) -> Refreshed:
    """Brings the map of a scorer and season up to date with these houses and drives; with all of both where neither is given.

    What it reads and writes grows with them and their surroundings, not with the city. Unchanged rows are not written.
    """
    lock_publishing(scorer, season)
    whole = house_ids is None and drive_ids is None
    keys: Keys = {"scorer": scorer.pk, "season": season.pk, "cell_zoom": CELL_ZOOM, "seen_zoom": SEEN_ZOOM}
    changed = fetch_rows(
        "maps/place_houses.sql", {**keys, "houses": None if whole else list(house_ids or ())}
    )
    starts_at, ends_at = season_moments(season)
    asked = {"drives": None if whole else list(drive_ids or ()), "starts_at": starts_at, "ends_at": ends_at}
    driven = {(row["x"], row["y"]) for row in fetch_rows("maps/drive_cells.sql", {**keys, **asked})}
    placed = cells_of(changed)
    cells = climb(keys, placed, driven)
    stamps = stamp_places(keys, placed, driven) + publish_neighbourhoods(keys, scorer, changed)
    return Refreshed(len(changed), cells, stamps)


def cells_of(changed: Iterable[dict[str, Any]]) -> set[Cell]:
    """Where the houses were, and where they are."""
    places = {place for row in changed for place in ((row["old_x"], row["old_y"]), (row["x"], row["y"]))}
    return {(x, y) for x, y in places if x is not None}


def climb(keys: Keys, placed: set[Cell], driven: set[Cell]) -> int:
    """Brings the pyramid up to date from the bottom, above the cells that change; how many changed."""
    asked, count = placed, 0
    for level in range(CELL_ZOOM, -1, -1):
        asked = asked | driven if level == SEEN_ZOOM else asked
        if not asked and level <= SEEN_ZOOM:
            break
        rows = fetch_rows("maps/heat_level.sql", {**keys, "level": level, **columns(asked)}) if asked else []
        count += len(rows)
        asked = {(row["x"] >> 1, row["y"] >> 1) for row in rows}
    return count


def stamp_places(keys: Keys, placed: set[Cell], driven: set[Cell]) -> int:
    houses = {**keys, "deepest": DEEPEST["houses"], **columns(placed)}
    heat = {**keys, "deepest": DEEPEST["heat"], "finer": FINER}
    lights = {**heat, "reach": CELL_MARGIN, "lean": LEAN, **columns(placed)}
    seen = {**heat, "cell_zoom": SEEN_ZOOM, "reach": SEEN_MARGIN, "lean": 0, **columns(driven)}
    stamped = [fetch_value("maps/stamp_houses.sql", houses), fetch_value("maps/stamp_heat.sql", lights)]
    return sum(stamped) + int(fetch_value("maps/stamp_heat.sql", seen))


def publish_neighbourhoods(keys: Keys, scorer: Scorer, changed: Sequence[dict[str, Any]]) -> int:
    """Averages the neighbourhoods of houses that changed; how many tiles were stamped."""
    near = {row[side] for row in changed for side in ("old_neighbourhood", "neighbourhood")} - {None}
    if not near:
        return 0
    asked = {**keys, "neighbourhoods": sorted(near), "scale": scale_of(scorer.card)}
    touched = [row["id"] for row in fetch_rows("maps/map_neighbourhoods.sql", asked)]
    shown = {"deepest": DEEPEST["neighbourhoods"], "margin": NEIGHBOURHOOD_MARGIN, "neighbourhoods": touched}
    return int(fetch_value("maps/stamp_neighbourhoods.sql", {**keys, **shown}))


def columns(cells: set[Cell]) -> dict[str, list[int]]:
    ordered = sorted(cells)
    return {"xs": [x for x, _ in ordered], "ys": [y for _, y in ordered]}


@transaction.atomic
def refresh_heat(
    *, house_ids: Sequence[int] | None = None, drive_ids: Sequence[int] | None = None
) -> Refreshed:
    """Brings the maps of every scorer and season up to date that show, or should show, these houses or drives (anything)."""
    return sum(
        (
            publish_heat(scorer=scorer, season=season, house_ids=house_ids, drive_ids=drive_ids)
            for scorer, season in editions(house_ids, drive_ids)
        ),
        Refreshed(),
    )


@transaction.atomic
def publish_without(house_ids: Sequence[int]) -> Refreshed:
    """Publishes houses that something has left, at once on every map: those that nothing shows vanish, and keep their ids."""
    if not house_ids:
        return Refreshed()
    publish_left(house_ids)
    return refresh_heat(house_ids=house_ids)


def editions(house_ids: Sequence[int] | None, drive_ids: Sequence[int] | None) -> list[tuple[Scorer, Season]]:
    whole = house_ids is None and drive_ids is None
    houses = {} if whole else {"house__in": list(house_ids or ())}
    drives = {} if whole else {"drive__in": list(drive_ids or ())}
    concerned = (
        MapHouse.objects.filter(**houses),
        HouseScore.objects.filter(**houses),
        DrivenCell.objects.filter(**drives),
    )
    pairs = {
        pair for rows in concerned for pair in rows.order_by().values_list("scorer", "season").distinct()
    }
    scorers, seasons = Scorer.objects.in_bulk(), Season.objects.in_bulk()
    return [(scorers[scorer], seasons[season]) for scorer, season in sorted(pairs)]


@transaction.atomic
def note_ground() -> None:
    """Streets, areas or neighbourhoods have changed: every tile that shows the ground is drawn anew.

    One at a time until its transaction ends, so that what is committed later has the newer stamp.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ground'))")
    newest = GroundStamp.objects.create()
    GroundStamp.objects.filter(pk__lt=newest.pk).delete()


def publish_missing() -> Refreshed:
    """Publishes the maps that have scores and nothing to show yet, as after an update that changed their tables.

    Scores that an earlier formula made, of no frame that counts, are computed anew before.
    """
    scored = set(HouseScore.objects.order_by().values_list("scorer", "season").distinct())
    outdated = set(HouseScore.objects.filter(counted=0).order_by().values_list("scorer", "season").distinct())
    shown = set(MapHouse.objects.order_by().values_list("scorer", "season").distinct())
    scorers, seasons = Scorer.objects.in_bulk(), Season.objects.in_bulk()
    for scorer, season in sorted(outdated):
        publish_scores(scorer=scorers[scorer], season=seasons[season])
    missing = [(scorers[scorer], seasons[season]) for scorer, season in sorted((scored - shown) | outdated)]
    return sum((publish_heat(scorer=scorer, season=season) for scorer, season in missing), Refreshed())


def follow_visibility(sender: object, *, house: House, **_: object) -> None:
    """Hears that a house was hidden or shown, within that transaction."""
    refresh_heat(house_ids=[house.pk])


def follow_scores(sender: object, *, house_ids: Sequence[int], **_: object) -> None:
    """Hears that the scores of houses were published apart from the pipeline, within that transaction."""
    refresh_heat(house_ids=house_ids)
