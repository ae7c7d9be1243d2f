"""Lengths, times and speeds of drives as pages say them."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def kilometres(length_m: float) -> str:
    return _("%s km") % number_format(length_m / 1000, decimal_pos=1 if length_m >= 1000 else 2)


@register.filter
def kilometres_per_hour(speed_m_s: float | None) -> str:
    return "–" if speed_m_s is None else _("%s km/h") % number_format(speed_m_s * 3.6, decimal_pos=0)


@register.filter
def hours(duration: timedelta) -> str:
    """Hours and minutes, and below an hour minutes and seconds."""
    seconds = round(duration.total_seconds())
    if seconds >= 3600:
        return _("%(hours)s h %(minutes)s min") % {"hours": seconds // 3600, "minutes": seconds % 3600 // 60}
    return _("%(minutes)s min %(seconds)s s") % {"minutes": seconds // 60, "seconds": seconds % 60}
