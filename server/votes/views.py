from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from server.core.requests import wants_part
from server.houses.queries import current_season
from server.votes.queries import standing_of, votable
from server.votes.services import cast_vote, withdraw_vote


def cast(request: HttpRequest, public_id: str) -> HttpResponse:
    """The visitor's vote for the house in the present season, or, with `withdraw`, taking it back."""
    if request.method != "POST":
        return redirect("houses:house", public_id=public_id)
    season = current_season()
    house = get_object_or_404(votable(season), public_id=public_id)
    ballot: dict[str, Any] = {"voter": request.user, "house": house, "season": season}
    change = withdraw_vote if "withdraw" in request.POST else cast_vote
    change(**ballot)
    if not wants_part(request):
        return redirect("houses:house", public_id=public_id)
    return render(request, "votes/vote.html", {"public_id": public_id, "standing": standing_of(**ballot)})
