"""Geography that PostGIS does better lives in `server/<app>/sql/*.sql`; this reads it and asks it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

SERVER = Path(__file__).resolve().parent.parent


@cache
def read_sql(name: str) -> str:
    """The text of `server/<app>/sql/<file>.sql`, named "<app>/<file>.sql"."""
    app, file = name.split("/")
    return (SERVER / app / "sql" / file).read_text(encoding="utf-8")


def fetch_rows(name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every row of the named statement, as columns by name."""
    with connection.cursor() as cursor:
        cursor.execute(read_sql(name), parameters)
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def fetch_value(name: str, parameters: Mapping[str, Any]) -> Any:
    """The first column of the named statement's only row."""
    with connection.cursor() as cursor:
        cursor.execute(read_sql(name), parameters)
        return cursor.fetchone()[0]
