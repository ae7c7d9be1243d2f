"""A one-time password opens one page only: the one where it is changed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _


def change_password_first(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Leads a user with `must_change_password` to the password page; the API answers 403 with the reason."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not getattr(request.user, "must_change_password", False) or is_open(request.path):
            return get_response(request)
        if request.path.startswith("/api/"):
            return JsonResponse(
                {"detail": _("Change the one-time password on the site first.")},
                status=403,
            )
        return redirect("accounts:password")

    return middleware


def is_open(path: str) -> bool:
    return path in (
        reverse("accounts:password"),
        reverse("accounts:sign-out"),
    ) or path.startswith(("/static/", "/health/"))
