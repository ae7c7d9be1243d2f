"""Where a tour is to start: a place in degrees, a neighbourhood, or words that name a street or a neighbourhood."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from server.houses.models import Neighbourhood
from server.houses.queries import Box
from server.tours.asked import PLACE_DIGITS
from server.tours.asking import read_start
from server.tours.order import LonLat

FindBox = Callable[[str], Box | None]
"""Of words the box of the place that they name best; None where they name none."""


def start_of(query: Mapping[str, str], find_box: FindBox) -> LonLat | None:
    """What the query says first of `from`, `place` and `in`; None where it says none. Raises ValidationError."""
    place = read_start(query.get("from", ""))
    words, slug = (query.get(name, "").replace("\0", "").strip() for name in ("place", "in"))
    if place or not (words or slug):
        return place
    return place_called(words, find_box) if words else middle_of(slug)


def place_called(words: str, find_box: FindBox) -> LonLat:
    box = find_box(words)
    if box is None:
        raise ValidationError(
            _(
                "No neighbourhood or street here is called “%(words)s”. Try fewer letters, or press on the map."
            )
            % {"words": words[:60]}
        )
    west, south, east, north = box
    return rounded((west + east) / 2, (south + north) / 2)


def middle_of(slug: str) -> LonLat:
    """A place within the neighbourhood."""
    neighbourhood = Neighbourhood.objects.filter(slug=slug).first()
    if neighbourhood is None:
        raise ValidationError(_("This neighbourhood is not known here. Choose another start."))
    inside = neighbourhood.boundary.point_on_surface
    return rounded(inside.x, inside.y)


def rounded(lon: float, lat: float) -> LonLat:
    return round(lon, PLACE_DIGITS), round(lat, PLACE_DIGITS)
