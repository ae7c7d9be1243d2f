"""What the form "a tour from here" shows again of what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.houses.models import Neighbourhood
from server.tours.asking import LONGEST_MIN, SHORTEST_MIN
from server.tours.hours import lights_on
from server.tours.travel import By

USUAL_MIN = 45
QUICK_MIN = (30, 45, 60, 90)
MOST_NAMES = 500


def form_context(query: Mapping[str, str]) -> dict[str, Any]:
    minutes = query.get("minutes", "").strip()
    return {
        "said": {name: query.get(name, "")[:100] for name in ("from", "place", "in", "leave")},
        "minutes": minutes if minutes.isdecimal() and len(minutes) <= 4 else USUAL_MIN,
        "by": query.get("by") if query.get("by") in By.values else By.CAR.value,
        "ways": By.choices,
        "back": query.get("back", "") not in ("", "0") or not query,
        "shortest": SHORTEST_MIN,
        "longest": LONGEST_MIN,
        "quick": QUICK_MIN,
        "lights": lights_on(),
        "neighbourhoods": Neighbourhood.objects.order_by("name")[:MOST_NAMES],
    }
