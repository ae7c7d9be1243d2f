"""Who holds the state folder. The kernel frees the lock when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from .state import State, write_private


@dataclass(frozen=True)
class Holder:
    """What the holder tells others. `address` is set by `up` once it is READY, the URLs once the services are up."""

    pid: int
    command: str
    address: str = ""
    database_url: str = ""
    redis_url: str = ""

    @property
    def has_services(self) -> bool:
        return bool(self.database_url)


class Lock:
    """The one lock of a state folder."""

    def __init__(self, state: State, command: str) -> None:
        self.path = state.run / "lock"
        self.holder_path = state.run / "holder.json"
        self.command = command
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    def take(self) -> bool:
        """Takes the lock; False where a living process holds it."""
        descriptor = try_lock(self.path, fcntl.LOCK_EX)
        if descriptor is None:
            return False
        self._descriptor = descriptor
        self.tell(Holder(os.getpid(), self.command))
        return True

    def tell(self, holder: Holder) -> None:
        write_private(self.holder_path, json.dumps(asdict(holder)))

    def release(self) -> None:
        if self._descriptor is not None:
            self.holder_path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None


def read_holder(state: State) -> Holder | None:
    """Who holds the state folder, or None where nobody alive does."""
    descriptor = try_lock(state.run / "lock", fcntl.LOCK_SH)
    if descriptor is not None:
        os.close(descriptor)
        return None
    try:
        return Holder(**json.loads((state.run / "holder.json").read_text()))
    except FileNotFoundError:
        return None


@contextmanager
def counted_guest(state: State) -> Iterator[None]:
    """Marks a command that uses services which another process holds, so that their holder waits for it."""
    descriptor = os.open(state.run / "guests", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def has_guests(state: State) -> bool:
    descriptor = try_lock(state.run / "guests", fcntl.LOCK_EX)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def try_lock(path: Path, kind: int) -> int | None:
    """An open, locked descriptor of `path`, or None where another process has locked it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
