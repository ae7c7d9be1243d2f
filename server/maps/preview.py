"""The picture that other sites show beside a link to the map: its heat and lights over the streets, with names."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest, QueryDict
from django.urls import resolve
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from PIL import Image

from server.core.sql import fetch_rows
from server.houses.lists import Asked, fetch
from server.houses.queries import Box, RankedHouse, Ranking
from server.maps.poster import Ground, Label, Poster, View, areas_at, ways_at
from server.maps.queries import KEPT_S, key_of, neighbourhood_names
from server.maps.tiles.queries import extent_of_base

MOST_LIGHTS = 1500
MOST_NAMES = 12


def preview_png(asked: Asked) -> bytes:
    """A PNG of 1200 × 630 pixels, made once for the same question, houses and language."""
    key = key_of("preview", asked.without_place, get_language())
    drawn = cache.get(key)
    if drawn is None:
        drawn = draw_preview(asked.without_place)
        cache.set(key, drawn, KEPT_S)
    return bytes(drawn)


def draw_preview(asked: Asked) -> bytes:
    ranking = fetch(asked, limit=MOST_LIGHTS)
    view = View.over(box_of(ranking.houses) or extent_of_base())
    poster = Poster(view)
    poster.ground([Ground(**row) for row in fetch_rows("maps/preview_ground.sql", ground_asked(view))])
    season = ranking.season.name if ranking.season else ""
    for column, row in view.tiles():
        tile = heat_tile(view.zoom, column, row, season)
        if tile:
            poster.heat(tile, column, row)
    poster.lights([(house.lon, house.lat, house.points) for house in reversed(ranking.houses)])
    poster.names([Label(place["name"], place["lon"], place["lat"]) for place in named_places(ranking)])
    poster.title(_("Festivity Map"), caption(ranking))
    return poster.png()


def caption(ranking: Ranking) -> str:
    if ranking.season is None or not ranking.total:
        return _("The houses that shine at night")
    counted = ngettext("%(count)s house that shines", "%(count)s houses that shine", ranking.total)
    season = _("season %(name)s") % {"name": ranking.season.name}
    return f"{counted % {'count': ranking.total}} · {season}"


def named_places(ranking: Ranking) -> list[dict[str, Any]]:
    return neighbourhood_names(ranking.season)[:MOST_NAMES]


def box_of(houses: tuple[RankedHouse, ...]) -> Box | None:
    if not houses:
        return None
    lons, lats = [house.lon for house in houses], [house.lat for house in houses]
    return min(lons), min(lats), max(lons), max(lats)


def ground_asked(view: View) -> dict[str, object]:
    west, south, east, north = view.box
    sides = {"west": west, "south": south, "east": east, "north": north}
    kinds = {"kinds": ways_at(view.zoom), "areas": areas_at(view.zoom)}
    return {**sides, **kinds, "detail": view.degrees_per_pixel}


def heat_tile(zoom: int, x: int, y: int, season: str) -> Image.Image | None:
    """The site's own heat tile, as anyone gets it; None where it has none."""
    request = HttpRequest()
    request.method, request.user = "GET", AnonymousUser()
    request.GET = QueryDict(urlencode({"season": season} if season else {}))
    request.path = f"/tiles/heat/{zoom}/{x}/{y}.png"
    found = resolve(request.path)
    response = found.func(request, *found.args, **found.kwargs)
    if response.status_code != 200:
        return None
    return Image.open(io.BytesIO(response.content)).convert("RGBA")
