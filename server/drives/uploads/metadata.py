"""What a client says of a file in the header Upload-Metadata (tus 1.0.0, creation): `key base64,key base64`."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from server.drives.models import Side
from server.drives.uploads.services import Said

LONGEST = 255
LONGEST_HEADER = 8192
SHA256 = re.compile(r"[0-9a-f]{64}")
MILLISECONDS = re.compile(r"-?[0-9]{1,17}")
DRIVE_LETTER = re.compile(r"[A-Za-z]:")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Unreadable(Exception):
    """The metadata cannot be understood; the message is a sentence for whoever wrote the client."""


def read_metadata(header: str) -> tuple[str, Said]:
    """The drive's public id, and what is said of the file.

    Keys: `filename`, `drive`; `folder` relative to what was chosen, `side`, `sha256` in hexadecimal, `modified` in
    milliseconds since 1970. Raises Unreadable when one of them is garbled, or one of the first two is missing.
    """
    said = decoded(header)
    name = clean_path(said.get("filename", "")).rpartition("/")[2]
    if not name or not said.get("drive"):
        raise Unreadable(_("Say `filename` and `drive` in Upload-Metadata."))
    side, sha256 = said.get("side", ""), said.get("sha256", "").lower()
    if side not in ("", *Side.values):
        raise Unreadable(_("The side is left, right, front or around."))
    if sha256 and not SHA256.fullmatch(sha256):
        raise Unreadable(_("The sha256 is 64 hexadecimal digits."))
    folder = clean_path(said.get("folder", ""))
    modified_at = moment(said.get("modified", ""))
    return said["drive"], Said(
        name=name[-LONGEST:], folder=shortened(folder), side=side, sha256=sha256, modified_at=modified_at
    )


def decoded(header: str) -> dict[str, str]:
    if len(header) > LONGEST_HEADER:
        raise Unreadable(_("Upload-Metadata is too long."))
    pairs = [pair.strip().partition(" ") for pair in header.split(",") if pair.strip()]
    try:
        return {key: b64decode(value, validate=True).decode() for key, _space, value in pairs}
    except ValueError:
        raise Unreadable(_("Upload-Metadata is not readable base64.")) from None


def clean_path(text: str) -> str:
    """A relative path with `/`: no drive letter, no way up, nothing that cannot be seen."""
    visible = "".join(sign for sign in text if not unicodedata.category(sign).startswith("C"))
    steps = (step.strip() for step in visible.replace("\\", "/").split("/"))
    return "/".join(
        step for step in steps if step not in ("", ".", "..") and not DRIVE_LETTER.fullmatch(step)
    )


def shortened(folder: str) -> str:
    """The nearest folders of a path, as many as fit."""
    while len(folder) > LONGEST and "/" in folder:
        folder = folder.partition("/")[2]
    return folder[-LONGEST:]


def moment(milliseconds: str) -> datetime | None:
    """When the file was last changed; None for a clock that was never set."""
    if not milliseconds:
        return None
    if not MILLISECONDS.fullmatch(milliseconds):
        raise Unreadable(_("`modified` is a whole number of milliseconds since 1970."))
    try:
        at = EPOCH + timedelta(milliseconds=int(milliseconds))
    except OverflowError:
        return None
    return at if FIRST <= at <= LAST else None
