"""What the map page reads beside houses and tiles."""

from __future__ import annotations

from typing import Any

from server.core.sql import fetch_rows
from server.frames.points import scale_of
from server.frames.queries import live_scorer
from server.houses.models import Season
from server.houses.queries import current_season


def neighbourhood_names(season: Season | None = None) -> list[dict[str, Any]]:
    """Of each neighbourhood with houses in `season` (the current one): name, slug, houses, points, lon, lat of a point inside."""
    scorer = live_scorer()
    season = season or current_season(scorer=scorer)
    if scorer is None or season is None:
        return []
    asked = {"scorer": scorer.pk, "season": season.pk, "scale": scale_of(scorer.card)}
    return fetch_rows("maps/neighbourhood_names.sql", asked)
