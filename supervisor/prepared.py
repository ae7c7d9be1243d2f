"""Whether schema and static files are as the checkout wants them, without starting Django to find out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .commands import Commands
from .environment import lock_path, python_path
from .services import Services
from .state import State


def checkout_hash(state: State) -> str:
    """One hash over everything that `manage.py prepare` looks at: settings, models, migrations, static files, lock."""
    whole = hashlib.sha256()
    for path in sorted(prepared_paths(state)):
        whole.update(str(path.relative_to(state.checkout)).encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def prepared_paths(state: State) -> Iterator[Path]:
    yield lock_path(state, "run")
    for pattern in (
        "server/settings.py",
        "server/*/migrations/*.py",
        "server/*/models.py",
        "server/*/management/commands/*.py",
    ):
        yield from state.checkout.glob(pattern)
    yield from (path for path in (state.checkout / "static").rglob("*") if path.is_file())


def stamp_path(services: Services) -> Path | None:
    """Beside our own cluster, so that it goes when the database goes. For a foreign database there is none."""
    return services.cluster.home / "prepared.json" if services.cluster else None


def is_prepared(state: State, services: Services) -> bool:
    stamp = read_stamp(services)
    return state.static.is_dir() and stamp.get("checkout") == checkout_hash(state)


def read_stamp(services: Services) -> dict[str, object]:
    path = stamp_path(services)
    return dict(json.loads(path.read_text())) if path and path.exists() else {}


def write_stamp(services: Services, **facts: object) -> None:
    path = stamp_path(services)
    if path:
        path.write_text(json.dumps(read_stamp(services) | facts))


@dataclass(frozen=True)
class Prepared:
    """What `manage.py prepare` reports: sentences for the operator, and how many drives the database holds."""

    sentences: list[str]
    drives: int


def prepare(state: State, services: Services, commands: Commands) -> Prepared:
    """Migrates, collects static files and makes the first account, in one Django start."""
    argv = [str(python_path(state)), str(state.checkout / "manage.py"), "prepare"]
    lines = commands.answer("manage.py prepare", argv, state.log("prepare"))
    prepared = Prepared(lines[:-1], int(json.loads(lines[-1])["drives"]))
    write_stamp(services, checkout=checkout_hash(state), drives=prepared.drives)
    return prepared
