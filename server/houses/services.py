"""Verbs on houses: one transaction each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.contrib.gis.geos import Point
from django.db import connection, transaction

from server.core.sql import fetch_rows, fetch_value
from server.drives.models import Drive
from server.frames.models import Scorer
from server.frames.points import house_limits
from server.houses.counting import recount_votes
from server.houses.identity.lock import lock_identity
from server.houses.models import House, HouseScore, Season, Sighting
from server.houses.seasons import dates_for, place_date, season_moments
from server.houses.signals import scores_changed, visibility_changed
from server.houses.worth.evenings import publish_evenings
from server.houses.worth.formula import WORTH

STREET_REACH_M = 60.0
ADDRESS_REACH_M = 20.0


def ensure_season(on: date) -> Season:
    """The season of a date at the place, made when it is missing."""
    season = Season.objects.filter(starts_on__lte=on, ends_on__gte=on).first()
    if season:
        return season
    dates = dates_for(on)
    return Season.objects.get_or_create(
        name=dates.name, defaults={"starts_on": dates.starts_on, "ends_on": dates.ends_on}
    )[0]


def ensure_seasons_of_drive(drive: Drive) -> list[Season]:
    """The seasons of the nights of a drive's frames, made when they are missing, in the order that all publishers keep."""
    moments = drive.frames.order_by().values_list("captured_at", flat=True)
    seasons = {ensure_season(on) for on in {place_date(moment) for moment in moments}}
    return sorted(seasons, key=lambda season: season.pk)


def seasons_with(seasons: Sequence[Season]) -> list[Season]:
    """These and all other seasons, in the order that all publishers keep."""
    return sorted({*seasons, *Season.objects.all()}, key=lambda season: season.pk)


@transaction.atomic
def take_unpublished() -> list[int]:
    """The ids of the houses whose sightings were divided anew since their scores were computed. Who takes them publishes them
    in the same transaction."""
    houses = House.objects.select_for_update(no_key=True).filter(unpublished=True).order_by("pk")
    house_ids = list(houses.values_list("pk", flat=True))
    House.objects.filter(pk__in=house_ids).update(unpublished=False)
    return house_ids


@transaction.atomic
def publish_scores(*, scorer: Scorer, season: Season, house_ids: Sequence[int] | None = None) -> int:
    """Computes the scores of these houses (of all) anew; the number of them that have one now.

    A house whose sightings are all gone or suppressed, or with too few lights,
    loses its score. What each evening saw of them is written anew as well. Unchanged rows are not written.
    """
    lock_publishing(scorer, season)
    starts_at, ends_at = season_moments(season)
    keys = {"scorer": scorer.pk, "season": season.pk, "starts_at": starts_at, "ends_at": ends_at}
    keys |= {"some": house_limits(scorer.card)["some"], **WORTH.inputs}
    houses = None if house_ids is None else list(house_ids)
    publish_evenings(scorer=scorer, house_ids=houses)
    transaction.on_commit(partial(relist_scores, houses), robust=True)
    transaction.on_commit(partial(recount_votes, season_id=season.pk, house_ids=houses), robust=True)
    return int(fetch_rows("houses/publish_scores.sql", {**keys, "houses": houses})[0]["houses"])


def relist_scores(house_ids: Sequence[int] | None = None) -> int:
    """Takes scores of these houses (of all) off lists, or puts them on, as the houses are; how many were wrong.

    For houses that were hidden while their first scores were made: neither saw the other's row.
    """
    houses = None if house_ids is None else list(house_ids)
    return int(fetch_rows("houses/relist_scores.sql", {"houses": houses})[0]["changed"])


def lock_publishing(scorer: Scorer, season: Season) -> None:
    """One publisher per scorer and season until the transaction ends, so that none writes what another has outdated."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('publish ' || %s), %s)", [scorer.hash, season.pk]
        )


@transaction.atomic
def settle_houses(house_ids: Sequence[int] | None = None) -> int:
    """Gives these houses (all) their street, the nearest named one within 60 m, their neighbourhood and their address point; how
    many are of another street or neighbourhood now."""
    houses = None if house_ids is None else list(house_ids)
    asked = {"houses": houses, "reach_m": STREET_REACH_M, "address_m": ADDRESS_REACH_M}
    return int(fetch_value("houses/settle_houses.sql", asked))


@transaction.atomic
def settle_addresses() -> int:
    """Gives all address points their street and neighbourhood, as houses have them; how many changed."""
    return int(fetch_value("houses/settle_addresses.sql", {"reach_m": STREET_REACH_M}))


@transaction.atomic
def place_house(house: House, position: Point) -> None:
    """A person says where the house's roadside point is (lon, lat): there it stays, on every map, whatever drives see."""
    lock_identity()
    House.objects.filter(pk=house.pk).update(position=position, placed_by_hand=True)
    settle_houses([house.pk])
    scores_changed.send(House, house_ids=[house.pk])


def hide_house(house: House) -> None:
    """Takes a house off every page, list, tile and heat cell at one moment. Its scores stay, unseen."""
    set_hidden(house, hidden=True)


def show_house(house: House) -> None:
    """Puts a hidden house back where it was."""
    set_hidden(house, hidden=False)


@transaction.atomic
def set_hidden(house: House, *, hidden: bool) -> None:
    """Of a house that was merged, the one that it is today, with all that became it: taken apart again, they stay as they are."""
    lock_identity()
    house.refresh_from_db()
    present = house.present
    house_ids = [present.pk, *present.former_ids]
    House.objects.filter(pk__in=house_ids).update(hidden=hidden)
    house.hidden = present.hidden = hidden
    publish_beside(present)
    transaction.on_commit(partial(relist_scores, house_ids), robust=True)
    visibility_changed.send(House, house=present)


def publish_beside(house: House) -> None:
    """Chooses best frames anew for the houses that share a frame with this one: a hidden house is in no public picture."""
    frames = Sighting.objects.filter(house=house).values("frame")
    beside = Sighting.objects.filter(frame__in=frames, house__isnull=False).values_list("house_id", flat=True)
    house_ids = sorted(set(beside))
    for scorer, season in (
        HouseScore.objects.filter(house__in=house_ids)
        .values_list("scorer", "season")
        .distinct()
        .order_by("scorer", "season")
    ):
        publish_scores(
            scorer=Scorer.objects.get(pk=scorer), season=Season.objects.get(pk=season), house_ids=house_ids
        )
