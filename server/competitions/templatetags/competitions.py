from __future__ import annotations

from typing import Any

from django import template

from server.competitions.models import Entry
from server.competitions.queries import awards_of_house, held_around

register = template.Library()


@register.inclusion_tag("competitions/of_house.html")
def competitions_of(house_id: int, public_id: str) -> dict[str, Any]:
    """What a house has won, where it takes part, and where it can be entered."""
    entered = dict(Entry.objects.shown().filter(house_id=house_id).values_list("competition_id", "pk"))
    around = held_around(house_id)
    return {
        "public_id": public_id,
        "awards": awards_of_house(house_id),
        "taking_part": [one for one in around if one.pk in entered],
        "free": [one for one in around if one.pk not in entered],
    }
