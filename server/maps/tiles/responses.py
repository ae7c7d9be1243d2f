"""How a tile is sent: small, asked for again after a second, and not at all when the browser has it already."""

from __future__ import annotations

import gzip

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from server.maps.tiles.cache import Kept
from server.maps.tiles.layers import VECTOR_TILE

PUBLIC = "public, max-age=1, must-revalidate"
PRIVATE = "private, no-cache"
ANYWHERE = {"Access-Control-Allow-Origin": "*"}


def headers_of(digest: str, *, private: bool = False) -> dict[str, str]:
    """The ETag is weak, since a tile is the same whether it is sent gzipped or not."""
    named = {"ETag": etag_of(digest)} if digest else {}
    return {**named, "Cache-Control": PRIVATE} if private else {**named, "Cache-Control": PUBLIC, **ANYWHERE}


def etag_of(digest: str) -> str:
    return f'W/"{digest}"'


def has_already(request: HttpRequest, digest: str | None) -> bool:
    """Whether the browser said that it has the tile of this digest."""
    asked = request.headers.get("If-None-Match")
    if not asked or not digest:
        return False
    known = parse_etags(asked)
    return "*" in known or any(etag.removeprefix("W/") == f'"{digest}"' for etag in known)


def tile_response(
    request: HttpRequest, tile: Kept, content_type: str, *, private: bool = False
) -> HttpResponseBase:
    """200 with an ETag made of the content, 304 where the browser has this content, 204 for an empty tile."""
    if not tile.body:
        return HttpResponse(status=204, headers=headers_of("", private=private))
    headers = headers_of(tile.digest, private=private)
    if has_already(request, tile.digest):
        return HttpResponse(status=304, headers=headers)
    response = HttpResponse(tile.body, content_type=content_type, headers=headers)
    if content_type == VECTOR_TILE:
        unpack_for_others(request, response)
    if private:
        patch_vary_headers(response, ["Cookie"])
    response.headers["Content-Length"] = str(len(response.content))
    return response


def unpack_for_others(request: HttpRequest, response: HttpResponse) -> None:
    """Vector tiles are kept gzipped."""
    patch_vary_headers(response, ["Accept-Encoding"])
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.content = gzip.decompress(response.content)


def refusal(sentence: str, status: int = 404) -> HttpResponse:
    content = sentence.encode()
    headers = {**ANYWHERE, "Content-Length": str(len(content))}
    return HttpResponse(content, status=status, content_type="text/plain; charset=utf-8", headers=headers)
