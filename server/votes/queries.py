from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from server.houses.models import House, HouseScore, Season
from server.votes.models import Category, Vote, Voter


@dataclass(frozen=True)
class Choice:
    """A category as a house shows it. `votes`: the counted ones for the house. `mine`: the asker's vote in the category and
    season, for whichever house."""

    category: Category
    votes: int
    mine: Vote | None
    here: bool

    @property
    def held(self) -> bool:
        return self.here and self.mine is not None and self.mine.state == Vote.State.HELD


@dataclass(frozen=True)
class Standing:
    """`votes`: how many counted ones the house has, 0 while it is hidden; `voted`: whether the asker's is for it; `held`: whether
    that is looked at."""

    votes: int
    voted: bool
    held: bool


def choices(
    house_id: int, season: Season, categories: Iterable[Category], voter: Voter | None
) -> list[Choice]:
    """Each category with the house's votes in the season and the asker's own."""
    counts = counted_votes(house_id, season)
    mine = my_votes(voter, season)
    return [
        Choice(
            category=one,
            votes=counts.get(one.pk, 0),
            mine=mine.get(one.pk),
            here=one.pk in mine and mine[one.pk].house_id == house_id,
        )
        for one in categories
    ]


def counted_votes(house_id: int, season: Season) -> dict[int, int]:
    """Of a house in a season, by category."""
    votes = Vote.objects.counted().filter(season=season, house=house_id).order_by()
    return dict(votes.values_list("category").annotate(Count("pk")))


def my_votes(voter: Voter | None, season: Season | None) -> dict[int, Vote]:
    """The voter's votes of the season by category."""
    if voter is None or season is None:
        return {}
    votes = Vote.objects.standing().filter(voter=voter, season=season).select_related("house", "category")
    return {vote.category_id: vote for vote in votes.order_by("category__place", "pk")}


def standing_of(*, house: House, season: Season, category: Category, voter: Voter | None) -> Standing:
    asked = Vote.objects.counted().filter(house=house, season=season, category=category)
    counted = 0 if house.hidden else asked.count()
    mine = Vote.objects.standing().filter(house=house, season=season, category=category, voter=voter).first()
    return Standing(counted, mine is not None, mine is not None and mine.state == Vote.State.HELD)


def votable(season: Season | None) -> QuerySet[House]:
    """The houses that take votes in a season: visible, and on its list."""
    listed = HouseScore.objects.filter(house=OuterRef("pk"), season=season, scorer__live=True)
    return House.objects.visible().filter(Exists(listed))


def held_votes() -> QuerySet[Vote]:
    """Those that a moderator has to decide on, the latest first."""
    waiting = Vote.objects.filter(state=Vote.State.HELD)
    return waiting.select_related(
        "house__street", "house__neighbourhood", "category", "season", "voter"
    ).order_by("-cast_at", "-pk")
