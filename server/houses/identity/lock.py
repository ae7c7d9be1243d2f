"""What keeps apart those who read which house a sighting shows in order to change it."""

from __future__ import annotations

from django.db import connection


def lock_identity() -> None:
    """One at a time finds, places, merges or hides houses, until the transaction ends: two drives down one street do not both
    found the same house, and nothing is hidden that has just become another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('identify'))")
