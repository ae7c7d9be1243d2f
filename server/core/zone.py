"""Times are UTC inside and the place's own on pages: the zone that the operator names, else that of the places driven."""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
"""The evenings that may be asked for."""
UNNAMED = "UTC"
"""What PLACE_TIME_ZONE says where nobody has named a zone; whoever wants pages in UTC names Etc/UTC."""
KEPT_S = 60.0
_finders: list[Callable[[], str]] = []
_found: list[tuple[float, str]] = []


def ask_for_zone(finder: Callable[[], str]) -> None:
    """Names the function that knows the zone of most of what is shown; "" while nothing is."""
    _finders[:] = [finder]


def forget_zone() -> None:
    _found.clear()


def place_zone() -> ZoneInfo:
    """The zone of pages, evenings and seasons: PLACE_TIME_ZONE, else where most drives were driven, else UTC."""
    named = settings.PLACE_TIME_ZONE
    return ZoneInfo((zone_found() if named == UNNAMED else named) or UNNAMED)


def zone_found() -> str:
    """What the finder says; it is asked once a minute by each process."""
    now = clock.monotonic()
    if not _found or now - _found[0][0] > KEPT_S:
        _found[:] = [(now, _finders[0]() if _finders else "")]
    return _found[0][1]


def evening_moments(on: date) -> tuple[datetime, datetime]:
    """From noon of the date to the next noon, which is no longer of that evening."""
    noon = datetime.combine(on, time(12), place_zone())
    return noon, datetime.combine(on + timedelta(days=1), time(12), place_zone())


def in_the_places_zone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Pages and forms show and read times of the place."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with timezone.override(place_zone()):
            return get_response(request)

    return middleware
