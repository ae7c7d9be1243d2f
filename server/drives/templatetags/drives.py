"""Times of drives as pages say them."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def hours(duration: timedelta) -> str:
    """Hours and minutes, and below an hour minutes and seconds."""
    seconds = round(duration.total_seconds())
    if seconds >= 3600:
        return _("%(hours)s h %(minutes)s min") % {"hours": seconds // 3600, "minutes": seconds % 3600 // 60}
    return _("%(minutes)s min %(seconds)s s") % {"minutes": seconds // 60, "seconds": seconds % 60}
