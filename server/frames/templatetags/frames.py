from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext

from server.drives.models import Drive
from server.frames.views import grid_context

register = template.Library()


@register.inclusion_tag("frames/grid.html", takes_context=True)
def frames_of(context: RequestContext, drive: Drive) -> dict[str, Any]:
    """The drive's frames as `?sort=` and `?page=` of the present page ask for them."""
    return {**grid_context(context["request"], drive), "csrf_token": context.get("csrf_token")}
