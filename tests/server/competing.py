"""What tests of competitions need: houses that were seen lit, a competition that is over, and its first places."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from server.competitions.models import Competition
from server.competitions.queries import announced, today
from server.houses.models import House
from tests.server import factories as make


def lit(festivity: float = 0.1, seen_days_ago: int = 3, east_m: float = 0, **score: Any) -> House:
    """A house of today's season that an evening some days ago saw."""
    house = make.make_house(make.place(east_m))
    make.score_house(house, festivity, make.season_now(), **score)
    make.make_evening(house, today() - timedelta(seen_days_ago), festivity)
    return house


def ended(**fields: Any) -> Competition:
    return make.make_competition(-10, -1, **fields)


def first_three(competition: Competition) -> list[list[House]]:
    return [[one.shown.entry.house for one in result.places] for result in announced(competition)]
