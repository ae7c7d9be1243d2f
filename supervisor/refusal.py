"""What ends a command early, and the exit status that it ends with."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path


class Status(IntEnum):
    """Exit statuses of ./festivity. They are listed in `./festivity help`."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PORT_TAKEN = 3
    PACKAGES_MISSING = 4
    HELD = 5
    INTERRUPTED = 130


class Refusal(Exception):
    """Says what is wrong and what to do; `status` is what ./festivity exits with."""

    def __init__(self, sentence: str, status: Status = Status.FAILED) -> None:
        super().__init__(sentence)
        self.status = status


class Interruption(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal. Not an error: everything is stopped in order."""


def last_lines(log: Path, count: int = 20, from_byte: int = 0) -> str:
    """The last `count` lines that were written to `log` after `from_byte`, indented for showing."""
    try:
        with log.open("rb") as stream:
            stream.seek(from_byte)
            text = stream.read()[-64_000:].decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-count:])


def start_failed(name: str, log: Path, from_byte: int = 0) -> Refusal:
    """The refusal for a part that did not come up, with the end of its log."""
    shown = last_lines(log, from_byte=from_byte) or "    (it wrote nothing)"
    return Refusal(f"{name} did not start. The end of {log}:\n{shown}")
