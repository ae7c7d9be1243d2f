from __future__ import annotations

from server.accounts.models import User
from server.houses.models import House, Season
from server.votes.models import Vote


def cast_vote(*, voter: User, house: House, season: Season) -> None:
    """One voice for the house. Casting it again changes nothing, however many requests arrive at once."""
    Vote.objects.bulk_create([Vote(voter=voter, house=house, season=season)], ignore_conflicts=True)


def withdraw_vote(*, voter: User, house: House, season: Season) -> None:
    Vote.objects.filter(voter=voter, house=house, season=season).delete()
