"""A tus client of a few lines that sends bytes as fast as it is let, without keeping them in memory."""

from __future__ import annotations

import http.client
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

CSRF_TOKEN = "a" * 32
BODY_TYPE = "application/offset+octet-stream"
CHUNK_BYTES = 8 * 1024 * 1024
Body = bytes | Iterable[bytes]


@dataclass(frozen=True)
class Driver:
    """Who sends, and where to: an origin, a session, and the public id of a drive of theirs."""

    origin: str
    session: str
    drive: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Tus-Resumable": "1.0.0",
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF_TOKEN}",
            "X-CSRFToken": CSRF_TOKEN,
        }


class Unexpected(Exception):
    """The site said something else than tus foresees."""


class Line:
    """One connection that is kept open between requests."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.connection = http.client.HTTPConnection(urlsplit(driver.origin).netloc, timeout=60)

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: Body | None = None
    ) -> http.client.HTTPResponse:
        self.connection.request(method, path, body, {**self.driver.headers, **(headers or {})})
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status >= 300:
            raise Unexpected(f"{method} {path}: {answer.status} {said[:200]!r}")
        return answer

    def close(self) -> None:
        self.connection.close()


def begin(line: Line, name: str, length: int, **said: str) -> str:
    """The path of a new upload."""
    pairs = {"filename": name, "drive": line.driver.drive, **said}
    metadata = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in pairs.items())
    headers = {"Upload-Length": str(length), "Upload-Metadata": metadata}
    return urlsplit(line.ask("POST", "/api/uploads/", headers).headers["Location"]).path


def offset_of(line: Line, path: str) -> int:
    return int(line.ask("HEAD", path).headers["Upload-Offset"])


def send(
    line: Line, path: str, length: int, piece: Callable[[int, int], bytes], *, chunk_bytes: int = CHUNK_BYTES
) -> None:
    """Sends what is missing; `piece(offset, size)` gives the bytes."""
    offset = offset_of(line, path)
    while offset < length:
        body = piece(offset, min(chunk_bytes, length - offset))
        offset = patch(line, path, offset, body)


def patch(line: Line, path: str, offset: int, body: Body, **more: str) -> int:
    """The offset after `body`; one in blocks needs its Content-Length."""
    headers = {"Upload-Offset": str(offset), "Content-Type": BODY_TYPE, **more}
    return int(line.ask("PATCH", path, headers, body).headers["Upload-Offset"])
