"""Commands that run once in the prepared environment and are waited for."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from .children import die_with_parent
from .refusal import start_failed

POLL_S = 0.2


def nothing() -> None:
    """What is done meanwhile where nothing is."""


@dataclass(frozen=True)
class Commands:
    """Runs commands with one environment in one folder. `meanwhile` is called five times a second while one runs."""

    environment: Mapping[str, str]
    folder: Path
    meanwhile: Callable[[], None] = nothing

    def answer(self, name: str, argv: Sequence[str], log: Path) -> list[str]:
        """The lines that a command prints; its complaints go to `log`.

        Raises Refusal with the end of the log where it fails.
        """
        from_byte = log.stat().st_size if log.exists() else 0
        with log.open("ab") as stream:
            status, lines = self.watched(argv, stream)
            stream.write("".join(f"{line}\n" for line in lines).encode())
        if status:
            raise start_failed(name, log, from_byte)
        return lines

    def watched(self, argv: Sequence[str], complaints: IO[Any] | None = None) -> tuple[int, list[str]]:
        """A command's exit status and the lines of its output. What it says on stderr goes to `complaints`, or to
        the operator while it works."""
        with self._started(argv, stderr=complaints or sys.stdout) as popen, ended_with_us(popen):
            while True:
                try:
                    output, _ = popen.communicate(timeout=POLL_S)
                    return popen.returncode, output.splitlines()
                except subprocess.TimeoutExpired:
                    self.meanwhile()

    def follow(self, argv: Sequence[str], on_line: Callable[[str], None]) -> int:
        """Hands on each line, errors included, as the command prints it; returns its exit status."""
        with self._started(argv, stderr=subprocess.STDOUT) as popen, ended_with_us(popen):
            for line in popen.stdout or ():
                on_line(line.rstrip())
        return popen.returncode

    def _started(self, argv: Sequence[str], stderr: IO[Any] | int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=self.environment,
            cwd=self.folder,
            text=True,
            errors="replace",
            preexec_fn=die_with_parent(signal.SIGTERM),
        )


@contextmanager
def ended_with_us(popen: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever ends the block early, Ctrl-C above all, ends the command too."""
    try:
        yield
    except BaseException:
        popen.terminate()
        raise
