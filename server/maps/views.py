from __future__ import annotations

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page

from server.core.requests import refusing, wants_json
from server.houses.features import SeasonAskedSerializer, asked_of
from server.maps.page import map_context
from server.maps.preview import preview_png
from server.maps.queries import neighbourhood_names
from server.maps.search import find_places
from server.maps.visits import remember, visit_of


@gzip_page
@refusing
def map_page(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request, timezone.now())
    context = map_context(asked_of(request.GET), visit)
    return remember(render(request, "maps/map.html", context), visit)


@gzip_page
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@refusing
def embed(request: HttpRequest) -> HttpResponse:
    """The map alone, for a frame in a page of another site."""
    return render(request, "maps/embed.html", map_context(asked_of(request.GET), None))


def places(request: HttpRequest) -> HttpResponse:
    """The places whose names hold `?q=`."""
    words = request.GET.get("q", "")
    found = find_places(words)
    if wants_json(request):
        return JsonResponse({"places": [place.said for place in found]})
    return render(request, "maps/places.html", {"words": words, "places": found})


@gzip_page
@refusing
def names(request: HttpRequest) -> HttpResponse:
    """Where the names of the neighbourhoods stand on the map."""
    asked = SeasonAskedSerializer(data=request.GET)
    asked.is_valid(raise_exception=True)
    return JsonResponse({"neighbourhoods": neighbourhood_names(asked.validated_data.get("season"))})


@cache_control(public=True, max_age=600)
@refusing
def preview(request: HttpRequest) -> HttpResponse:
    """The picture that other sites show beside a link to the map."""
    return HttpResponse(preview_png(asked_of(request.GET)), content_type="image/png")
