"""Distances and speeds as people read them: metric or imperial. The script's twin is static/js/distance.js."""

from __future__ import annotations

from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

COOKIE = "units"
METRES_PER_FOOT, METRES_PER_MILE = 0.3048, 1609.344
LANGUAGES_IN_MILES = ("en-us", "en-gb", "es-us", "es-pr")


class Units(TextChoices):
    METRIC = "metric", gettext_lazy("metres and kilometres")
    IMPERIAL = "imperial", gettext_lazy("feet and miles")


def units_of(request: HttpRequest) -> Units:
    """The units that were chosen, else those of the browser's first language."""
    chosen = request.COOKIES.get(COOKIE)
    if chosen in Units.values:
        return Units(chosen)
    first = request.headers.get("Accept-Language", "").partition(",")[0].partition(";")[0]
    return Units.IMPERIAL if first.strip().lower() in LANGUAGES_IN_MILES else Units.METRIC


def say_distance(metres: float, units: Units) -> str:
    """ "350 m", "1.2 km", "400 ft" or "0.8 mi": steps of 10 metres or 50 feet below a kilometre or a quarter of a mile,
    one decimal below ten kilometres or miles."""
    if units is Units.METRIC:
        if metres < 995:
            return _("%(number)s m") % {"number": number_format(round(metres, -1), 0)}
        return _("%(number)s km") % {"number": coarse(metres / 1000)}
    if metres < METRES_PER_MILE / 4:
        feet = round(metres / METRES_PER_FOOT / 50) * 50
        return _("%(number)s ft") % {"number": number_format(feet, 0)}
    return _("%(number)s mi") % {"number": coarse(metres / METRES_PER_MILE)}


def say_length(metres: float, units: Units) -> str:
    """ "14 m" or "46 ft", to the metre or foot: what stands before one."""
    if units is Units.METRIC:
        return _("%(number)s m") % {"number": number_format(round(metres), 0)}
    return _("%(number)s ft") % {"number": number_format(round(metres / METRES_PER_FOOT), 0)}


def say_area(square_metres: float, units: Units) -> str:
    """ "19 m²" or "205 sq ft"."""
    if units is Units.METRIC:
        return _("%(number)s m²") % {"number": number_format(round(square_metres), 0)}
    return _("%(number)s sq ft") % {"number": number_format(round(square_metres / METRES_PER_FOOT**2), 0)}


def coarse(number: float) -> str:
    digits = 1 if number < 9.95 else 0
    return number_format(round(number, digits), digits)


def say_speed(metres_per_second: float, units: Units) -> str:
    """ "36 km/h" or "22 mph"."""
    if units is Units.METRIC:
        return _("%(number)s km/h") % {"number": number_format(round(metres_per_second * 3.6), 0)}
    return _("%(number)s mph") % {
        "number": number_format(round(metres_per_second * 3600 / METRES_PER_MILE), 0)
    }
