"""What the map page shows: its list, its filters with what they may be set to, its legend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.frames.points import FestivityClass, house_limits, points
from server.frames.queries import live_scorer
from server.houses.lists import IN_VIEW, Asked, fetch
from server.houses.models import Season
from server.houses.queries import class_counts, current_season, ranked_neighbourhoods, seasons_shown
from server.maps.queries import kept_evenings
from server.maps.visits import Visit


@dataclass(frozen=True)
class ShownClass:
    """A class in the legend: its lowest points, and how many houses that are asked for belong to it."""

    festivity_class: FestivityClass
    points: float
    houses: int
    chosen: bool


def map_context(asked: Asked, visit: Visit | None) -> dict[str, Any]:
    ranking = fetch(asked, limit=IN_VIEW)
    season = asked.season or current_season()
    return {
        "ranking": ranking,
        "asked": asked,
        "narrowed": asked.narrowed,
        "any_synthetic": any(house.synthetic for house in ranking.houses),
        "classes": shown_classes(asked),
        "season": season,
        "filters": filter_choices(season, visit.before if visit else None, asked),
    }


def shown_classes(asked: Asked) -> list[ShownClass]:
    scorer = live_scorer()
    card = scorer.card if scorer else {}
    counts = class_counts(asked.wanted, asked.season)
    return [
        ShownClass(FestivityClass(name), points(limit, card), counts[name], name in asked.festivity_class)
        for name, limit in house_limits(card).items()
        if name in counts
    ]


def filter_choices(season: Season | None, before: datetime | None, asked: Asked) -> dict[str, Any]:
    """What each filter may be set to. `since` is the visit before this one, or the moment that is asked for."""
    named = sorted(ranked_neighbourhoods(season), key=lambda neighbourhood: neighbourhood.name)
    return {
        "seasons": seasons_shown(),
        "evenings": kept_evenings(season),
        "neighbourhoods": named,
        "since": asked.since or before,
        "set": sum(map(bool, (asked.season, asked.evening, asked.neighbourhood, asked.since)))
        + bool(asked.festivity_class),
    }
