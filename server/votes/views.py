from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from server.core.requests import wants_part
from server.votes.api import ballot, voter_of
from server.votes.queries import standing_of
from server.votes.services import cast_vote, withdraw_vote


def cast(request: HttpRequest, public_id: str) -> HttpResponse:
    """The visitor's vote for the house in the present season, or, with `withdraw`, taking it back."""
    if request.method != "POST":
        return redirect("houses:house", public_id=public_id)
    house, season = ballot(public_id)
    change = withdraw_vote if "withdraw" in request.POST else cast_vote
    change(voter=voter_of(request), house=house, season=season)
    if not wants_part(request):
        return redirect("houses:house", public_id=public_id)
    standing = standing_of(house=house, season=season, voter=voter_of(request))
    return render(request, "votes/vote.html", {"public_id": public_id, "standing": standing})
