"""A request that votes: who asks, from which network, for what, and whether that may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from server.core.limits import Limit, network_of, passes
from server.houses.models import House, Season
from server.houses.queries import current_season, present_id
from server.votes.addresses import network_hash
from server.votes.fence import may_vote_from_here
from server.votes.models import Category, GoesWith, Vote, Voter
from server.votes.polls import open_categories, why_closed
from server.votes.queries import votable
from server.votes.services import cast_vote, withdraw_vote
from server.votes.voters import NoVoice, make_voter, voter_of_account

SESSION_KEY = "voter"
OF_ONE_VOTER = Limit("votes of a voter", times=60, window_s=3600)
OF_ONE_NETWORK = Limit("votes of a network", times=600, window_s=3600)


class Refused(Exception):
    """A vote that is not taken: the sentence, and the status that says so to programs."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class WhoAreYou(Refused):
    """Whoever asks has no voice yet, or has to say where they are: `/votes/` leads on."""


@dataclass(frozen=True)
class Ballot:
    """What is voted on."""

    house: House
    category: Category
    season: Season


def known_voter(request: HttpRequest) -> Voter | None:
    """Whose votes the request may see: the account's, or those of the link that was opened in this browser."""
    if request.user.is_authenticated:
        return voter_of_account(request.user)
    return confirmed_voter(request)


def confirmed_voter(request: HttpRequest) -> Voter | None:
    """The voter whose link was opened in this browser."""
    known = request.session.get(SESSION_KEY)
    return Voter.objects.filter(pk=known).first() if known else None


def voter_or_refuse(request: HttpRequest) -> Voter | None:
    """Whose votes may be seen: None for an account that never voted. Raises WhoAreYou for a visitor without a voice."""
    return known_voter(request) if request.user.is_authenticated else voter_for(request)


def voter_for(request: HttpRequest) -> Voter:
    """Who votes. Raises WhoAreYou for a visitor without a voice, Refused for an account whose address has another one."""
    if request.user.is_authenticated:
        try:
            return voter_of_account(request.user) or make_voter(request.user, confirmed_voter(request))
        except NoVoice as why:
            raise Refused(str(why), 409) from why
    voter = confirmed_voter(request)
    if voter is None:
        raise WhoAreYou(_("Sign in first, or ask for a link by e-mail, so that everyone has one vote."), 401)
    if voter.user_id is not None:
        raise WhoAreYou(_("This e-mail address votes by its account now. Sign in first."), 401)
    return voter


def ballot_of(house_id: str, category: str, *, withdraw: bool = False) -> Ballot:
    """The house (public id) and the category (slug; empty for the one that goes with points) in the present season.

    Raises Refused: 404 for what there is not, 409 where no votes are taken. A vote may be taken back from a house that is not on
    the list any more.
    """
    season = current_season()
    if season is None:
        raise Refused(why_closed(None), 409)
    houses = House.objects.filter(merged_into=None) if withdraw else votable(season)
    house = house_named(house_id, houses)
    if house is None:
        raise no_such_house()
    chosen = category_named(category)
    if chosen not in open_categories(season):
        raise Refused(why_closed(season), 409)
    return Ballot(house, chosen, season)


def house_named(house_id: str, houses: QuerySet[House]) -> House | None:
    """That of these which has the public id, or was merged with the one that has it."""
    if "\0" in house_id:
        return None
    return houses.filter(public_id=house_id).first() or houses.filter(public_id=present_id(house_id)).first()


def no_such_house() -> Refused:
    return Refused(_("There is no such house on the map. It may have been taken off."), 404)


def category_named(slug: str) -> Category:
    """That of the slug; of none, the one that goes with points. Raises Refused."""
    asked = {"slug": slug} if slug else {"goes_with": GoesWith.POINTS}
    found = Category.objects.filter(**asked).first() if "\0" not in slug else None
    if found is None:
        raise Refused(_("There is no such category to vote in."), 404)
    return found


def vote(
    request: HttpRequest, house_id: str, category: str, *, withdraw: bool = False
) -> tuple[Ballot, Voter, Vote | None]:
    """Casts or takes back the asker's vote; None where it is taken back. Raises Refused."""
    ballot = ballot_of(house_id, category, withdraw=withdraw)
    voter = voter_for(request)
    if ballot.house.hidden and not voter.votes.filter(house=ballot.house).exists():
        raise no_such_house()
    network = network_of(request)
    if not (passes(OF_ONE_VOTER, str(voter.pk)) and passes(OF_ONE_NETWORK, network)):
        raise Refused(
            _("Many votes came from you or your network within the hour. Try again in an hour."), 429
        )
    said: dict[str, Any] = {"voter": voter, "category": ballot.category, "season": ballot.season}
    if withdraw:
        withdraw_vote(**said, house=ballot.house)
        return ballot, voter, None
    now = timezone.now()
    if not may_vote_from_here(request.session, now):
        raise WhoAreYou(_("Votes are taken from around here only. Say where you are first."), 403)
    cast = cast_vote(**said, house=ballot.house, network=network_hash(network, now), at=now)
    return ballot, voter, cast


def said_of(vote: Vote | None) -> str:
    """What became of a vote, for whoever cast it."""
    if vote is None:
        return _("Your vote is taken back.")
    if vote.state == Vote.State.HELD:
        return _("Thank you. Your vote is looked at before it counts, since many came in at once.")
    return _("Thank you. Your vote counts.")
