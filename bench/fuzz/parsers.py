"""Every parser that meets bytes of strangers, as one call that either returns or refuses."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from random import Random

NOW = datetime(2026, 12, 31, tzinfo=UTC)
Parser = Callable[[bytes], bool]
"""True where the bytes were read, False where they were refused in the way that is meant; anything else is raised."""


def parsers() -> dict[str, Parser]:
    """By name. A parser whose room is not built yet is left out."""
    found: dict[str, Parser] = dict.fromkeys(("gpx", "nmea", "csv"), read_as_track)
    found |= {"exif": read_as_photo, "tus": read_as_headers}
    if importlib.util.find_spec("workers.media.video"):
        found["gpmf"] = read_as_telemetry
    return found


def read_as_track(content: bytes) -> bool:
    from workers.media.refusal import Refused
    from workers.media.tracks import read_track

    try:
        track = read_track(BytesIO(content), now=NOW)
    except Refused:
        return False
    if not all(abs(fix.lon) <= 180 and abs(fix.lat) <= 90 and fix.at.tzinfo for fix in track.fixes):
        raise AssertionError("a fix that is nowhere or at no time")
    return True


def read_as_photo(content: bytes) -> bool:
    from workers.media.photo import read_photo
    from workers.media.refusal import Refused

    try:
        read_photo(BytesIO(content), name="IMG_20261205_190000.jpg", now=NOW, zone="Europe/Helsinki")
    except Refused:
        return False
    return True


def read_as_telemetry(content: bytes) -> bool:
    from workers.media.refusal import Refused

    gpmf = importlib.import_module("workers.media.video.gpmf")
    try:
        return bool(gpmf.fixes_in(content))
    except Refused:
        return False


def read_as_headers(content: bytes) -> bool:
    """The bytes as each header that tus reads, and as a body with a checksum."""
    from django.test import RequestFactory
    from rest_framework.request import Request

    from server.drives.uploads.metadata import Unreadable, read_metadata
    from server.drives.uploads.tus import Refusal, verified, whole_number

    text = content.decode("latin-1")
    request = RequestFactory().generic("PATCH", "/api/uploads/x/", content)
    request.META |= {"HTTP_UPLOAD_OFFSET": text, "HTTP_UPLOAD_LENGTH": text}
    read = False
    with suppress(Unreadable):
        _drive, said = read_metadata(text)
        if "/" in said.name or "\\" in said.name or "\0" in said.name or said.name in ("", ".", ".."):
            raise AssertionError(f"a name that leads elsewhere: {said.name!r}")
        read = True
    for header in ("Upload-Offset", "Upload-Length"):
        with suppress(Refusal):
            read = 0 <= whole_number(Request(request), header) < 10**18 or read
    with suppress(Refusal), verified(Request(request), text) as aside:
        read = bool(aside.read()) or read
    return read


def case_of(seeds: list[bytes], seed: int, parser: str, number: int) -> bytes:
    """The same bytes for the same numbers, in every process."""
    from bench.fuzz.mutations import mutated

    return mutated(seeds, Random(f"{seed} {parser} {number}"))
