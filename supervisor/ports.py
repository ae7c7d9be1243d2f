"""Loopback ports: which are free, and who sits on the others."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from pathlib import Path

from .pids import PROC, command_line


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts connections there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def keep_port(path: Path) -> int:
    """The port noted in `path`, or a free one that is noted there where that is taken or none is noted."""
    with suppress(FileNotFoundError, ValueError):
        noted = int(path.read_text())
        if is_free(noted):
            return noted
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    path.write_text(str(port))
    return port


def listener(port: int) -> str:
    """Who listens on a TCP port, as `process 12 (its command)`, or "" where the system does not tell."""
    inodes = {f"socket:[{inode}]" for inode in listening_inodes(port)}
    for folder in PROC.iterdir():
        if not folder.name.isdigit():
            continue
        with suppress(OSError):
            if any(str(link.readlink()) in inodes for link in (folder / "fd").iterdir()):
                return f"process {folder.name} ({command_line(int(folder.name))[:80]})"
    return ""


def listening_inodes(port: int) -> list[str]:
    """The socket inodes that /proc/net/tcp and tcp6 show in state 0A (LISTEN) on `port`."""
    found = []
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (PROC / "net" / table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and re.fullmatch(f"[0-9A-F]+:{port:04X}", fields[1]):
                    found.append(fields[9])
    return found
