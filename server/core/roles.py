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
    """ANYONE may enter; a MEMBER has signed in; an OWNER has signed in and finds only what is theirs; a LABELLER was invited to
    label frames, or is staff; STAFF runs the site."""

    ANYONE = "anyone"
    MEMBER = "member"
    OWNER = "owner"
    LABELLER = "labeller"
    STAFF = "staff"


def route(pattern: str, view: View, *, role: Role, name: str) -> URLPattern:
    """A URL of the site that only `role` may enter. An OWNER's view must read through an `owned_by` queryset."""
    return path(pattern, guard(view, role), name=name)


def guard(view: View, role: Role) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if role is Role.ANYONE:
            return view(request, *args, **kwargs)
        if is_in_role(request.user, role):
            return view(request, *args, **kwargs)
        return refusal(request, role)

    guarded.role = role  # type: ignore[attr-defined]
    return guarded


def is_in_role(user: Any, role: Role) -> bool:
    """Whether an account may enter what is for `role`; an ANYONE needs none."""
    if role is Role.STAFF:
        return bool(user.is_authenticated and user.is_staff)
    return may_label(user) if role is Role.LABELLER else bool(user.is_authenticated)


def may_label(user: Any) -> bool:
    """Whether somebody may draw labels and see the frames to draw on: staff, and whoever they invited."""
    return bool(user.is_authenticated and (user.is_staff or user.is_labeller))


def refusal(request: HttpRequest, role: Role) -> HttpResponse:
    signed_in = request.user.is_authenticated
    if request.path.startswith(("/api/", "/tiles/")):
        sentence = needed(role) if signed_in else _("Sign in first.")
        return JsonResponse({"detail": sentence}, status=403 if signed_in else 401)
    if signed_in:
        raise PermissionDenied(needed(role) if role is Role.LABELLER else _("This page is for staff."))
    return redirect_to_login(request.get_full_path())


def needed(role: Role) -> str:
    """What an account lacks that is not let in."""
    if role is Role.LABELLER:
        return _("This is for those who label frames. Ask the staff for an invitation.")
    return _("This needs a staff account.")
