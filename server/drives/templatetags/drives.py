"""Times of drives as pages say them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.utils.translation import gettext as _

from server.drives.queries import ended_unseen

register = template.Library()


@register.simple_tag
def news_of_drives(user: Any) -> int:
    """How many of a signed-in driver's drives ended since they were last looked at."""
    return ended_unseen(user).count() if getattr(user, "is_authenticated", False) else 0


@register.filter
def hours(duration: timedelta) -> str:
    """Hours and minutes, and below an hour minutes and seconds."""
    seconds = round(duration.total_seconds())
    if seconds >= 3600:
        return _("%(hours)s h %(minutes)s min") % {"hours": seconds // 3600, "minutes": seconds % 3600 // 60}
    return _("%(minutes)s min %(seconds)s s") % {"minutes": seconds // 60, "seconds": seconds % 60}
