"""Commands that run once in the prepared environment and are waited for."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .children import die_with_parent
from .refusal import start_failed


@dataclass(frozen=True)
class Commands:
    """Runs commands with one environment in one folder."""

    environment: Mapping[str, str]
    folder: Path

    def answer(self, name: str, argv: Sequence[str], log: Path) -> list[str]:
        """The lines that a command prints; its complaints go to `log`.

        Raises Refusal with the end of the log where it fails.
        """
        from_byte = log.stat().st_size if log.exists() else 0
        with log.open("ab") as stream:
            answer = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stream,
                env=self.environment,
                cwd=self.folder,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
            stream.write(answer.stdout)
        if answer.returncode:
            raise start_failed(name, log, from_byte)
        return answer.stdout.decode(errors="replace").splitlines()

    def watched(self, argv: Sequence[str]) -> tuple[int, list[str]]:
        """Lets the operator see what the command says while it works (its stderr); returns its status and output."""
        watched = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=sys.stdout,
            env=self.environment,
            cwd=self.folder,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        return watched.returncode, watched.stdout.decode(errors="replace").splitlines()

    def follow(self, argv: Sequence[str], on_line: Callable[[str], None]) -> int:
        """Hands on each line, errors included, as the command prints it; returns its exit status."""
        with subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment,
            cwd=self.folder,
            text=True,
            errors="replace",
            preexec_fn=die_with_parent(signal.SIGTERM),
        ) as popen:
            try:
                for line in popen.stdout or ():
                    on_line(line.rstrip())
            except BaseException:
                popen.terminate()
                raise
        return popen.returncode
