"""How a tile is sent: small, cached for a minute, and not at all when the browser has it already."""

from __future__ import annotations

import gzip
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

VECTOR_TILE = "application/vnd.mapbox-vector-tile"
PNG = "image/png"
CACHE_CONTROL = "public, max-age=60, stale-while-revalidate=60"


def tile_response(request: HttpRequest, content: bytes, content_type: str) -> HttpResponseBase:
    """200 with an ETag made of the content, 304 where the browser has this content, 204 for an empty tile."""
    if not content:
        return HttpResponse(status=204, headers={"Cache-Control": CACHE_CONTROL})
    headers = {"Cache-Control": CACHE_CONTROL, "ETag": etag_of(content)}
    response = HttpResponse(content, content_type=content_type, headers=headers)
    if content_type == VECTOR_TILE:
        squeeze(request, response)
    return get_conditional_response(request, etag=headers["ETag"], response=response) or response


def etag_of(content: bytes) -> str:
    """Weak, since a tile is the same whether it is sent gzipped or not."""
    return f'W/"{sha256(content).hexdigest()[:32]}"'


def squeeze(request: HttpRequest, response: HttpResponse) -> None:
    patch_vary_headers(response, ["Accept-Encoding"])
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = gzip.compress(response.content, compresslevel=6, mtime=0)
        response.headers["Content-Encoding"] = "gzip"


def refusal(sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=404, content_type="text/plain; charset=utf-8")
