"""Geography that PostGIS does better lives in `server/<app>/sql/*.sql`; this reads it and asks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import Cursor
from psycopg.rows import dict_row

COMMENT = re.compile(r"^ *--.*\n", re.MULTILINE)
OPTIONAL = re.compile(r"^.* -- if (\w+)\n", re.MULTILINE)
SERVER = Path(__file__).resolve().parent.parent


@cache
def read_sql(name: str) -> str:
    """The statement of `server/<app>/sql/<file>.sql`, named "<app>/<file>.sql", without its comments."""
    app, file = name.split("/")
    return COMMENT.sub("", (SERVER / app / "sql" / file).read_text(encoding="utf-8"))


@cache
def statement_with(name: str, given: frozenset[str]) -> str:
    """The statement without the lines that end in `-- if NAME`, unless that name is given.

    A condition that is not there costs nothing, and the database plans the statement by those that are.
    """
    return OPTIONAL.sub(lambda line: line[0] if line[1] in given else "", read_sql(name))


def fetch_rows(name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every row of the named statement, as columns by name. Parameters that are None or False leave optional lines out."""
    given = frozenset(name for name, value in parameters.items() if value is not None and value is not False)
    with connection.cursor() as cursor:
        cursor.execute(statement_with(name, given), parameters)
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def fetch_prepared(name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """As fetch_rows, for a short statement that is asked all the time: the database plans it once per connection.

    Numbers arrive there as small as they are, so that the statement may compare them, not reckon with them.
    """
    connection.ensure_connection()
    with Cursor(connection.connection, row_factory=dict_row) as cursor:
        return cursor.execute(read_sql(name), parameters, prepare=True).fetchall()


def fetch_value(name: str, parameters: Mapping[str, Any]) -> Any:
    """The first column of the named statement's only row."""
    with connection.cursor() as cursor:
        cursor.execute(read_sql(name), parameters)
        return cursor.fetchone()[0]
