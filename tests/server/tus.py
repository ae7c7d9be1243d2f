"""A tus client of a few lines for tests, on Django's test client."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from django.http import HttpResponse
from django.test import Client

from server.drives.models import Drive, Upload
from server.drives.uploads.services import Piece

BODY_TYPE = "application/offset+octet-stream"


def metadata(**said: str) -> str:
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in said.items())


def create(client: Client, drive: Drive | str, content: bytes = b"", **more: Any) -> HttpResponse:
    """POST of a file's length and name with its first bytes; `length`, `name`, `side` and `headers` may be given."""
    said = {"filename": more.get("name", "left_1.jpg"), "side": more.get("side", "")}
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(more.get("length", len(content))),
        "Upload-Metadata": metadata(drive=getattr(drive, "public_id", drive), **said),
    }
    body = {"data": content, "content_type": BODY_TYPE} if content else {}
    return client.post("/api/uploads/", headers={**headers, **more.get("headers", {})}, **body)


def begin(client: Client, drive: Drive, length: int, **more: Any) -> str:
    """The address of a new upload without bytes."""
    return create(client, drive, length=length, **more).headers["Location"]


def patch(client: Client, address: str, content: bytes, offset: int = 0, **headers: str) -> HttpResponse:
    tus = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), **headers}
    return client.patch(address, content, content_type=BODY_TYPE, headers=tus)


def head(client: Client, address: str) -> HttpResponse:
    return client.head(address, headers={"Tus-Resumable": "1.0.0"})


def upload_at(address: str) -> Upload:
    return Upload.objects.get(public_id=address.rstrip("/").rpartition("/")[2])


def whole(content: bytes) -> Piece:
    """All of a file as one piece that nobody has hashed."""
    piece = Piece(before=b"")
    piece.add(content)
    return piece
