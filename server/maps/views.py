from __future__ import annotations

from csp.decorators import csp_replace
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page

from server.core.requests import refusing, wants_json
from server.frames.points import FestivityClass, house_limits, points, scale_of
from server.frames.queries import live_scorer
from server.houses.features import SeasonAskedSerializer, asked_of
from server.houses.lists import Asked, ranked_list
from server.houses.models import Neighbourhood
from server.houses.queries import current_season, ranked_neighbourhoods
from server.maps.page import map_context
from server.maps.preview import preview_png
from server.maps.queries import neighbourhood_names
from server.maps.search import find_places
from server.maps.visits import remember, visit_of

PER_PAGE = 25


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


@gzip_page
def leaderboard(request: HttpRequest) -> HttpResponse:
    """The list of `?neighbourhood=` or of the whole city, by pages."""
    slug = request.GET.get("neighbourhood", "")
    chosen = get_object_or_404(Neighbourhood, slug=slug) if slug else None
    page = Paginator(ranked_list(Asked(neighbourhood=chosen)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "any_synthetic": any(house.synthetic for house in page),
        "chosen": chosen,
        "season": current_season(),
        "neighbourhoods": ranked_neighbourhoods(),
        "counted": how_it_is_counted(),
    }
    return render(request, "maps/leaderboard.html", context)


def how_it_is_counted() -> dict[str, object]:
    """The numbers of the live scorer's card that the explanation of the points names."""
    scorer = live_scorer()
    card = scorer.card if scorer else {}
    return {
        "scorer": scorer,
        "scale": scale_of(card),
        "classes": [
            (FestivityClass(name), points(limit, card)) for name, limit in house_limits(card).items()
        ],
    }
