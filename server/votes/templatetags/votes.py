from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext

from server.houses.models import House, Season
from server.houses.queries import current_season
from server.votes.queries import standing_of

register = template.Library()


@register.inclusion_tag("votes/vote.html", takes_context=True)
def vote_for(context: RequestContext, house_id: int, public_id: str, season: Season) -> dict[str, Any]:
    """The votes of a house in a season, with a button while that season is the present one."""
    request = context["request"]
    voter = request.user if request.user.is_authenticated else None
    standing = standing_of(house=House(pk=house_id), season=season, voter=voter)
    return {
        "request": request,
        "public_id": public_id,
        "standing": standing,
        "over": season != current_season(),
        "csrf_token": context.get("csrf_token"),
    }
