"""Where on a frame somebody pointed, read from what a page or a program sent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from server.search.models import Box

SMALLEST = 0.005


class BadPlace(Exception):
    """What was sent is no place in a picture; the message is a sentence for its sender."""


@dataclass(frozen=True)
class Place:
    """A point that was clicked, a box around the thing, or both; in [0, 1] of the picture, y down."""

    point: tuple[float, float] | None = None
    box: Box | None = None


def place_in(query: Mapping[str, str]) -> Place | None:
    """`x` and `y`, and `box` as four numbers with commas; None where none of them was sent. Raises BadPlace."""
    words = {name: query.get(name, "") for name in ("x", "y", "box")}
    if not any(words.values()):
        return None
    point = numbers([words["x"], words["y"]]) if words["x"] or words["y"] else None
    return read_place(point, numbers(words["box"].split(",")) if words["box"] else None)


def numbers(words: Sequence[str]) -> list[float]:
    """Raises BadPlace."""
    try:
        return [float(word) for word in words]
    except ValueError:
        raise BadPlace(outside()) from None


def read_place(point: Sequence[float] | None, box: Sequence[float] | None) -> Place:
    """Raises BadPlace for what does not lie in the picture, and where there is neither."""
    if point is None and box is None:
        raise BadPlace(_("Point at a thing in the picture first."))
    for given, count in ((point, 2), (box, 4)):
        if given is not None and not (len(given) == count and all(map(in_picture, given))):
            raise BadPlace(outside())
    return Place((point[0], point[1]) if point else None, read_box(box) if box is not None else None)


def in_picture(number: float) -> bool:
    return math.isfinite(number) and 0 <= number <= 1


def read_box(box: Sequence[float]) -> Box:
    x0, y0, x1, y1 = box
    if x1 - x0 < SMALLEST or y1 - y0 < SMALLEST:
        raise BadPlace(
            _("The box is too small, or its corners are the wrong way round. Draw it around the thing.")
        )
    return x0, y0, x1, y1


def outside() -> str:
    return _("Point into the picture: x and y lie between 0 and 1, a box is left, top, right and bottom.")
