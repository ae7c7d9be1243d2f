"""The one place where a competition looks at votes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from server.houses.models import Season
from server.votes.models import Vote


def votes_of(houses: Collection[int], season: Season, category: str) -> Counter[int]:
    """How many votes each of the houses (ids) has in the season, in the category of votes of that slug."""
    cast = Vote.objects.filter(season=season, house__in=houses)
    return Counter(cast.values_list("house_id", flat=True))
