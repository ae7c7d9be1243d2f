"""What the operator sees while they wait: one calm line per stage, with its seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

NAME_WIDTH = 24


class Stage:
    """A stage in progress. Whatever `detail` says at its end is printed after the seconds."""

    def __init__(self) -> None:
        self.detail = ""


class Progress:
    """Prints stages and sentences to `stream`, and remembers how long everything took."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.began_at = time.monotonic()
        self._open_line = False

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began_at

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Prints the name at once, and the seconds once the block is done."""
        began_at = time.monotonic()
        label = f"  {name} ".ljust(NAME_WIDTH, "·")
        self._write(label)
        self._open_line = True
        stage, ending = Stage(), "failed"
        try:
            yield stage
            ending = stage.detail
        finally:
            seconds = time.monotonic() - began_at
            self._write(("" if self._open_line else label) + f" {seconds:5.1f} s  {ending}".rstrip() + "\n")
            self._open_line = False

    def say(self, sentence: str) -> None:
        """Prints a sentence on a line of its own, also in the middle of a stage."""
        self._write(("\n" if self._open_line else "") + sentence + "\n")
        self._open_line = False

    def _write(self, text: str) -> None:
        try:
            self.stream.write(text)
            self.stream.flush()
        except (BrokenPipeError, ValueError):
            pass
