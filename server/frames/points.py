"""The public scale: festivity in [0, 1] is shown as 0 to 100 points, and named in four classes.

The scale and the limits of the classes stand in the scorer's card.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

Card = Mapping[str, Any]
SCALE = 0.08
CLASS_LIMITS = {"some": 0.01, "many": 0.05, "most": 0.15}


class FestivityClass(TextChoices):
    """How festive, in words. The lower limits of the last three belong to the scorer."""

    NONE = "none", _("no lights")
    SOME = "some", _("some lights")
    MANY = "many", _("many lights")
    MOST = "most", _("most lights")


def points(festivity: float, card: Card) -> float:
    """100 * (1 - exp(-festivity / scale)), to one decimal: monotone, 0 for 0, below 100 but for the brightest."""
    return round(100 * (1 - exp(-festivity / scale_of(card))), 1)


def festivity_class(festivity: float, card: Card) -> FestivityClass:
    """Of a frame."""
    return class_within(festivity, class_limits(card))


def class_within(festivity: float, limits: Mapping[str, float]) -> FestivityClass:
    reached = [name for name in ("some", "many", "most") if festivity >= limits[name]]
    return FestivityClass(reached[-1]) if reached else FestivityClass.NONE


def scale_of(card: Card) -> float:
    """The festivity at which the scale reaches 63 points."""
    return float(card.get("points", {}).get("scale", SCALE))


def class_limits(card: Card) -> dict[str, float]:
    """The lowest festivity of a frame in each class above NONE."""
    return {**CLASS_LIMITS, **card.get("class_limits", {})}


def house_limits(card: Card) -> dict[str, float]:
    """The lowest festivity of a house in each class; a house below the first is not decorated, and not public."""
    return {
        name: float(limit) for name, limit in {**class_limits(card), **card.get("house_limits", {})}.items()
    }


def house_parameters(card: Card) -> dict[str, float]:
    """`scale`, and `some`, `many` and `most` of houses, as the SQL files take them."""
    return {"scale": scale_of(card), **house_limits(card)}
