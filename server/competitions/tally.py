"""The one place where a competition looks at votes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from server.houses.models import Season
from server.votes.models import Category, Vote


def votes_of(houses: Collection[int], season: Season, category: Category) -> Counter[int]:
    """How many counted votes each of the houses (ids) has in the season and category; those without any are missing."""
    cast = Vote.objects.counted().filter(season=season, category=category, house__in=houses)
    return Counter(cast.values_list("house_id", flat=True))
