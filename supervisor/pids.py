"""Which process is meant: a process id alone is reused by the kernel, an id with its start time is not."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Pid:
    """A process: its id, and when it started in clock ticks since boot (field 22 of /proc/ID/stat, proc(5))."""

    number: int
    started_ticks: int

    @property
    def alive(self) -> bool:
        return find_pid(self.number) == self

    def send(self, number: signal.Signals) -> None:
        """Signals the process itself. One that is gone already is no error."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.number, number)

    def wait_gone(self, within_s: float) -> bool:
        """Whether the process ended within `within_s` seconds."""
        until = time.monotonic() + within_s
        while self.alive:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True


def find_pid(number: int) -> Pid | None:
    """The process with this id, or None where there is none or only its zombie."""
    fields = stat_fields(number)
    if fields is None or fields[0] == "Z":
        return None
    return Pid(number, int(fields[19]))


def stat_fields(number: int) -> list[str] | None:
    """The fields of /proc/NUMBER/stat from the third (state) on, or None where there is no such process."""
    try:
        text = (PROC / str(number) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()


def in_session(session: int) -> list[Pid]:
    """Every living process of a session. The kernel does not reuse a session's number while one of them lives."""
    members = []
    for folder in PROC.iterdir():
        if not folder.name.isdigit():
            continue
        fields = stat_fields(int(folder.name))
        if fields and fields[0] != "Z" and int(fields[3]) == session:
            members.append(Pid(int(folder.name), int(fields[19])))
    return members


def in_folder(folder: Path) -> list[Pid]:
    """Every living process, of those that this user may look at, whose working folder is `folder`."""
    members = []
    for link in PROC.glob("[0-9]*/cwd"):
        with suppress(OSError):
            if link.readlink() == folder:
                members.append(find_pid(int(link.parent.name)))
    return [member for member in members if member is not None]


def command_line(number: int) -> str:
    """The command of a process as one string, "" where it cannot be read."""
    with suppress(OSError):
        return (
            (PROC / str(number) / "cmdline")
            .read_bytes()
            .replace(b"\0", b" ")
            .decode(errors="replace")
            .strip()
        )
    return ""
