from __future__ import annotations

from dataclasses import dataclass

from server.houses.models import House, Season
from server.votes.models import Vote


@dataclass(frozen=True)
class Standing:
    """`votes`: how many voices the house has in the season; `voted`: whether one of them is the asker's."""

    votes: int
    voted: bool


def standing_of(*, house: House, season: Season, voter: object) -> Standing:
    votes = Vote.objects.filter(house=house, season=season)
    return Standing(votes=votes.count(), voted=votes.filter(voter=voter).exists())
