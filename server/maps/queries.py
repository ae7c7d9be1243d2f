"""What the map page reads beside houses and tiles."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Sum

from server.core.sql import fetch_rows
from server.frames.points import scale_of
from server.frames.queries import live_scorer
from server.houses.models import HouseScore, Season
from server.houses.queries import Evening, current_season, evenings

KEPT_S = 3600


def neighbourhood_names(season: Season | None = None) -> list[dict[str, Any]]:
    """Of each neighbourhood with houses in `season` (the current one): name, slug, houses, points, lon, lat of a point inside."""
    scorer = live_scorer()
    season = season or current_season(scorer=scorer)
    if scorer is None or season is None:
        return []
    asked = {"scorer": scorer.pk, "season": season.pk, "scale": scale_of(scorer.card)}
    return fetch_rows("maps/neighbourhood_names.sql", asked)


def kept_evenings(season: Season | None) -> tuple[Evening, ...]:
    """The evenings of the season, counted once for the same scores: in a large city that takes a second."""
    key = key_of("evenings", season.pk if season else None)
    found = cache.get(key)
    if found is None:
        found = evenings(season)
        cache.set(key, found, KEPT_S)
    return tuple(found)


def key_of(name: str, *asked: object) -> str:
    """A key of the cache that changes with any score of the live scorer, and with any house that is hidden or shown."""
    scorer = live_scorer()
    scores = HouseScore.objects.filter(scorer=scorer, listed=True)
    stamp = scores.aggregate(Count("pk"), Sum("house_id"), Max("updated_at"))
    said = repr((scorer.hash if scorer else None, sorted(stamp.items()), asked))
    return f"{name}:{sha256(said.encode()).hexdigest()}"
