"""Keeps the looks of a season's displays, and how novel each is, up to date with houses that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from server.core.sql import fetch_rows, fetch_value
from server.frames.models import Scorer
from server.frames.points import house_limits
from server.houses.models import House, HouseLook, HouseScore, Season, TypicalLook
from server.houses.seasons import season_moments
from server.houses.services import lock_publishing
from server.houses.worth.likeness import Singles, nearest, novelty_of, seen_from, touched

LARGEST = 3
FEWEST = 10
GROWN = 1.5

Looks = dict[int, Singles]
"""Looks (D,) by the id of the house."""


@dataclass(frozen=True)
class Edition:
    """The displays of a season under a scorer, by house id in order: looks (N, D), and how far the nearest of each reach."""

    house_ids: list[int]
    looks: Singles
    reaches: Singles


@transaction.atomic
def publish_novelty(*, scorer: Scorer, season: Season, house_ids: Sequence[int] | None = None) -> int:
    """Looks at the displays of these houses (of all) again, and at those near them; how many scores changed.

    With fewer than ten displays there is no novelty. The typical look is that of the season when it was last compared as a
    whole, which happens again whenever it has grown by half.
    """
    lock_publishing(scorer, season)
    asked = None if house_ids is None else sorted(set(house_ids))
    before = kept_looks(scorer, season, asked)
    after = looks_of(scorer, season, asked)
    changed = sorted(house for house in {**before, **after} if not same(before.get(house), after.get(house)))
    keep(scorer, season, {house: after[house] for house in changed if house in after})
    HouseLook.objects.filter(
        scorer=scorer, season=season, house__in=[house for house in changed if house not in after]
    ).delete()
    if not changed:
        return 0
    edition = read_edition(scorer, season)
    moved = [looks[house] for looks in (before, after) for house in changed if house in looks]
    return write(scorer, season, edition, *compared(scorer, season, edition, changed, moved), asked=changed)


def compared(
    scorer: Scorer, season: Season, edition: Edition, changed: list[int], moved: list[Singles]
) -> tuple[list[int], Singles, Singles]:
    """House ids with their novelty and reach: of all where the typical look is new, else of those near what changed."""
    if len(edition.house_ids) < FEWEST:
        return [], np.empty(0, np.float32), np.empty(0, np.float32)
    centre, whole = typical_look(scorer, season, edition)
    displays = seen_from(centre, edition.looks)
    row_of = {house: row for row, house in enumerate(edition.house_ids)}
    rows = np.arange(len(displays))
    if not whole:
        own = np.array([row_of[house] for house in changed if house in row_of], np.int64)
        rows = np.union1d(own, touched(displays, edition.reaches, seen_from(centre, np.stack(moved))))
    means, reaches = nearest(displays, rows)
    return [edition.house_ids[row] for row in rows], novelty_of(means), reaches


def typical_look(scorer: Scorer, season: Season, edition: Edition) -> tuple[Singles, bool]:
    """What the displays have in common, and whether it was found anew: then all are to be compared again."""
    kept = TypicalLook.objects.filter(scorer=scorer, season=season).first()
    if kept and len(edition.house_ids) < GROWN * kept.houses:
        return look_from(kept.vector), False
    stored = stored_look(edition.looks.mean(axis=0))
    TypicalLook.objects.update_or_create(
        scorer=scorer, season=season, defaults={"vector": stored, "houses": len(edition.house_ids)}
    )
    return look_from(stored), True


def looks_of(scorer: Scorer, season: Season, house_ids: list[int] | None) -> Looks:
    """The mean of the vectors of each house's largest regions, weighted by their shares, as it is stored."""
    starts_at, ends_at = season_moments(season)
    asked = {"scorer": scorer.pk, "season": season.pk, "starts_at": starts_at, "ends_at": ends_at}
    asked |= {"many": house_limits(scorer.card)["many"], "houses": house_ids, "at_most": LARGEST}
    rows = fetch_rows("houses/house_regions.sql", asked)
    looks = {}
    for house, regions in groupby(rows, key=lambda row: row["house_id"]):
        shown = list(regions)
        vectors = np.stack([look_from(row["vector"]) for row in shown])
        weights = np.array([row["share"] for row in shown], np.float32) + 1e-9
        looks[house] = look_from(stored_look(weights @ vectors / weights.sum()))
    return looks


def forget_looks(house_ids: Sequence[int]) -> None:
    """Takes away the looks of those of these houses that nobody may see, or that have no score any more."""
    looks = HouseLook.objects.filter(house__in=house_ids)
    scored = HouseScore.objects.filter(
        house=OuterRef("house"), scorer=OuterRef("scorer"), season=OuterRef("season")
    )
    looks.filter(~Exists(scored) | ~Q(house__in=House.objects.visible())).delete()


def follow_visibility(sender: object, *, house: House, **_: object) -> None:
    """Hears that a house was hidden or shown, within that transaction."""
    forget_looks([house.pk])


def follow_scores(sender: object, *, house_ids: Sequence[int], **_: object) -> None:
    """Hears that scores were published apart from the pipeline, within that transaction."""
    forget_looks(house_ids)


def kept_looks(scorer: Scorer, season: Season, house_ids: list[int] | None) -> Looks:
    found = HouseLook.objects.filter(scorer=scorer, season=season)
    if house_ids is not None:
        found = found.filter(house__in=house_ids)
    return {house: look_from(vector) for house, vector in found.values_list("house_id", "vector")}


def keep(scorer: Scorer, season: Season, looks: Looks) -> None:
    rows = [
        HouseLook(scorer=scorer, season=season, house_id=house, vector=stored_look(look))
        for house, look in looks.items()
    ]
    HouseLook.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["scorer", "season", "house"],
        update_fields=["vector"],
        batch_size=1000,
    )


def read_edition(scorer: Scorer, season: Season) -> Edition:
    found = HouseLook.objects.filter(scorer=scorer, season=season).order_by("house_id")
    rows = list(found.values_list("house_id", "vector", "reach"))
    looks = np.frombuffer(b"".join(vector for _, vector, _ in rows), np.float16)
    return Edition(
        house_ids=[house for house, _, _ in rows],
        looks=looks.reshape(len(rows), -1).astype(np.float32) if rows else np.empty((0, 0), np.float32),
        reaches=np.array([reach for _, _, reach in rows], np.float32),
    )


def write(
    scorer: Scorer,
    season: Season,
    edition: Edition,
    house_ids: list[int],
    novelties: Singles,
    reaches: Singles,
    *,
    asked: list[int],
) -> int:
    """Where there are too few displays to compare, all that stood there goes."""
    few = len(edition.house_ids) < FEWEST
    if few:
        HouseLook.objects.filter(scorer=scorer, season=season).update(reach=-1.0)
        TypicalLook.objects.filter(scorer=scorer, season=season).delete()
        stale = scorer.house_scores.filter(season=season, novelty__isnull=False)
        return int(stale.update(novelty=None))
    return int(
        fetch_value(
            "houses/write_novelty.sql",
            {
                "scorer": scorer.pk,
                "season": season.pk,
                "houses": house_ids,
                "novelties": [round(float(value), 4) for value in novelties],
                "reaches": [float(value) for value in reaches],
                "asked": asked,
            },
        )
    )


def stored_look(look: Singles) -> bytes:
    return np.asarray(look, np.float16).tobytes()


def look_from(stored: bytes | memoryview) -> Singles:
    return np.frombuffer(stored, np.float16).astype(np.float32)


def same(one: Singles | None, other: Singles | None) -> bool:
    return one is not None and other is not None and np.array_equal(one, other)
