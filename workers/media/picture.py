"""Pixels: a photo opened under limits, decoded upright as RGB, and written again without anything but pixels."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import IO

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

from workers.media.exif import orientation
from workers.media.kinds import HEAD_BYTES, Kind, is_moving, photo_kind, sniff
from workers.media.refusal import Refused, decoder_says, foreign
from workers.media.structure import CHECKS

MAX_PIXELS = 50_000_000
MAX_FILE_BYTES = 128 * 2**20
MIN_SIDE_PX = 64
PICTURE_SIDE_PX = 800
THUMBNAIL_SIDE_PX = 320
SEEN_LONG_SIDE_PX = 1024
"""Stills are no larger than this; the network brings them to its own size."""
JPEG_QUALITY = 85
STILL_QUALITY = 92
_GIF_BYTES_TO_ASK = 4 * 2**20
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def read_content(stream: IO[bytes]) -> bytes:
    """All bytes of the file. Decoders work on these, so that what the storage raises is never blamed on the photo."""
    size_bytes = stream.seek(0, 2) or stream.tell()
    if size_bytes > MAX_FILE_BYTES:
        raise Refused("too_large", f"The file has more than {MAX_FILE_BYTES // 2**20} MiB.")
    stream.seek(0)
    return stream.read()


def open_picture(content: bytes, *, name: str = "", max_pixels: int = MAX_PIXELS) -> Image.Image:
    """A still JPEG, PNG or HEIC with its header read and its pixels not yet decoded. Raises `Refused`."""
    return open_still(content, name=name, max_pixels=max_pixels)[0]


def open_still(content: bytes, *, name: str, max_pixels: int) -> tuple[Image.Image, int]:
    """`open_picture`, and where in the file the picture ends: a motion photo goes on with a film."""
    head = content[:HEAD_BYTES]
    if is_moving(head) or (sniff(head) is Kind.GIF and _gif_moves(content)):
        raise Refused("animated")
    kind = photo_kind(head, name)
    end = CHECKS[kind](content)
    with foreign("unreadable"):
        image = _opened(content, kind)
        _check_size(image, max_pixels)
        if kind is Kind.PNG and getattr(image, "is_animated", False):
            raise Refused("animated")
    return image, end


def load(image: Image.Image, *, long_side: int | None) -> None:
    """Decodes every byte of the picture; a JPEG at the smallest scale that still has `long_side` pixels (None: all).

    Raises `Refused`: truncated if the bytes end before the picture does, unreadable if they mean nothing.
    """
    with foreign("unreadable"):
        if long_side is not None:
            scale = max(1, max(image.size) // long_side)
            image.draft(None, (max(1, image.width // scale), max(1, image.height // scale)))
        try:
            image.load()
        except OSError as error:
            reason = "truncated" if "truncated" in str(error) else "unreadable"
            raise Refused(reason, decoder_says(error)) from error


def decode(stream: IO[bytes], *, long_side: int | None, max_pixels: int = MAX_PIXELS) -> NDArray[np.uint8]:
    """The photo as (H, W, 3) uint8 RGB, upright, its longer side at most `long_side` pixels (never enlarged).

    Transparency lies over black, sixteen bits are scaled to eight, CMYK and grey become RGB. Raises `Refused`.
    """
    return decoded(open_picture(read_content(stream), max_pixels=max_pixels), long_side=long_side)


def decoded(image: Image.Image, *, long_side: int | None) -> NDArray[np.uint8]:
    """As `decode`, of a picture whose header is read."""
    turn = orientation(image)
    load(image, long_side=long_side)
    with foreign("unreadable"):
        rgb = _rgb(image)
        if long_side is not None:
            rgb = _shrunk(rgb, long_side)
        if turn in _UPRIGHT:
            rgb = rgb.transpose(_UPRIGHT[turn])
        return np.array(rgb, dtype=np.uint8)


@dataclass(frozen=True)
class Pictures:
    """One frame as three JPEGs without any metadata: `still` is scored (longer side at most 1,024 px), `picture` (800 px)
    and `thumbnail` (320 px) are shown."""

    still: bytes
    picture: bytes
    thumbnail: bytes


def pictures_of(rgb: NDArray[np.uint8]) -> Pictures:
    """`rgb` is (H, W, 3) uint8, upright. Only pixels go in, so neither EXIF nor a colour profile can come out."""
    still = _shrunk(Image.fromarray(rgb), SEEN_LONG_SIDE_PX)
    picture = _shrunk(still, PICTURE_SIDE_PX)
    return Pictures(
        still=_jpeg(still, STILL_QUALITY),
        picture=_jpeg(picture, JPEG_QUALITY),
        thumbnail=_jpeg(_shrunk(picture, THUMBNAIL_SIDE_PX), JPEG_QUALITY),
    )


def _opened(content: bytes, kind: Kind) -> Image.Image:
    try:
        return Image.open(BytesIO(content), formats=["HEIF" if kind is Kind.HEIC else kind.value])
    except Image.DecompressionBombError as error:
        raise Refused("too_large", "Its header promises more pixels than any camera has.") from error


def _check_size(image: Image.Image, max_pixels: int) -> None:
    if image.width * image.height > max_pixels:
        raise Refused("too_large", f"{image.width} × {image.height} pixels; at most {max_pixels} are read.")
    if min(image.size) < MIN_SIDE_PX:
        raise Refused("too_small", f"{image.width} × {image.height} pixels; {MIN_SIDE_PX} a side are needed.")


def _gif_moves(content: bytes) -> bool:
    try:
        with foreign("unreadable"):
            image = Image.open(BytesIO(content[:_GIF_BYTES_TO_ASK]), formats=["GIF"])
            return bool(getattr(image, "is_animated", False))
    except Refused:
        return False


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return Image.fromarray(np.clip(np.asarray(image) >> 8, 0, 255).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    night = Image.new("RGB", image.size)
    night.paste(layer, mask=layer.getchannel("A"))
    return night


def _shrunk(image: Image.Image, long_side: int) -> Image.Image:
    ratio = long_side / max(image.size)
    if ratio >= 1:
        return image
    size = (max(1, round(image.width * ratio)), max(1, round(image.height * ratio)))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
