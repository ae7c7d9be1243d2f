from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext

from server.houses.models import Season
from server.houses.queries import RankedHouse
from server.votes.ballots import ballot, row_ballot

register = template.Library()


@register.inclusion_tag("votes/vote.html", takes_context=True)
def vote_for(context: RequestContext, house_id: int, public_id: str, season: Season) -> dict[str, Any]:
    """The votes of a house in a season, with buttons while that season takes votes."""
    token = context.get("csrf_token")
    return {**ballot(context["request"], house_id, public_id, season), "csrf_token": token}


@register.inclusion_tag("votes/row.html", takes_context=True)
def vote_in_row(context: RequestContext, house: RankedHouse) -> dict[str, Any]:
    """The same for a row of a list of the present season."""
    part = row_ballot(context["request"], house.house_id, house.public_id, house.votes)
    return {**part, "csrf_token": context.get("csrf_token")}
