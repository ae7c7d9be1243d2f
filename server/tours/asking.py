"""Reads what the address of a tour asks for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import time

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from server.tours.asked import MOST_STOPS, PLACE_DIGITS, Asked
from server.tours.order import LonLat
from server.tours.travel import By

SHORTEST_MIN, LONGEST_MIN = 10, 300
PUBLIC_ID = re.compile(r"[0-9a-z]{1,16}", re.ASCII)
CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
MINUTES = re.compile(r"[0-9]{1,4}", re.ASCII)


def asked_of(query: Mapping[str, str]) -> Asked:
    """Raises ValidationError with a sentence for what is no list of houses, no place on earth, no time."""
    return Asked(
        stops=read_stops(query.get("stops", "")),
        start=read_start(query.get("from", "")),
        by=read_by(query.get("by", "")),
        back=query.get("back", "") not in ("", "0"),
        minutes=read_minutes(query.get("minutes", "")),
        leave=read_clock(query.get("leave", "")),
    )


def read_stops(text: str) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(filter(None, text.split(","))))
    if len(named) > MOST_STOPS:
        raise ValidationError(_("A tour has at most %(most)d stops. Take some out.") % {"most": MOST_STOPS})
    if not all(PUBLIC_ID.fullmatch(name) for name in named):
        raise ValidationError(
            _("Name the stops by the letters and digits of their pages, with commas between.")
        )
    return named


def read_start(text: str) -> LonLat | None:
    """The place, rounded to about a hundred metres however exactly it was given; None for an empty text."""
    if not text:
        return None
    try:
        lat, lon = (float(number) for number in text.split(","))
    except ValueError:
        raise ValidationError(_("Give the start as latitude,longitude in degrees.")) from None
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        raise ValidationError(_("The start lies within 90 degrees of latitude and 180 of longitude."))
    return round(lon, PLACE_DIGITS), round(lat, PLACE_DIGITS)


def read_by(text: str) -> By:
    if text not in ("", *By.values):
        raise ValidationError(_("A tour is by car or on foot: by=car or by=foot."))
    return By(text or By.CAR)


def read_minutes(text: str) -> int | None:
    if not text.strip():
        return None
    minutes = int(text) if MINUTES.fullmatch(text.strip()) else -1
    if not SHORTEST_MIN <= minutes <= LONGEST_MIN:
        raise ValidationError(
            _("Give the time as a whole number of minutes between %(shortest)d and %(longest)d.")
            % {"shortest": SHORTEST_MIN, "longest": LONGEST_MIN}
        )
    return minutes


def read_clock(text: str) -> time | None:
    if not text.strip():
        return None
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValidationError(_("Give the time to leave as hours and minutes, such as 18:30."))
    return time(int(found[1]), int(found[2]))
