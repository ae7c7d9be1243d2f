"""The picture that other sites show beside a link to the map: its heat and lights over the streets, with names."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from PIL import Image

from server.core.sql import fetch_rows
from server.houses.lists import Asked, fetch
from server.houses.queries import Box, RankedHouse, Ranking
from server.maps.poster import Ground, Label, Poster, View, areas_at, ways_at
from server.maps.queries import KEPT_S, key_of, neighbourhood_names
from server.maps.tiles.grid import Tile
from server.maps.tiles.layers import SETS
from server.maps.tiles.queries import extent_of_base
from server.maps.tiles.serving import kept_or_drawn, version_of

MOST_LIGHTS = 1500
MOST_NAMES = 12


def preview_png(asked: Asked) -> bytes:
    """A PNG of 1200 × 630 pixels, made once for the same question, houses and language; nobody's last visit is part of it."""
    shown = replace(asked.without_place, since=None)
    key = key_of("preview", shown, get_language())
    drawn = cache.get(key)
    if drawn is None:
        drawn = draw_preview(shown)
        cache.set(key, drawn, KEPT_S)
    return bytes(drawn)


def draw_preview(asked: Asked) -> bytes:
    ranking = fetch(asked, limit=MOST_LIGHTS)
    view = View.over(box_of(ranking.houses) or extent_of_base())
    poster = Poster(view)
    poster.ground([Ground(**row) for row in fetch_rows("maps/preview_ground.sql", ground_asked(view))])
    for column, row in view.tiles():
        heat = heat_tile(Tile(view.zoom, column, row), ranking.season.name if ranking.season else None)
        if heat:
            poster.heat(heat, column, row)
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


def heat_tile(tile: Tile, season: str | None) -> Image.Image | None:
    """The site's own heat tile, as anyone gets it; None where it has none."""
    pictures = SETS["heat.png"]
    found = kept_or_drawn(pictures, tile, version_of(pictures, tile, season))
    return Image.open(io.BytesIO(found.body)).convert("RGBA") if found.body else None
