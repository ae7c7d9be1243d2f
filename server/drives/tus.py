"""Resumable uploads: tus 1.0.0 with creation, creation-with-upload, termination, expiration and checksum.

A body is read from the network in small reads and appended in pieces, each in a short transaction, so that a cut
connection costs at most READ_BYTES and a killed server at most PIECE_BYTES of what arrived, memory stays flat, and no lock
is held while the network is slow.
"""

from __future__ import annotations

import hashlib
import hmac
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, UnreadablePostError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from server.drives import uploads
from server.drives.models import Drive, Side, Upload

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"
ALWAYS = {"Tus-Resumable": VERSION, "Tus-Version": VERSION, "Cache-Control": "no-store"}
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
BODY_TYPE = "application/offset+octet-stream"
READ_BYTES = 64 * 1024
PIECE_BYTES = 1024 * 1024
STATUS = {
    uploads.OffsetConflict: status.HTTP_409_CONFLICT,
    uploads.TooLong: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    uploads.DriveClosed: status.HTTP_403_FORBIDDEN,
}


class Refusal(APIException):
    """A request that tus or this site does not allow, with its HTTP status and a sentence."""

    def __init__(self, status_code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status_code = status_code


class Untouched(BaseParser):
    """Leaves the body to be read in pieces: the CSRF check asks for the form fields of every POST."""

    media_type = BODY_TYPE

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


class TusView(APIView):
    schema = None
    parser_classes = (Untouched,)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Honours X-HTTP-Method-Override on POST alone: a GET that acts would go round the CSRF check."""
        if request.method == "POST":
            request.method = request.headers.get("X-HTTP-Method-Override", "POST").upper()
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            raise Refusal(status.HTTP_412_PRECONDITION_FAILED, _("Send the header Tus-Resumable: 1.0.0."))

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        for header, value in ALWAYS.items():
            answer[header] = value
        return answer

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        headers = {
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        }
        return Response(status=status.HTTP_204_NO_CONTENT, headers=headers)


class Uploads(TusView):
    def post(self, request: Request) -> Response:
        length = whole_number(request, "Upload-Length")
        said = read_metadata(request.headers.get("Upload-Metadata", ""))
        drive = get_object_or_404(Drive.objects.owned_by(request.user), public_id=said.drive)
        with refusals():
            upload = uploads.open_upload(drive=drive, name=said.name, length=length, side_hint=said.side)
            if request.content_type == BODY_TYPE:
                receive_body(request, upload, offset=0)
            upload = uploads.settle(upload=upload)
        location = reverse("api:upload", args=[upload.public_id])
        return Response(status=status.HTTP_201_CREATED, headers={"Location": location, **standing(upload)})


class UploadInProgress(TusView):
    def head(self, request: Request, public_id: str) -> Response:
        with refusals():
            upload = uploads.settle(upload=own_upload(request, public_id))
        return Response(headers={"Upload-Length": str(upload.length), **standing(upload)})

    def patch(self, request: Request, public_id: str) -> Response:
        upload = own_upload(request, public_id)
        if request.content_type != BODY_TYPE:
            sentence = _("Send the bytes with Content-Type: application/offset+octet-stream.")
            raise Refusal(status.HTTP_415_UNSUPPORTED_MEDIA_TYPE, sentence)
        with refusals():
            uploads.refuse_closed(upload.drive)
            receive_body(request, upload, offset=whole_number(request, "Upload-Offset"))
            upload = uploads.settle(upload=upload)
        return Response(status=status.HTTP_204_NO_CONTENT, headers=standing(upload))

    def delete(self, request: Request, public_id: str) -> Response:
        uploads.drop_upload(upload=own_upload(request, public_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


def own_upload(request: Request, public_id: str) -> Upload:
    """The signed-in driver's upload. 404 for another's, 410 for one that has expired."""
    mine = Upload.objects.owned_by(request.user).select_related("drive")
    upload = get_object_or_404(mine, public_id=public_id)
    if Upload.objects.expired().filter(pk=upload.pk).exists():
        raise Refusal(status.HTTP_410_GONE, _("This upload was left too long. Send the file again."))
    return upload


def standing(upload: Upload) -> dict[str, str]:
    return {"Upload-Offset": str(upload.offset), "Upload-Expires": http_date(upload.expires_at.timestamp())}


@contextmanager
def refusals() -> Iterator[None]:
    """Gives the verbs' refusals their HTTP status."""
    try:
        yield
    except uploads.Refused as refused:
        raise Refusal(STATUS[type(refused)], str(refused)) from refused
    except Upload.DoesNotExist:
        raise Http404 from None


def whole_number(request: Request, header: str) -> int:
    """A header's count of bytes. At most 18 digits, so that it fits the database."""
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Refusal(
            status.HTTP_400_BAD_REQUEST, _("Send %(header)s as a whole number of bytes.") % {"header": header}
        )
    return int(text)


@dataclass(frozen=True)
class Said:
    """What the client says of a file: its own name, the drive's public id, the side chosen in the form or ""."""

    name: str
    drive: str
    side: str


def read_metadata(header: str) -> Said:
    """Reads `key base64,key base64`. Raises Refusal 400 when it is garbled or lacks `filename` or `drive`."""
    try:
        pairs = [pair.strip().partition(" ") for pair in header.split(",") if pair.strip()]
        said = {
            key: b64decode(value, validate=True).decode().replace("\0", "") for key, _space, value in pairs
        }
    except ValueError:
        raise Refusal(status.HTTP_400_BAD_REQUEST, _("Upload-Metadata is not readable base64.")) from None
    name = PurePosixPath(said.get("filename", "").replace("\\", "/")).name[-255:]
    if not name or not said.get("drive"):
        raise Refusal(status.HTTP_400_BAD_REQUEST, _("Say `filename` and `drive` in Upload-Metadata."))
    if said.get("side", "") not in ("", *Side.values):
        raise Refusal(status.HTTP_400_BAD_REQUEST, _("The side is left, right or front."))
    return Said(name=name, drive=said["drive"], side=said.get("side", ""))


def receive_body(request: Request, upload: Upload, *, offset: int) -> None:
    """Appends the request's body from `offset` on. Nothing of it is read when it cannot fit."""
    if offset != Upload.objects.values_list("offset", flat=True).get(pk=upload.pk):
        raise uploads.OffsetConflict(
            _("The file continues at another byte. Ask for the offset and go on from there.")
        )
    announced = int(request.META.get("CONTENT_LENGTH") or 0)
    if offset + announced > upload.length:
        raise uploads.TooLong(_("There are more bytes than the file was said to have."))
    checksum = request.headers.get("Upload-Checksum")
    for piece in verified(request, checksum) if checksum else pieces(request):
        offset = uploads.append(upload=upload, offset=offset, piece=piece)


def pieces(stream: Request | BinaryIO) -> Iterator[bytes]:
    """The body in pieces of at most PIECE_BYTES; when the connection is cut, what arrived before."""
    piece = bytearray()
    while block := read_block(stream):
        piece += block
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


def read_block(stream: Request | BinaryIO) -> bytes:
    try:
        return stream.read(READ_BYTES)
    except UnreadablePostError:
        return b""


def verified(request: Request, checksum: str) -> Iterator[bytes]:
    """The pieces of a body whose checksum is right; it is kept aside until all of it is here. Raises Refusal 400 or 460."""
    algorithm, _space, expected = checksum.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Refusal(status.HTTP_400_BAD_REQUEST, _("The checksum must be sha1 or sha256."))
    digest = ALGORITHMS[algorithm](usedforsecurity=False)
    with tempfile.SpooledTemporaryFile(max_size=PIECE_BYTES) as aside:
        for piece in pieces(request):
            digest.update(piece)
            aside.write(piece)
        if not hmac.compare_digest(digest.digest(), decoded(expected)):
            raise Refusal(460, _("The checksum does not match. Send the piece again."))
        aside.seek(0)
        yield from pieces(aside)  # type: ignore[arg-type]


def decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise Refusal(status.HTTP_400_BAD_REQUEST, _("The checksum is not readable base64.")) from None
