"""Tiles and their TileJSON, open to anyone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from server.frames.points import SCALE, scale_of
from server.maps.tiles import queries
from server.maps.tiles.grid import MAX_ZOOM, Tile
from server.maps.tiles.heat import Cells, draw
from server.maps.tiles.queries import UnknownSeason
from server.maps.tiles.responses import CACHE_CONTROL, PNG, VECTOR_TILE, refusal, tile_response
from server.maps.tiles.tilejson import LAYERS, tilejson, unknown_layer

Drawing = Callable[[Tile, str | None], bytes]
TileView = Callable[[HttpRequest, int, int, int], HttpResponseBase]


def tile_view(content_type: str) -> Callable[[Drawing], TileView]:
    """A view that sends what the function makes of a tile and the name of the season asked for."""

    def decorate(drawing: Drawing) -> TileView:
        @require_safe
        @wraps(drawing)
        def view(request: HttpRequest, z: int, x: int, y: int) -> HttpResponseBase:
            tile = Tile(z, x, y)
            if not tile.exists:
                return refusal(_("There is no such tile: zooms go from 0 to %(zoom)s.") % {"zoom": MAX_ZOOM})
            try:
                return tile_response(request, drawing(tile, request.GET.get("season")), content_type)
            except UnknownSeason:
                return refusal(_("There is no season of that name."))

        return view

    return decorate


@tile_view(VECTOR_TILE)
def houses(tile: Tile, season: str | None) -> bytes:
    shown = queries.edition(season)
    return queries.houses_tile(tile, shown) if shown else b""


@tile_view(VECTOR_TILE)
def neighbourhoods(tile: Tile, season: str | None) -> bytes:
    shown = queries.edition(season)
    return queries.neighbourhoods_tile(tile, shown) if shown else b""


@tile_view(VECTOR_TILE)
def base(tile: Tile, season: str | None) -> bytes:
    return queries.base_tile(tile)


@tile_view(PNG)
def heat(tile: Tile, season: str | None) -> bytes:
    shown = queries.edition(season)
    if shown is None:
        return draw(tile, Cells.none(), SCALE)
    return draw(tile, queries.heat_cells(tile, shown), scale_of(shown.scorer.card))


@require_safe
def describe(request: HttpRequest, name: str) -> HttpResponseBase:
    layer = LAYERS.get(name)
    if layer is None:
        return refusal(unknown_layer(name))
    season = request.GET.get("season")
    try:
        shown = queries.edition(season)
    except UnknownSeason:
        return refusal(_("There is no season of that name."))
    address = request.build_absolute_uri(request.path).removesuffix(".json")
    question = f"?{urlencode({'season': season})}" if season else ""
    document = tilejson(layer, shown, f"{address}/{{z}}/{{x}}/{{y}}.{layer.suffix}{question}")
    return JsonResponse(document, headers={"Cache-Control": CACHE_CONTROL})
