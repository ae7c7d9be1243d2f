"""Who may enter which URL: the role stands in the URL table, beside the path."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

View = Callable[..., Any]


class Role(StrEnum):
    """ANYONE may enter; a MEMBER has signed in; an OWNER has signed in and finds only what is theirs; STAFF runs the site."""

    ANYONE = "anyone"
    MEMBER = "member"
    OWNER = "owner"
    STAFF = "staff"


def route(pattern: str, view: View, *, role: Role, name: str) -> URLPattern:
    """A URL of the site that only `role` may enter. An OWNER's view must read through an `owned_by` queryset."""
    return path(pattern, guard(view, role), name=name)


def guard(view: View, role: Role) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if role is Role.ANYONE:
            return view(request, *args, **kwargs)
        user = request.user
        if user.is_authenticated and (role is not Role.STAFF or user.is_staff):
            return view(request, *args, **kwargs)
        return refusal(request, signed_in=user.is_authenticated)

    guarded.role = role  # type: ignore[attr-defined]
    return guarded


def refusal(request: HttpRequest, *, signed_in: bool) -> HttpResponse:
    if request.path.startswith(("/api/", "/tiles/")):
        sentence = _("This needs a staff account.") if signed_in else _("Sign in first.")
        return JsonResponse({"detail": sentence}, status=403 if signed_in else 401)
    if signed_in:
        raise PermissionDenied(_("This page is for staff."))
    return redirect_to_login(request.get_full_path())
