"""How somebody goes on a tour, and what takes how long."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from server.houses.models import Street

ROAD_PER_STRAIGHT = 1.3
STOP_S = 60.0
FAST_ROADS = ("motorway", "motorway_link")
NOT_IMPORTED = (Street.DRIVEN,)  # pieces of tracks, which need not meet where the streets do
FOR_FEET = ("footway", "path", "steps", "cycleway", "pedestrian", "bridleway", "corridor")


class By(TextChoices):
    CAR = "car", _("by car")
    FOOT = "foot", _("on foot")

    @property
    def speed_m_s(self) -> float:
        """25 km/h through streets with people and lights, 4.5 km/h on foot."""
        return 25 / 3.6 if self is By.CAR else 4.5 / 3.6

    @property
    def may_not_take(self) -> tuple[str, ...]:
        """Kinds of streets, as OSM's `highway` names them."""
        never = (*NOT_IMPORTED, *FAST_ROADS)
        return (*never, *FOR_FEET) if self is By.CAR else (*never, "trunk", "trunk_link")
