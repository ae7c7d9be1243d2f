"""The lists of two scorers side by side, as they stand in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from server.core.sql import fetch_rows
from server.frames.models import Scorer
from server.frames.points import class_limits, house_limits
from server.frames.queries import live_scorer
from server.houses.models import Season
from server.houses.queries import current_season
from server.scorers.queries import way_back


@dataclass(frozen=True)
class Pair:
    """What is on the pages, or was (`before`), and what a promotion makes, or made, of it (`after`), in one season."""

    before: Scorer
    after: Scorer
    season: Season


def pair_of(scorer: Scorer) -> Pair | None:
    """The scorer against the live one; the live one against the one that it was promoted over. None where there is none."""
    live = live_scorer()
    if scorer.live:
        made = way_back(scorer)
        before = made.before if made else None
    else:
        before = live
    season = current_season(scorer=live) if live else None
    return Pair(before, scorer, season) if before and season else None


def houses_of(pair: Pair) -> list[dict[str, Any]]:
    """Every house of either list, with both scorers' numbers."""
    asked = {"before": pair.before.pk, "after": pair.after.pk, "season": pair.season.pk}
    return fetch_rows("scorers/both_lists.sql", asked)


def frames_of(scorer: Scorer) -> dict[str, Any]:
    """How many of its frames are in each class, and their mean festivity."""
    return fetch_rows("scorers/frame_classes.sql", {"scorer": scorer.pk, **class_limits(scorer.card)})[0]


def seasons_of(pair: Pair) -> list[dict[str, Any]]:
    """How many houses each season's list has under both."""
    counted = Season.objects.annotate(
        before=Count("house_scores", filter=Q(house_scores__scorer=pair.before, house_scores__listed=True)),
        after=Count("house_scores", filter=Q(house_scores__scorer=pair.after, house_scores__listed=True)),
    )
    return [dict(row) for row in counted.exclude(before=0, after=0).values("name", "before", "after")]


def limits_of(scorer: Scorer) -> dict[str, float]:
    return house_limits(scorer.card)
