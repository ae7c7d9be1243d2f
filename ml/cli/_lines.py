"""One line per picture, as it comes: what `score`, `depth` and `zero-shot` print."""

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
    return 0 if not refused else 1 if refused < done else 2
