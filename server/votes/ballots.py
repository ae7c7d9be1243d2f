"""What the parts of pages show that take votes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from server.houses.models import Season
from server.houses.queries import current_season
from server.votes.asking import known_voter
from server.votes.fence import may_vote_from_here
from server.votes.models import Category
from server.votes.polls import open_categories
from server.votes.queries import choices, my_votes

Part = dict[str, Any]


def ballot(request: HttpRequest, house_id: int, public_id: str, season: Season) -> Part:
    """A house's votes in a season by category, with buttons for those that take votes now."""
    present = season == current_season()
    taking = open_categories(season) if present else []
    voter = known_voter(request)
    shown = choices(house_id, season, taking or Category.objects.all(), voter)
    return {
        "request": request,
        "public_id": public_id,
        "season": season,
        "choices": shown,
        "open": bool(taking),
        "known": may_vote(request),
        "row": False,
    }


def row_ballot(request: HttpRequest, house_id: int, public_id: str, votes: int) -> Part:
    """The same for one row of a list, in little: what it needs beside the row is asked once for the whole page."""
    if not hasattr(request, "_ballot"):
        request._ballot = page_ballot(request)  # type: ignore[attr-defined]
    known: Part = request._ballot  # type: ignore[attr-defined]
    rows = [
        {"category": one, "mine": mine, "here": mine is not None and mine.house_id == house_id}
        for one in known["taking"]
        for mine in [known["mine"].get(one.pk)]
    ]
    return {
        "request": request,
        "public_id": public_id,
        "choices": rows,
        "votes": votes,
        "open": bool(rows),
        "known": known["known"],
        "chosen": any(row["here"] for row in rows),
        "row": True,
    }


def page_ballot(request: HttpRequest) -> Part:
    season = current_season()
    taking = open_categories(season)
    mine = my_votes(known_voter(request), season) if taking else {}
    return {"taking": taking, "mine": mine, "known": may_vote(request)}


def may_vote(request: HttpRequest) -> bool:
    """Whether a press on a button casts a vote; else it leads to where one becomes a voter, or says where one is."""
    known = request.user.is_authenticated or known_voter(request) is not None
    return known and may_vote_from_here(request.session, timezone.now())
