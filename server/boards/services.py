"""Verbs of the board of drivers."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from server.accounts.models import User
from server.boards.models import DriverName, NewWay
from server.boards.names import clean_name, fold_name
from server.drives.models import Drive
from server.drives.models.drive import Stage
from server.drives.queries import track_of
from server.drives.tracks.trajectory import trajectory
from server.houses.places.driven import streets_along
from server.houses.queries import season_of
from server.houses.seasons import season_moments

AT_ONCE = 5


class NameTaken(Exception):
    """Another driver has this name, or one that looks like it."""


def choose_name(*, driver: User, name: str) -> DriverName:
    """Puts the driver on the board under this name. Raises NameTaken, or ValidationError with what is wrong with it."""
    shown = clean_name(name, driver.email)
    try:
        with transaction.atomic():
            chosen = {"name": shown, "folded": fold_name(shown)}
            return DriverName.objects.update_or_create(driver=driver, defaults=chosen)[0]
    except IntegrityError as error:
        raise NameTaken from error


def withdraw_name(*, driver: User) -> None:
    """Takes the driver off the board, at once and without a trace."""
    DriverName.objects.filter(driver=driver).delete()


def uncounted() -> QuerySet[Drive]:
    """Drives of drivers on the board that are done and were not counted since, in the order in which they were brought."""
    named = Drive.objects.filter(stage=Stage.DONE, driver__board_name__isnull=False)
    outdated = Q(new_way=None) | Q(finished_at__gt=F("new_way__counted_at"))
    return named.filter(outdated).order_by("pk")


def count_new_ways(at_most: int = AT_ONCE) -> int:
    """Counts what is missing, a few drives at a time; how many were counted. Called again and again."""
    missing = list(uncounted()[:at_most])
    for drive in missing:
        count_new_way(drive)
    return len(missing)


def count_new_way(drive: Drive) -> NewWay:
    """How much of named streets the drive came along first in its season, of all drives brought, whoever drove."""
    now = timezone.now()
    track = track_of(drive)
    season = season_of(track[0].at) if track else None
    new_m = 0.0
    if season is not None:
        since, _ = season_moments(season)
        new_m = sum(street.new_m for street in streets_along(trajectory(track), drive, since=since))
    counted = {"season": season, "new_m": new_m, "counted_at": now}
    return NewWay.objects.update_or_create(drive=drive, defaults=counted)[0]
