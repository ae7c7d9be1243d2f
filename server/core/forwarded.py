"""What proxies say of a request, believed only where FESTIVITY_PROXIES says that there are some."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HOST, PROTO = "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO"


def as_the_proxy_said(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Leaves of the forwarded host and scheme what the first of our own proxies said, and nothing where there is none.

    Without a proxy whoever asks could name another host for the links in an answer. A proxy that adds to a header instead of
    replacing it leaves what the client had written before its own word.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        for header in (HOST, PROTO):
            if header in request.META:
                believe(request, header)
        return get_response(request)

    return middleware


def believe(request: HttpRequest, header: str) -> None:
    said = [word.strip() for word in request.META[header].split(",")]
    if settings.PROXIES:
        request.META[header] = said[-min(settings.PROXIES, len(said))]
    elif header == HOST or not settings.SECURE_SSL:
        del request.META[header]
