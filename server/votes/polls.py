"""Which categories take votes: while their season lasts, or as staff said."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from server.houses.models import Season
from server.houses.seasons import season_moments
from server.votes.models import Category, Poll


def open_categories(season: Season | None, at: datetime | None = None) -> list[Category]:
    """Those that take votes in the season at a moment (now), in their order.

    From the first midnight of the season, at the place, to the midnight after its last day, which is too late; unless staff
    opened or closed the category in that season.
    """
    if season is None:
        return []
    starts_at, ends_at = season_moments(season)
    lasts = starts_at <= (at or timezone.now()) < ends_at
    said = dict(Poll.objects.filter(season=season).values_list("category_id", "open"))
    return [one for one in Category.objects.all() if said.get(one.pk, lasts and one.in_new_seasons)]


def why_closed(season: Season | None, at: datetime | None = None) -> str:
    """A sentence for whoever would vote where no category takes votes."""
    if season is None:
        return _("There is no season to vote in yet.")
    starts_at, ends_at = season_moments(season)
    at = at or timezone.now()
    if at < starts_at:
        starts_on = date_format(season.starts_on, "DATE_FORMAT")
        return _("Votes of season %(season)s begin on %(day)s.") % {"season": season.name, "day": starts_on}
    if at >= ends_at:
        ended_on = date_format(season.ends_on, "DATE_FORMAT")
        return _("Votes of season %(season)s closed with %(day)s.") % {
            "season": season.name,
            "day": ended_on,
        }
    return _("No votes are taken at present.")
