"""One line per picture, as it comes, progress on stderr, and the exit code."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

SAY_EVERY, SAY_EVERY_S = 50, 10.0
Line = dict[str, Any]


def print_lines(lines: Iterator[Line], total: int, as_json: bool, in_words: Callable[[Line], str]) -> int:
    """Print lines, refused pictures by their `error`, with progress on stderr.

    Returns the exit code: 0 where all went well, 1 where some were refused, 2 where all were.
    """
    refused, done, said_at = 0, 0, time.monotonic()
    for line in lines:
        done += 1
        refused += "error" in line
        words = f"{line['path']}: {line['error']}" if "error" in line else in_words(line)
        print(json.dumps(line) if as_json else words, flush=True)
        if done % SAY_EVERY == 0 or done == total or time.monotonic() - said_at > SAY_EVERY_S:
            said_at = time.monotonic()
            print(f"{done} of {total} pictures", file=sys.stderr)
    return exit_code(refused, done)


def report(done: int, total: int, what: str = "pictures") -> None:
    """Progress on stderr, every 50 and at the end."""
    if done % SAY_EVERY == 0 or done == total:
        print(f"{done} of {total} {what}", file=sys.stderr)


def exit_code(refused: int, total: int) -> int:
    """0 where nothing was refused, 1 where something was, 2 where everything was."""
    if not refused:
        return 0
    return 2 if refused == total else 1
