"""Verbs on votes: one transaction each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from server.accounts.models import User
from server.houses.counting import count_votes, recount_votes, when_nobody_votes, while_voting
from server.houses.models import House, Season
from server.votes.holds import reasons_to_hold
from server.votes.models import Category, GoesWith, Vote, Voter


@transaction.atomic
def cast_vote(
    *,
    voter: Voter,
    house: House,
    category: Category,
    season: Season,
    network: str = "",
    at: datetime | None = None,
) -> Vote:
    """The voter's one vote of the category and season is for this house (for what it was merged into) now, whatever it was for
    before.

    Casting it again changes nothing, however many requests arrive at once: a voter's votes go one after the other, and a
    constraint stands behind that. `network` is a hash. A vote that there is reason to look at is held and not counted; one that
    is held stays so, whichever house it is changed to.
    """
    at = at or timezone.now()
    while_voting(season.pk)
    Voter.objects.select_for_update(no_key=True).get(pk=voter.pk)
    house = House.objects.get(pk=house.pk).present
    before = votes_of(voter, season).filter(category=category).select_for_update().first()
    if before and before.house_id == house.pk:
        return before
    asked: dict[str, Any] = {
        "voter": voter,
        "house": house,
        "category": category,
        "season": season,
        "network": network,
    }
    reasons = sorted({*reasons_to_hold(**asked, at=at), *held_for(before)})
    left = {before.house_id} if before else set()
    vote = before or Vote(voter=voter, category=category, season=season)
    vote.house, vote.cast_for, vote.cast_at, vote.network_hash = house, None, at, network
    vote.reasons, vote.state = reasons, Vote.State.HELD if reasons else Vote.State.COUNTED
    vote.decided_by, vote.decided_at = None, None
    vote.save()
    renew(category, season.pk, {house.pk, *left})
    return vote


def votes_of(voter: Voter, season: Season) -> QuerySet[Vote]:
    return Vote.objects.standing().filter(voter=voter, season=season)


def held_for(vote: Vote | None) -> list[str]:
    return list(vote.reasons) if vote and vote.state == Vote.State.HELD else []


def renew(category: Category, season_id: int, house_ids: Collection[int]) -> None:
    """Counts anew where the category's votes move the rank; in the others they are counted when somebody asks."""
    if category.goes_with == GoesWith.POINTS:
        count_votes(season_id=season_id, house_ids=house_ids)


@transaction.atomic
def withdraw_vote(*, voter: Voter, category: Category, season: Season, house: House | None = None) -> None:
    """Takes the vote back; with `house` only if it is for that one. A discarded one stays written down."""
    while_voting(season.pk)
    Voter.objects.select_for_update(no_key=True).get(pk=voter.pk)
    votes = votes_of(voter, season).filter(category=category)
    left = set((votes.filter(house=house) if house else votes).values_list("house_id", flat=True))
    votes.filter(house__in=left).delete()
    renew(category, season.pk, left)


@transaction.atomic
def decide(*, votes: Iterable[int], count: bool, by: User) -> int:
    """Counts or discards those of these votes (ids) that are held; how many there were."""
    held = Vote.objects.filter(pk__in=list(votes), state=Vote.State.HELD)
    for season_id in sorted(set(held.values_list("season_id", flat=True))):
        while_voting(season_id)
    rows = list(held.select_for_update(of=("self",)).order_by("pk").select_related("category"))
    state = Vote.State.COUNTED if count else Vote.State.DISCARDED
    Vote.objects.filter(pk__in=[vote.pk for vote in rows]).update(
        state=state, decided_by=by, decided_at=timezone.now()
    )
    renew_all(rows)
    return len(rows)


def renew_all(votes: Iterable[Vote]) -> None:
    """Counts anew for all houses of these votes, season after season."""
    houses: dict[int, set[int]] = {}
    for vote in votes:
        if vote.category.goes_with == GoesWith.POINTS:
            houses.setdefault(vote.season_id, set()).add(vote.house_id)
    for season_id, of_season in sorted(houses.items()):
        count_votes(season_id=season_id, house_ids=of_season)


def recount_everything() -> None:
    """After another category goes with points: all scores count its votes."""
    for season in Season.objects.all():
        recount_votes(season_id=season.pk)


def follow_merge(*, house: House, other: House, **_: object) -> None:
    """Votes for `other` are for `house`, and remember what they were cast for."""
    move(Vote.objects.filter(house=other), to=house, cast_for=Coalesce(F("cast_for"), F("house")))
    transaction.on_commit(partial(follow_late, other.pk), robust=True)


@transaction.atomic
def follow_late(house_id: int) -> None:
    """Votes that were cast while their house was merged follow, too: neither saw the other's row."""
    late = Vote.objects.filter(house=house_id, house__merged_into__isnull=False)
    for season_id in Season.objects.order_by("pk").values_list("pk", flat=True):
        when_nobody_votes(season_id)
    if late.exists():
        to = House.objects.get(pk=house_id).present
        move(late, to=to, cast_for=Coalesce(F("cast_for"), F("house")))


def follow_farewell(*, instance: Voter, **_: object) -> None:
    """A voter who is deleted, as an account is, takes the votes along."""
    seasons = instance.votes.order_by("season").values_list("season", flat=True).distinct()
    for season_id in list(seasons):
        while_voting(season_id)
    gone = list(instance.votes.select_related("category"))
    instance.votes.all().delete()
    renew_all(gone)


def follow_parting(*, house: House, other: House, **_: object) -> None:
    """The votes that came with `other` go back to it."""
    came = Vote.objects.filter(house=house, cast_for__in=[*other.former_ids, other.pk])
    move(came, to=other, cast_for=F("cast_for"))
    Vote.objects.filter(house=other, cast_for=other).update(cast_for=None)


def move(votes: QuerySet[Vote], *, to: House, cast_for: object) -> None:
    """Both houses count anew. Whoever merges and parts houses publishes them afterwards, which counts once more."""
    moved = list(votes.select_related("category"))
    Vote.objects.filter(pk__in=[vote.pk for vote in moved]).update(cast_for=cast_for, house=to)
    renew_all(moved)
    for vote in moved:
        vote.house = to
    renew_all(moved)
