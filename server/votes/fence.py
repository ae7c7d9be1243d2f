"""Where votes are taken from one place only: whoever votes says a position in or near it. It is not kept, that it was said is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection

SAID = "votes_from_here_until"
LASTS = timedelta(hours=12)
NEAR = "SELECT ST_DWithin(ST_GeomFromGeoJSON(%s)::geography, ST_MakePoint(%s, %s)::geography, %s)"


def fenced() -> bool:
    return bool(settings.VOTE_WITHIN)


def is_near(lon: float, lat: float) -> bool:
    """Whether a place (degrees) lies in the boundary of votes, or within its margin."""
    with connection.cursor() as cursor:
        cursor.execute(NEAR, [settings.VOTE_WITHIN, lon, lat, settings.VOTE_WITHIN_M])
        return bool(cursor.fetchone()[0])


def say_near(session: SessionBase, at: datetime) -> None:
    session[SAID] = (at + LASTS).timestamp()


def may_vote_from_here(session: SessionBase, at: datetime) -> bool:
    return not fenced() or float(session.get(SAID, 0)) > at.timestamp()
