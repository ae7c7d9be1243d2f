"""The least that a site could do: a WSGI application that copies the body of a request to a file, at the offset it names, and
has the file on the disk when it answers the last of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("FESTIVITY_BENCH_FOLDER", "."))
BLOCK_BYTES = 1024 * 1024


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    path = FOLDER / environ["PATH_INFO"].strip("/").replace("/", "-")
    offset, left = int(environ["HTTP_UPLOAD_OFFSET"]), int(environ["CONTENT_LENGTH"])
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0) as part:
        part.seek(offset)
        while left and (block := environ["wsgi.input"].read(min(left, BLOCK_BYTES))):
            part.write(block)
            left -= len(block)
        if part.tell() == int(environ["HTTP_UPLOAD_LENGTH"]):
            os.fsync(part.fileno())
    start_response("204 No Content", [("Upload-Offset", str(part_end(path)))])
    return []


def part_end(path: Path) -> int:
    return path.stat().st_size
