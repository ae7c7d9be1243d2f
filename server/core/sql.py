from __future__ import annotations

from functools import cache
from pathlib import Path

SERVER = Path(__file__).resolve().parent.parent


@cache
def read_sql(name: str) -> str:
    """The text of `server/<app>/sql/<file>.sql`, named "<app>/<file>.sql"."""
    app, file = name.split("/")
    return (SERVER / app / "sql" / file).read_text(encoding="utf-8")
