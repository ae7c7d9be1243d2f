from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from server.frames.points import FestivityClass, house_limits, points, scale_of
from server.frames.queries import live_scorer
from server.houses.lists import Asked, ranked_list
from server.houses.models import Neighbourhood
from server.houses.queries import current_season, ranked_neighbourhoods
from server.houses.queries import leaderboard as houses_by_rank

IN_VIEW = 30
PER_PAGE = 25


def map_page(request: HttpRequest) -> HttpResponse:
    ranking = houses_by_rank(limit=IN_VIEW)
    context = {
        "ranking": ranking,
        "any_synthetic": any(house.synthetic for house in ranking.houses),
        "classes": how_it_is_counted()["classes"],
    }
    return render(request, "maps/map.html", context)


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
