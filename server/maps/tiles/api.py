"""Tiles, their TileJSON and a style: the map's are open to anyone, tracks are their driver's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from server.accounts.models import User
from server.maps.levels import DEEPEST
from server.maps.tiles import queries
from server.maps.tiles.cache import Kept
from server.maps.tiles.grid import NoTile, Tile, WrongTile, parse_tile
from server.maps.tiles.layers import SETS, VECTOR_TILE, TileSet
from server.maps.tiles.queries import UnknownSeason
from server.maps.tiles.responses import (
    ANYWHERE,
    PRIVATE,
    PUBLIC,
    has_already,
    headers_of,
    refusal,
    tile_response,
)
from server.maps.tiles.serving import kept_digest, kept_or_drawn, version_of
from server.maps.tiles.style import style
from server.maps.tiles.tilejson import DOCUMENTS, tilejson, unknown_layer

View = Callable[..., HttpResponseBase]


def refusing(view: View) -> View:
    """What cannot be answered is refused in a sentence."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except WrongTile:
            return refusal(_("z, x and y are whole numbers, as in /tiles/houses/14/2862/6606.mvt."), 400)
        except NoTile:
            return refusal(
                _("There is no such tile. Zooms and columns begin at 0, and TileJSON says how deep they go.")
            )
        except UnknownSeason:
            return refusal(_("There is no season of that name."))

    return answer


def tile_view(name: str) -> View:
    """The view of one set of tiles, as in "heat.png"."""
    tiles = SETS[name]

    @refusing
    def view(request: HttpRequest, z: str, x: str, y: str) -> HttpResponseBase:
        return public_tile(request, tiles, parse_tile(z, x, y, tiles.deepest))

    return view


def public_tile(request: HttpRequest, tiles: TileSet, tile: Tile) -> HttpResponseBase:
    shown = version_of(tiles, tile, request.GET.get("season"))
    if "If-None-Match" in request.headers:
        digest = kept_digest(tiles, tile, shown)
        if digest and has_already(request, digest):
            return HttpResponse(status=304, headers=headers_of(digest))
    return tile_response(request, kept_or_drawn(tiles, tile, shown), tiles.content_type)


@refusing
def tracks(request: HttpRequest, z: str, x: str, y: str) -> HttpResponseBase:
    tile = parse_tile(z, x, y, DEEPEST["tracks"])
    own = Kept.of(queries.tracks_tile(tile, driver_of(request).pk), squeeze=True)
    return tile_response(request, own, VECTOR_TILE, private=True)


def driver_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@refusing
def describe(request: HttpRequest, name: str) -> HttpResponseBase:
    document = DOCUMENTS.get(name)
    if document is None:
        return refusal(unknown_layer(name))
    shown = queries.edition(request.GET.get("season"))
    described = tilejson(document, shown, template_of(request, document.name, document.suffix))
    return JsonResponse(described, headers={"Cache-Control": PUBLIC, **ANYWHERE})


@refusing
def describe_tracks(request: HttpRequest) -> HttpResponseBase:
    bounds = queries.extent_of_tracks(driver_of(request).pk)
    template = template_of(request, "tracks", "mvt")
    described = tilejson(DOCUMENTS["tracks"], None, template, bounds=bounds)
    return JsonResponse(described, headers={"Cache-Control": PRIVATE})


@refusing
def describe_style(request: HttpRequest) -> HttpResponseBase:
    shown = queries.edition(request.GET.get("season"))
    described = style(shown, request.build_absolute_uri("/tiles/"), question_of(request))
    return JsonResponse(described, headers={"Cache-Control": PUBLIC, **ANYWHERE})


def template_of(request: HttpRequest, name: str, suffix: str) -> str:
    """The address of a layer's tiles with {z}, {x} and {y}."""
    layer = name.removesuffix("-png")
    address = request.build_absolute_uri(f"/tiles/{layer}/")
    return f"{address}{{z}}/{{x}}/{{y}}.{suffix}{question_of(request)}"


def question_of(request: HttpRequest) -> str:
    season = request.GET.get("season")
    return f"?{urlencode({'season': season})}" if season else ""
