"""Resumable uploads: tus 1.0.0 with creation, creation-with-upload, termination, expiration and checksum.

A body is read from the network in small reads and appended in pieces, each in a short transaction, so that a cut
connection costs at most READ_BYTES and a killed server at most PIECE_BYTES, or what came in PIECE_S, of what arrived; memory
stays flat, and no lock is held while the network is slow.
"""

from __future__ import annotations

import hashlib
import hmac
import tempfile
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from queue import Empty, Queue
from threading import Event, Thread
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, UnreadablePostError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from server.drives.models import Drive, Upload
from server.drives.uploads import room
from server.drives.uploads import services as uploads
from server.drives.uploads.metadata import Unreadable, read_metadata

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"
ALWAYS = {"Tus-Resumable": VERSION, "Tus-Version": VERSION, "Cache-Control": "no-store"}
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
BODY_TYPE = "application/offset+octet-stream"
READ_BYTES = 1024 * 1024
LEAST_READ_BYTES = 64 * 1024
QUICK_S = 0.05
BLOCKS_AHEAD = 4
PIECE_BYTES = 8 * 1024 * 1024
PIECE_S = 1.0
STATUS: dict[type[Exception], int] = {
    uploads.OffsetConflict: status.HTTP_409_CONFLICT,
    uploads.TooLong: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    uploads.DriveClosed: status.HTTP_403_FORBIDDEN,
    uploads.Busy: status.HTTP_423_LOCKED,
    uploads.Damaged: 460,
    room.QuotaUsed: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    room.DiskFull: status.HTTP_507_INSUFFICIENT_STORAGE,
    Unreadable: status.HTTP_400_BAD_REQUEST,
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
        with refusals():
            drive_id, said = read_metadata(request.headers.get("Upload-Metadata", ""))
            drive = get_object_or_404(Drive.objects.owned_by(request.user), public_id=drive_id)
            upload = uploads.open_upload(drive=drive, said=said, length=length)
            if request.content_type == BODY_TYPE:
                upload = receive_body(request, upload, offset=0, known=upload.offset)
            elif length == 0:
                upload = uploads.settle(upload=upload)
        location = reverse("api:upload", args=[upload.public_id])
        return Response(status=status.HTTP_201_CREATED, headers={"Location": location, **standing(upload)})


class UploadInProgress(TusView):
    def head(self, request: Request, public_id: str) -> Response:
        with refusals():
            upload = uploads.settle(upload=own_upload(request, public_id).upload)
        return Response(headers={"Upload-Length": str(upload.length), **standing(upload)})

    def patch(self, request: Request, public_id: str) -> Response:
        found = own_upload(request, public_id)
        if request.content_type != BODY_TYPE:
            sentence = _("Send the bytes with Content-Type: application/offset+octet-stream.")
            raise Refusal(status.HTTP_415_UNSUPPORTED_MEDIA_TYPE, sentence)
        with refusals():
            uploads.refuse_closed(found.drive_stage)
            room.refuse_more(found.used_bytes)
            upload = receive_body(request, found.upload, offset=whole_number(request, "Upload-Offset"))
        return Response(status=status.HTTP_204_NO_CONTENT, headers=standing(upload))

    def delete(self, request: Request, public_id: str) -> Response:
        uploads.drop_upload(upload=own_upload(request, public_id).upload)
        return Response(status=status.HTTP_204_NO_CONTENT)


def own_upload(request: Request, public_id: str) -> uploads.Standing:
    """The signed-in driver's upload. 404 for another's, 410 for one that has expired."""
    driver_id = request.user.pk
    found = uploads.standing_of(driver_id=driver_id, public_id=public_id) if driver_id else None
    if found is None:
        raise Http404
    if found.upload.expires_at < timezone.now():
        raise Refusal(status.HTTP_410_GONE, _("This upload was left too long. Send the file again."))
    return found


def standing(upload: Upload) -> dict[str, str]:
    return {"Upload-Offset": str(upload.offset), "Upload-Expires": http_date(upload.expires_at.timestamp())}


@contextmanager
def refusals() -> Iterator[None]:
    """Gives the verbs' refusals their HTTP status."""
    try:
        yield
    except (uploads.Refused, room.NoRoom, Unreadable) as refused:
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


def receive_body(request: Request, upload: Upload, *, offset: int, known: int = 0) -> Upload:
    """Appends the request's body from `offset` on; a full upload is settled. Nothing is read of a body that cannot fit.

    Of a file that is begun once more the first `known` bytes are here, and are passed over.
    """
    if offset + known != upload.offset:
        raise uploads.wrong_offset()
    announced = int(request.META.get("CONTENT_LENGTH") or 0)
    if offset + announced > upload.length:
        raise uploads.TooLong(_("There are more bytes than the file was said to have."))
    checksum = request.headers.get("Upload-Checksum")
    with verified(request, checksum) if checksum else nullcontext(request) as body:
        pass_over(body, known)
        upload = append_all(body, upload)
    return uploads.settle(upload=upload) if upload.offset == upload.length else upload


def pass_over(stream: Request | BinaryIO, count: int) -> None:
    while count and (block := read_block(stream, min(count, READ_BYTES))):
        count -= len(block)


def append_all(stream: Request | BinaryIO, upload: Upload) -> Upload:
    """Appends piece by piece: at most PIECE_BYTES, or what comes in PIECE_S; of a cut body, what arrived before."""
    with closing(Ahead(stream, uploads.Rolled(upload))) as ahead:
        while (piece := next_piece(ahead, bytes(upload.rolling or b""))).blocks:
            upload = uploads.append(upload=upload, offset=upload.offset, piece=piece)
    return upload


def next_piece(ahead: Ahead, before: bytes) -> uploads.Piece:
    """The blocks of one piece; none at the end. `before` is the state of the hash up to here."""
    piece, until_s = uploads.Piece(before), time.monotonic() + PIECE_S
    for block, state in ahead:
        piece.add(block, state)
        if piece.size >= PIECE_BYTES or time.monotonic() > until_s:
            break
    return piece


class Ahead:
    """The blocks of a body, each with the state of the hash after it. Another thread reads and hashes them while those before
    are written and committed.

    A block is the larger the quicker the last one came, so that a cut costs a slow line little.
    """

    def __init__(self, stream: Request | BinaryIO, rolled: uploads.Rolled) -> None:
        self.stream, self.rolled = stream, rolled
        self.blocks: Queue[tuple[bytes, bytes | None] | None] = Queue(maxsize=BLOCKS_AHEAD)
        self.over = Event()
        self.reading = Thread(target=self.read, daemon=True)
        self.reading.start()

    def __iter__(self) -> Iterator[tuple[bytes, bytes | None]]:
        while following := self.blocks.get():
            yield following
        self.over.set()
        self.blocks.put(None)

    def read(self) -> None:
        block, quick = self.read_one(LEAST_READ_BYTES)
        while block and not self.over.is_set():
            self.blocks.put((block, self.rolled.after(block)))
            block, quick = self.read_one(READ_BYTES if quick else LEAST_READ_BYTES)
        self.blocks.put(None)

    def read_one(self, size: int) -> tuple[bytes, bool]:
        asked_s = time.monotonic()
        return read_block(self.stream, size), time.monotonic() - asked_s < QUICK_S

    def close(self) -> None:
        """Waits until nobody reads any more."""
        self.over.set()
        while self.reading.is_alive():
            with suppress(Empty):
                self.blocks.get(timeout=0.01)


def read_block(stream: Request | BinaryIO, at_most: int) -> bytes:
    """Some bytes of a body; none at its end, or when the connection is cut."""
    try:
        return stream.read(at_most)
    except (UnreadablePostError, OSError):
        return b""


@contextmanager
def verified(request: Request, checksum: str) -> Iterator[BinaryIO]:
    """A body whose checksum is right; it is kept aside until all of it is here. Raises Refusal 400 or 460."""
    algorithm, _space, expected = checksum.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Refusal(status.HTTP_400_BAD_REQUEST, _("The checksum must be sha1 or sha256."))
    digest = ALGORITHMS[algorithm](usedforsecurity=False)
    with tempfile.SpooledTemporaryFile(max_size=PIECE_BYTES) as aside:
        while block := read_block(request, READ_BYTES):
            digest.update(block)
            aside.write(block)
        if not hmac.compare_digest(digest.digest(), decoded(expected)):
            raise Refusal(460, _("The checksum does not match. Send the piece again."))
        aside.seek(0)
        yield cast(BinaryIO, aside)


def decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise Refusal(status.HTTP_400_BAD_REQUEST, _("The checksum is not readable base64.")) from None
