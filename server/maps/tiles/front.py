"""Tiles that anyone may have are answered before sessions, languages and policies are looked at: they need none of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from server.core.roles import Role

Answer = Callable[[HttpRequest], HttpResponseBase]
TILES = "/tiles/"


def tiles_first(get_response: Answer) -> Answer:
    """The middleware. Who may enter stands in the URL table; whatever is not open to anyone goes the long way."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(TILES):
            with suppress(Resolver404):
                view, _, asked = resolve(request.path_info)
                if "z" in asked and getattr(view, "role", None) is Role.ANYONE:
                    return view(request, **asked)
        return get_response(request)

    return middleware
