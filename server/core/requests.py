from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from rest_framework.exceptions import ValidationError

from server.core.api import reasons

PART = "X-Part"
View = Callable[..., HttpResponse]


def wants_part(request: HttpRequest) -> bool:
    """Whether a script asks, which puts the changed part of the page in place itself instead of loading the page again."""
    return PART in request.headers


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def refusing(view: View) -> View:
    """Answers a question that the view cannot understand with 400 and the reason: as text to a script, else as a page."""

    @wraps(view)
    def refused(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *arguments, **named)
        except ValidationError as error:
            return refusal(request, reasons(error))

    return refused


def refusal(request: HttpRequest, sentence: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"detail": sentence}, status=400)
    if wants_part(request):
        return HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")
    return render(request, "400.html", {"reason": sentence}, status=400)
