"""A winner's badge: a picture (SVG) for other sites, and the line of HTML that shows it there."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from server.competitions.models import Award

WIDTH, HEIGHT = 320, 112
LONGEST = 34


def badge_svg(award: Award) -> str:
    competition = award.category.competition
    return render_to_string(
        "competitions/badge.svg",
        {
            "place": award.place,
            "category": cut(award.category.name),
            "name": cut(competition.name),
            "year": competition.ends_on.year,
        },
    )


def cut(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


def snippet(award: Award, site: str) -> SafeString:
    """A link to the house around the badge. `site`: scheme and host, without a slash at the end."""
    said = _("%(place)s in “%(category)s”, %(competition)s") % {
        "place": f"#{award.place}",
        "category": award.category.name,
        "competition": award.category.competition.name,
    }
    return format_html(
        '<a href="{}{}"><img src="{}{}" width="{}" height="{}" alt="{}"></a>',
        site,
        reverse("houses:house", args=[award.entry.house.public_id]),
        site,
        reverse("badge", args=[award.public_id]),
        WIDTH,
        HEIGHT,
        said,
    )
