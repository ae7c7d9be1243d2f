"""Pages of how a neighbourhood and a street stand, and of how points are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page

from server.frames.points import FestivityClass, house_limits, points, scale_of
from server.frames.queries import live_scorer
from server.houses.lists import Asked, ranked_list
from server.houses.models import Neighbourhood, Season, Street
from server.houses.places.story import Area, ranked_streets, story, street_of
from server.houses.queries import current_season, season_named, seasons_shown
from server.houses.standing import K, standing
from server.houses.worth.formula import WORTH

PER_PAGE = 25
EXAMPLE_POINTS = (30, 60, 90)
EXAMPLE_VOTES = (0, 3, 50, 300)
ORDERS = {"": "rank", "novelty": "novelty"}


@dataclass(frozen=True)
class Place:
    """What a page of places is about: an area, its name and address, and where the map shows it."""

    area: Area
    name: str
    here: str
    map_address: str
    within: Neighbourhood | None = None


@gzip_page
def neighbourhood(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Neighbourhood, slug=slug)
    inside = found.boundary.point_on_surface
    place = Place(
        area=Area(found),
        name=found.name,
        here=reverse("maps:neighbourhood", args=[slug]),
        map_address=f"{reverse('maps:map')}?neighbourhood={slug}#14/{inside.y:.5f}/{inside.x:.5f}",
    )
    return render_place(request, place)


@gzip_page
def street(request: HttpRequest, street: int) -> HttpResponse:
    """A street by any of its pieces. One without a name has no page."""
    found = get_object_or_404(Street.objects.exclude(name=""), pk=street)
    pieces = street_of(found)
    lon, lat = found.line[len(found.line) // 2]
    house = found.houses.filter(hidden=False).exclude(neighbourhood=None).first()
    place = Place(
        area=Area(streets=pieces),
        name=found.name,
        here=reverse("maps:street", args=[pieces[0]]),
        map_address=f"{reverse('maps:map')}#17/{lat:.5f}/{lon:.5f}",
        within=house.neighbourhood if house else None,
    )
    return render_place(request, place)


def how_points_are_made(request: HttpRequest) -> HttpResponse:
    return render(request, "maps/points.html", {"counted": how_it_is_counted()})


def render_place(request: HttpRequest, place: Place) -> HttpResponse:
    season = asked_season(request)
    context = {
        "name": place.name,
        "here": place.here,
        "map_address": place.map_address,
        "within": place.within,
        "streets": ranked_streets(season, place.area.neighbourhood)
        if season and place.area.neighbourhood
        else [],
        "stories": [told for one in seasons_shown() if (told := story(place.area, one)) and told.houses],
        **ranked(request, place.area, season),
    }
    return render(request, "maps/place.html", context)


def ranked(request: HttpRequest, area: Area, season: Season | None) -> dict[str, Any]:
    """A page of the area's list, its order, and its story."""
    order = request.GET.get("order", "") if request.GET.get("order", "") in ORDERS else ""
    asked = Asked(
        season=season, neighbourhood=area.neighbourhood, streets=area.streets, ordering=ORDERS[order]
    )
    page = Paginator(ranked_list(asked), PER_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "order": order,
        "season": season,
        "story": story(area, season),
        "any_synthetic": any(house.synthetic for house in page),
    }


def asked_season(request: HttpRequest) -> Season | None:
    """That of `?season=`, or the current one."""
    name = request.GET.get("season", "")
    season = season_named(name) if name and "\0" not in name else current_season()
    if name and season is None:
        raise Http404(_("There is no season of that name."))
    return season


def how_it_is_counted() -> dict[str, object]:
    """The numbers of the formula: those of the live scorer's card, and those that are the same for all."""
    scorer = live_scorer()
    card = scorer.card if scorer else {}
    return {
        "scorer": scorer,
        "scale": scale_of(card),
        "worth": WORTH,
        "k": K,
        "example_points": EXAMPLE_POINTS,
        "examples": [(n, [standing(worth, n) for worth in EXAMPLE_POINTS]) for n in EXAMPLE_VOTES],
        "classes": [
            (FestivityClass(name), points(limit, card)) for name, limit in house_limits(card).items()
        ],
    }
