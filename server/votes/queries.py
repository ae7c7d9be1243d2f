from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from server.accounts.models import User
from server.houses.models import House, HouseScore, Season
from server.votes.models import Vote


@dataclass(frozen=True)
class Standing:
    """`votes`: how many voices the house has in the season; `voted`: whether one of them is the asker's."""

    votes: int
    voted: bool


def standing_of(*, house: House, season: Season, voter: User | None) -> Standing:
    votes = Vote.objects.filter(house=house, season=season)
    return Standing(votes=votes.count(), voted=votes.filter(voter=voter).exists())


def votable(season: Season | None) -> QuerySet[House]:
    """The houses that take votes in a season: visible, and on its list."""
    listed = HouseScore.objects.filter(house=OuterRef("pk"), season=season, scorer__live=True)
    return House.objects.visible().filter(Exists(listed))
