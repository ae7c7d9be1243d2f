"""What the address of a tour asks for, and the address of what is asked for: `?stops=ID,ID&from=lat,lon`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from server.tours.order import LonLat

MOST_STOPS = 40
PLACE_DIGITS = 3  # about a hundred metres: enough to drive from, too little to say which door
PUBLIC_ID = re.compile(r"[0-9a-z]{1,16}", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """The public ids of the stops in their order, each once, and where the tour starts: at the first of them when None."""

    stops: tuple[str, ...] = ()
    start: LonLat | None = None

    def with_stops(self, stops: Sequence[str]) -> Asked:
        return Asked(tuple(stops), self.start)

    @property
    def query(self) -> str:
        """As it follows the question mark of an address."""
        asked = {"stops": ",".join(self.stops)} if self.stops else {}
        if self.start:
            lon, lat = self.start
            asked["from"] = f"{lat:.{PLACE_DIGITS}f},{lon:.{PLACE_DIGITS}f}"
        return urlencode(asked, safe=",")


def asked_of(query: Mapping[str, str]) -> Asked:
    """Raises ValidationError with a sentence for what is no list of houses and no place on earth."""
    return Asked(read_stops(query.get("stops", "")), read_start(query.get("from", "")))


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
