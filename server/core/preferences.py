"""A visitor's language and units, kept in cookies of this site."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from server.core.units import COOKIE as UNITS_COOKIE
from server.core.units import Units

KEPT_S = 400 * 24 * 3600


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keeps `language` and `units`, as far as they are known ones, and goes back to `next`."""
    response = HttpResponseRedirect(way_back(request))
    language, units = request.POST.get("language", ""), request.POST.get("units", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        keep(request, response, settings.LANGUAGE_COOKIE_NAME, language)
    if units in Units.values:
        keep(request, response, UNITS_COOKIE, units)
    return response


def way_back(request: HttpRequest) -> str:
    """The page of this site that is named by `next`, else the map."""
    page = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours else "/"


def keep(request: HttpRequest, response: HttpResponse, name: str, chosen: str) -> None:
    response.set_cookie(name, chosen, max_age=KEPT_S, samesite="Lax", secure=request.is_secure())
