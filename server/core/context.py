from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from server.core.units import Units, units_of


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "base_tile_url": settings.BASE_TILE_URL,
        "base_tile_credit": settings.BASE_TILE_CREDIT,
        "languages": settings.LANGUAGES,
        "units": units_of(request),
        "all_units": Units.choices,
    }
