"""Every distance of a page goes through here."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext

from server.core.units import say_distance, units_of

register = template.Library()


@register.simple_tag(takes_context=True)
def distance(context: RequestContext, metres: float) -> str:
    """`{% distance metres %}` in the visitor's units."""
    return say_distance(metres, units_of(context["request"]))
