from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page

from server.core.requests import refusing
from server.houses.around import around
from server.houses.features import asked_of
from server.houses.lists import IN_VIEW, fetch, lights_of
from server.houses.queries import HousePage, class_counts, house_page, present_id, season_named

AT_MOST = 5000


def moved_on(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address of a house that was merged leads to the one that it is, for good."""

    @wraps(view)
    def moved(request: HttpRequest, public_id: str) -> HttpResponse:
        present = present_id(public_id)
        if present == public_id:
            return view(request, public_id)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(request.path.replace(public_id, present) + query, permanent=True)

    return moved


@moved_on
def house(request: HttpRequest, public_id: str) -> HttpResponse:
    page = page_or_404(request, public_id)
    return render(request, "houses/house.html", {"page": page, "around": around(page)})


@moved_on
def card(request: HttpRequest, public_id: str) -> HttpResponse:
    """The part of a house's page that the map opens in its popup."""
    embedded = "embedded" in request.GET
    return render(
        request, "houses/card.html", {"page": page_or_404(request, public_id), "embedded": embedded}
    )


@gzip_page
@refusing
def houses_in_view(request: HttpRequest) -> HttpResponse:
    """The best houses of `?bbox=west,south,east,north` that pass the filters, as the list beside the map."""
    asked = asked_of(request.GET)
    counts = class_counts(asked.wanted, asked.season)
    ranking = fetch(asked, limit=IN_VIEW)
    return render(request, "houses/list.html", {"ranking": ranking, "counts": counts, "asked": asked})


@gzip_page
@refusing
def lights(request: HttpRequest) -> HttpResponse:
    """The houses that pass the filters wherever they are, the brightest first, for the map to draw."""
    found = fetch(replace(asked_of(request.GET), bbox=None), limit=AT_MOST)
    return JsonResponse({"total": found.total, "houses": lights_of(found)})


def page_or_404(request: HttpRequest, public_id: str) -> HousePage:
    """The house in `?season=`, or in the latest season that it has a score in."""
    name = request.GET.get("season", "")
    season = season_named(name) if name else None
    page = house_page(public_id, season) if season or not name else None
    if page is None:
        raise Http404(_("There is no such house on the map. It may have been taken off."))
    return page
