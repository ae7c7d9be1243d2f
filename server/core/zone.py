"""Times are UTC inside and the place's own on pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
"""The evenings that may be asked for."""


def place_zone() -> ZoneInfo:
    return ZoneInfo(settings.PLACE_TIME_ZONE)


def evening_moments(on: date) -> tuple[datetime, datetime]:
    """From noon of the date to the next noon, which is no longer of that evening."""
    noon = datetime.combine(on, time(12), place_zone())
    return noon, datetime.combine(on + timedelta(days=1), time(12), place_zone())


def in_the_places_zone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Pages and forms show and read times of PLACE_TIME_ZONE."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with timezone.override(place_zone()):
            return get_response(request)

    return middleware
