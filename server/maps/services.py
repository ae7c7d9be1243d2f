"""The heat map is kept true: its cells are rebuilt where houses have changed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from server.core.sql import fetch_rows
from server.frames.models import Scorer
from server.houses.models import House, Season
from server.houses.services import lock_publishing
from server.maps.models import CELL_ZOOM


@transaction.atomic
def publish_heat(*, scorer: Scorer, season: Season, house_ids: Sequence[int] | None = None) -> int:
    """Rebuilds the heat cells around these houses (all cells of the season); how many cells were written or removed.

    A house that moved by more than a cell, or was deleted, needs all cells rebuilt.
    """
    lock_publishing(scorer, season)
    houses = None if house_ids is None else list(house_ids)
    keys = {"scorer": scorer.pk, "season": season.pk, "cell_zoom": CELL_ZOOM}
    counts = fetch_rows("maps/publish_heat.sql", {**keys, "houses": houses})[0]
    return int(counts["written"] + counts["gone"])


@transaction.atomic
def refresh_heat(*, house_ids: Sequence[int]) -> int:
    """Rebuilds the cells around these houses under every scorer in every season."""
    layers = [
        (scorer, season)
        for scorer in Scorer.objects.order_by("pk")
        for season in Season.objects.order_by("pk")
    ]
    return sum(publish_heat(scorer=scorer, season=season, house_ids=house_ids) for scorer, season in layers)


def follow_visibility(sender: object, *, house: House, **_: object) -> None:
    """Hears that a house was hidden or shown, within that transaction."""
    refresh_heat(house_ids=[house.pk])


def follow_scores(sender: object, *, house_ids: Sequence[int], **_: object) -> None:
    """Hears that the scores of houses were published apart from the pipeline, within that transaction."""
    refresh_heat(house_ids=house_ids)
