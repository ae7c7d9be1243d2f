"""Pointing at a thing, for pages and for programs: from what they sent to the box that is looked for, and to the search."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from server.frames.models import Frame
from server.frames.queries import live_scorer
from server.labels.patches.kept import NotKept
from server.labels.patches.things import outlined
from server.search.asking import count_pointing, count_search, lasting_asker_of
from server.search.models import Box, Failure, PhotoSearch
from server.search.place import BadPlace, Place
from server.search.services import ask_by_thing


@dataclass(frozen=True)
class Boxed:
    """A box in drawings of 100 by 100, and as the address has it."""

    x: float
    y: float
    width: float
    height: float
    named: str


def boxed(box: Box) -> Boxed:
    x0, y0, x1, y1 = box
    named = ",".join(f"{edge:.4f}" for edge in box)
    return Boxed(100 * x0, 100 * y0, 100 * (x1 - x0), 100 * (y1 - y0), named)


def box_of(request: HttpRequest, frame: Frame, place: Place) -> Box:
    """The box that was drawn, or the one around what lies at the point. Raises NothingThere, NotKept and TooMany."""
    if place.box is not None or place.point is None:
        return place.box or (0.0, 0.0, 1.0, 1.0)
    count_pointing(request)
    return outlined(frame, live_scorer(), *place.point).box


def asked_by_thing(request: HttpRequest, frame: Frame, place: Place | None) -> PhotoSearch:
    """Begins the search. Raises BadPlace, NothingThere, NotKept and TooMany."""
    if place is None:
        raise BadPlace(_("Point at a thing in the picture first."))
    asker = lasting_asker_of(request)
    count_search(request, asker)
    return ask_by_thing(asker=asker, frame=frame, box=box_of(request, frame, place), point=place.point)


def said_to_visitors(reason: Exception) -> str:
    """Why nothing can be pointed at; what staff could do about it is no matter of visitors."""
    return str(Failure.NOT_KEPT.label) if isinstance(reason, NotKept) else str(reason)
