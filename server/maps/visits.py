"""When a browser came here last: kept in a cookie of its own, and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse

COOKIE = "visit"
KEPT_S = 400 * 24 * 3600
PAUSE = timedelta(minutes=30)
SECONDS = re.compile(r"[0-9]{1,11}", re.ASCII)


@dataclass(frozen=True)
class Visit:
    """`before` is when the visit before this one ended, or None on the first; `seen_at` the last page of this one."""

    before: datetime | None
    seen_at: datetime

    @property
    def cookie(self) -> str:
        before = int(self.before.timestamp()) if self.before else 0
        return f"{before}.{int(self.seen_at.timestamp())}"


def visit_now(cookie: str, now: datetime) -> Visit:
    """The visit that a page seen `now` belongs to: after half an hour's pause a new one begins."""
    before_s, _, seen_s = cookie.partition(".")
    if not (SECONDS.fullmatch(before_s) and SECONDS.fullmatch(seen_s)) or int(seen_s) > now.timestamp():
        return Visit(None, now)
    seen_at = datetime.fromtimestamp(int(seen_s), UTC)
    if now - seen_at > PAUSE:
        return Visit(seen_at, now)
    before = datetime.fromtimestamp(int(before_s), UTC) if 0 < int(before_s) <= int(seen_s) else None
    return Visit(before, now)


def visit_of(request: HttpRequest, now: datetime) -> Visit:
    return visit_now(request.COOKIES.get(COOKIE, ""), now)


def remember(response: HttpResponse, visit: Visit) -> HttpResponse:
    secure = response.headers.get("Strict-Transport-Security") is not None
    response.set_cookie(COOKIE, visit.cookie, max_age=KEPT_S, httponly=True, samesite="Lax", secure=secure)
    return response
