"""Keeps the number of counted votes in houses' scores; a trigger of the database lets the standing follow it."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction

from server.core.sql import fetch_rows
from server.houses.models import HouseScore

VOTING = "SELECT pg_advisory_xact_lock_shared(hashtext('votes'), %s)"
COUNTING = "SELECT pg_advisory_xact_lock(hashtext('votes'), %s)"


def while_voting(season_id: int) -> None:
    """Says, until the transaction ends, that votes of the season may change here: `recount_votes` waits for that."""
    with connection.cursor() as cursor:
        cursor.execute(VOTING, [season_id])


def when_nobody_votes(season_id: int) -> None:
    """Waits until no votes of the season are changing, and lets none change until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTING, [season_id])


@transaction.atomic(savepoint=False)
def count_votes(*, season_id: int, house_ids: Collection[int]) -> None:
    """Counts the votes of these houses. Whoever counts the same houses waits, and then sees the votes of both."""
    scores = HouseScore.objects.filter(season=season_id, house__in=house_ids).order_by("pk")
    list(scores.select_for_update(no_key=True).values_list("pk"))
    fetch_rows("houses/count_votes.sql", {"season": season_id, "houses": sorted(house_ids)})


@transaction.atomic
def recount_votes(*, season_id: int, house_ids: Collection[int] | None = None) -> int:
    """Counts the votes of these houses (of all) when nobody votes; how many scores were wrong.

    For scores that were made while somebody voted: neither saw the other's row.
    """
    when_nobody_votes(season_id)
    houses = None if house_ids is None else sorted(house_ids)
    return int(fetch_rows("houses/count_votes.sql", {"season": season_id, "houses": houses})[0]["changed"])
