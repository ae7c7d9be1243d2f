from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from server.core.api import read_box
from server.houses.around import around
from server.houses.queries import HousePage, house_page, leaderboard, season_named

IN_VIEW = 30


def house(request: HttpRequest, public_id: str) -> HttpResponse:
    page = page_or_404(request, public_id)
    return render(request, "houses/house.html", {"page": page, "around": around(page)})


def card(request: HttpRequest, public_id: str) -> HttpResponse:
    """The part of a house's page that the map opens in its popup."""
    return render(request, "houses/card.html", {"page": page_or_404(request, public_id)})


def houses_in_view(request: HttpRequest) -> HttpResponse:
    """The best houses of `?bbox=west,south,east,north`, as the list beside the map."""
    try:
        box = read_box(request.GET.get("bbox", ""))
    except ValidationError as error:
        return HttpResponseBadRequest(" ".join(map(str, error.detail)), content_type="text/plain")
    return render(request, "houses/list.html", {"ranking": leaderboard(box=box, limit=IN_VIEW)})


def page_or_404(request: HttpRequest, public_id: str) -> HousePage:
    """The house in `?season=`, or in the latest season that it has a score in."""
    name = request.GET.get("season", "")
    season = season_named(name) if name else None
    page = house_page(public_id, season) if season or not name else None
    if page is None:
        raise Http404(_("There is no such house on the map. It may have been taken off."))
    return page
