from __future__ import annotations

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser

from server.core import roles
from server.frames.models import Frame
from server.labelling import rounds
from server.labelling.queries import asked_in
from server.labelling.strip import Strip, strip_of

register = template.Library()


@register.filter
def may_label(user: Any) -> bool:
    """False for nobody, and where a page is drawn without a request."""
    return roles.may_label(user or AnonymousUser())


@register.inclusion_tag("labelling/link.html", takes_context=True)
def label_link(context: dict[str, Any], frame: str) -> dict[str, Any]:
    """The way to a frame's desk (public id), for those who may label; nothing for everyone else."""
    return {"frame": frame if may_label(person_in(context)) else ""}


@register.simple_tag(takes_context=True)
def queue_strip(context: dict[str, Any], frame: Frame) -> Strip | None:
    """What the desk says of the queue; a frame that is opened from the queue begins a round there, if it is in none."""
    user = person_in(context)
    if not may_label(user):
        return None
    request = context["request"]
    if request.GET.get("from") == "queue":
        found, asked = rounds.current(request.session), asked_in(request.GET)
        if found is None or found.asked != asked or not found.place_of(frame.public_id):
            rounds.begin(request.session, user, asked, frame.public_id)
    return strip_of(request.session, user, frame)


def person_in(context: dict[str, Any]) -> Any:
    return getattr(context.get("request"), "user", None)
