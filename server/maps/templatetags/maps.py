from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import template
from django.conf import settings

from server.core.zone import place_zone
from server.maps.legend import DRIVEN, legend
from server.maps.tiles.queries import WORLD, base_credits, edition, extent_of_base, extent_of_map

register = template.Library()


@register.simple_tag
def map_setup() -> dict[str, Any]:
    """What a map's script has to know: where to begin, the legend's colours, and whom to credit."""
    houses = extent_of_map(edition())
    return {
        "bounds": houses if houses != WORLD else extent_of_base(),
        "stops": legend(),
        "driven": asdict(DRIVEN),
        "zone": str(place_zone()),
        "credit": ", ".join(base_credits()),
        "own_base": {"url": settings.BASE_TILE_URL, "credit": settings.BASE_TILE_CREDIT},
    }
