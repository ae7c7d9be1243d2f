"""Which votes are looked at by a moderator before they count."""

from __future__ import annotations

from datetime import datetime, timedelta

from server.core.sql import fetch_rows
from server.houses.models import House, Season
from server.votes.models import Category, Vote, Voter

WITHIN = timedelta(minutes=10)
BURST = 30
NETWORK = 5
FRESH = 5
FRESH_FOR = timedelta(hours=1)


def reasons_to_hold(
    *, voter: Voter, house: House, category: Category, season: Season, network: str, at: datetime
) -> list[str]:
    """What speaks against counting a vote of now at once; mostly nothing.

    Only the vote itself is held, never the ones before it: else somebody could have the true votes for a house held by adding
    false ones.
    """
    seen = fetch_rows(
        "votes/beside.sql",
        {
            "season": season.pk,
            "category": category.pk,
            "house": house.pk,
            "voter": voter.pk,
            "minutes_ago": at - WITHIN,
            "day_ago": at - timedelta(days=1),
            "network": network,
            "fresh_s": FRESH_FOR.total_seconds(),
        },
    )[0]
    fresh = at - voter.since < FRESH_FOR and seen["fresh"] >= FRESH
    found = {
        Vote.Reason.BURST: seen["burst"] >= BURST,
        Vote.Reason.NETWORK: seen["network"] >= NETWORK,
        Vote.Reason.FRESH: fresh,
        Vote.Reason.DISCARDED: seen["discarded"],
    }
    return [reason.value for reason, speaks in found.items() if speaks]
