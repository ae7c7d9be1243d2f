from __future__ import annotations

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

from server.accounts.models import User
from server.houses.models import House, Season
from server.votes.models import Vote


def cast_vote(*, voter: User, house: House, season: Season) -> None:
    """One voice for the house. Casting it again changes nothing, however many requests arrive at once."""
    Vote.objects.bulk_create([Vote(voter=voter, house=house, season=season)], ignore_conflicts=True)


def withdraw_vote(*, voter: User, house: House, season: Season) -> None:
    Vote.objects.filter(voter=voter, house=house, season=season).delete()


def follow_merge(*, house: House, other: House, **_: object) -> None:
    """Votes for `other` count for `house`. Who voted for both keeps one voice; the second waits where it was."""
    twice = Vote.objects.filter(house=house, voter=OuterRef("voter"), season=OuterRef("season"))
    moving = Vote.objects.filter(~Exists(twice), house=other)
    moving.update(cast_for=Coalesce(F("cast_for"), F("house")), house=house)


def follow_parting(*, house: House, other: House, **_: object) -> None:
    """The votes that came with `other` go back to it."""
    Vote.objects.filter(house=house, cast_for__in=[*all_merged_into(other), other.pk]).update(house=other)
    Vote.objects.filter(house=other, cast_for=other).update(cast_for=None)


def all_merged_into(house: House) -> list[int]:
    """Ids of the houses that became this one, also by way of others."""
    found, latest = [], [house.pk]
    while latest:
        latest = list(House.objects.filter(merged_into__in=latest).values_list("pk", flat=True))
        found += latest
    return found
