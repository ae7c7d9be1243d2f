from __future__ import annotations

from django.http import HttpRequest

PART = "X-Part"


def wants_part(request: HttpRequest) -> bool:
    """Whether a script asks, which puts the changed part of the page in place itself instead of loading the page again."""
    return PART in request.headers
