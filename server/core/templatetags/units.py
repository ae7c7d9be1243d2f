"""Every distance and speed of a page goes through here."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext

from server.core.units import say_area, say_distance, say_length, say_speed, units_of

register = template.Library()


@register.simple_tag(takes_context=True)
def distance(context: RequestContext, metres: float) -> str:
    """`{% distance metres %}` in the visitor's units."""
    return say_distance(metres, units_of(context["request"]))


@register.simple_tag(takes_context=True)
def speed(context: RequestContext, metres_per_second: float | None) -> str:
    """`{% speed metres_per_second %}`; a dash where it is not known."""
    return "–" if metres_per_second is None else say_speed(metres_per_second, units_of(context["request"]))


@register.simple_tag(takes_context=True)
def length(context: RequestContext, metres: float) -> str:
    """`{% length metres %}`, to the metre or foot."""
    return say_length(metres, units_of(context["request"]))


@register.simple_tag(takes_context=True)
def area(context: RequestContext, square_metres: float) -> str:
    """`{% area square_metres %}` in the visitor's units."""
    return say_area(square_metres, units_of(context["request"]))
