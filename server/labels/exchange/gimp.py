"""Masks as GIMP keeps them: an RGBA PNG of the picture's size, opaque where it is festive. Reads whatever bytes people bring."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator

import numpy as np
from django.utils.translation import gettext as _
from PIL import Image

from server.labels.exchange.refused import Refused
from server.labels.pictures import Mask, written

MOST_BYTES = 16 * 1024**2
OPAQUE_FROM = 128
SIGNATURE = b"\x89PNG\r\n\x1a\n"
PALETTE, WITH_ALPHA = 3, (4, 6)
HEADER = struct.Struct(">IIBB")
FAULTS = (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error, zlib.error)


def written_mask(mask: Mask) -> bytes:
    """(H, W) -> PNG, black, alpha 255 where festive and 0 elsewhere."""
    pixels = np.zeros((*mask.shape, 4), dtype=np.uint8)
    pixels[..., 3] = np.where(mask, 255, 0)
    return written(Image.fromarray(pixels))


def mask_in(content: bytes, width: int, height: int) -> Mask:
    """(height, width), true where alpha is at least 128, whatever the colours. Raises Refused.

    Nothing is decoded before size, depth and kind are known to be right.
    """
    refuse_unlike(content, width, height)
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(content), formats=["PNG"]) as png,
        ):
            return np.asarray(np.asarray(png.convert("RGBA"))[..., 3] >= OPAQUE_FROM)
    except FAULTS as error:
        raise Refused(damaged()) from error


def refuse_unlike(content: bytes, width: int, height: int) -> None:
    """Raises Refused for what is no PNG with 8 bits, alpha and this size."""
    if len(content) > MOST_BYTES:
        raise Refused(_("This file is larger than 16 MB, which no mask is."))
    if not content.startswith(SIGNATURE):
        raise Refused(_("This is no PNG. Export the mask from GIMP as PNG, with its alpha channel."))
    found = dict(chunks_before_pixels(content))
    header = found.get(b"IHDR", b"")
    if len(header) < HEADER.size:
        raise Refused(damaged())
    columns, rows, bits, kind = HEADER.unpack_from(header)
    if b"acTL" in found:
        raise Refused(_("This PNG is animated. Export one picture of it."))
    if (columns, rows) != (width, height):
        sentence = _(
            "This mask is %(found)s pixels, but the picture is %(wanted)s. Draw it at the picture's own size, "
            "without scaling or cropping."
        )
        raise Refused(sentence % {"found": f"{columns} × {rows}", "wanted": f"{width} × {height}"})
    if kind == PALETTE:
        raise Refused(_("This PNG has a palette. In GIMP choose Image > Mode > RGB and export it again."))
    if kind not in WITH_ALPHA:
        raise Refused(
            _(
                "This PNG has no alpha channel. In GIMP choose Layer > Transparency > Add Alpha Channel, erase what is "
                "not festive, and export it again."
            )
        )
    if bits != 8:
        raise Refused(_("This PNG has 16 bits a channel. Export it from GIMP as 8 bpc RGBA."))


def chunks_before_pixels(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of a PNG's chunks up to its first pixels, as far as there are any."""
    at = len(SIGNATURE)
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        if kind == b"IDAT":
            return
        yield kind, content[at + 8 : at + 8 + length]
        at += 12 + length


def damaged() -> str:
    return _("This PNG is damaged or cut off. Export it again.")


def nowhere(width: int, height: int) -> Mask:
    return np.zeros((height, width), dtype=bool)
