"""The part of a frame's picture that a region is, for staff to look at."""

from __future__ import annotations

import io

from PIL import Image

from server.frames.models import Region

QUALITY = 85


def crop_jpeg(region: Region) -> bytes:
    """What lies in the region's box. Raises OSError where the picture is gone or damaged."""
    with region.frame.picture.open("rb") as stream, Image.open(stream) as picture:
        width, height = picture.size
        x0, y0, x1, y1 = region.box
        left, top = int(x0 * width), int(y0 * height)
        crop = picture.crop((left, top, max(left + 1, round(x1 * width)), max(top + 1, round(y1 * height))))
        written = io.BytesIO()
        crop.convert("RGB").save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
