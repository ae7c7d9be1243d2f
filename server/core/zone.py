"""Times are UTC inside and the place's own on pages."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone


def in_the_places_zone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Pages and forms show and read times of PLACE_TIME_ZONE."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with timezone.override(ZoneInfo(settings.PLACE_TIME_ZONE)):
            return get_response(request)

    return middleware
