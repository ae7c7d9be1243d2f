"""Which season a night belongs to, in the place's own dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from server.core.zone import place_zone
from server.houses.models import Season

BEGINS = (11, 1)
ENDS = (1, 15)


@dataclass(frozen=True)
class SeasonDates:
    """A season's name and its first and last date."""

    name: str
    starts_on: date
    ends_on: date


def dates_for(on: date) -> SeasonDates:
    """The season of a date: "2026" from 1 November 2026 to 15 January 2027, and "2026 off-season" from 16 January to
    31 October 2026, so that every night has exactly one."""
    year = on.year - 1 if (on.month, on.day) <= ENDS else on.year
    if year < on.year or (on.month, on.day) >= BEGINS:
        return SeasonDates(str(year), date(year, *BEGINS), date(year + 1, *ENDS))
    return SeasonDates(f"{year} off-season", date(year, 1, 16), date(year, 10, 31))


def place_date(moment: datetime) -> date:
    """The date at the place, of an aware moment."""
    return moment.astimezone(place_zone()).date()


def season_moments(season: Season) -> tuple[datetime, datetime]:
    """From the first midnight of the season to the midnight after it, which is no longer of it."""
    zone = place_zone()
    after = season.ends_on + timedelta(days=1)
    return datetime.combine(season.starts_on, time.min, zone), datetime.combine(after, time.min, zone)
