"""From a decoded picture of a video to upright RGB: its colours, its high dynamic range, its half pictures, its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workers.media.video.tone import Transfer, tone_mapped, transfer_of

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.reformatter import VideoReformatter

Rgb = NDArray[np.uint8]
UNSPECIFIED, BT709, BT601 = 2, 1, 5
"""Matrices of ITU-T H.273; files that name none are of the usual one for their size."""
SMALLEST_HD_PX = 720
LUMA_COLUMNS = 256


def rgb_of(
    frame: VideoFrame, reformatter: VideoReformatter, *, long_side: int | None, pixel_aspect: float = 1.0
) -> Rgb:
    """(H, W, 3) RGB, upright, with square pixels; the longer side at most `long_side` pixels (None: as it was taken).

    Of an interlaced picture one of its two halves counts, its lines doubled: they were taken at different moments, and a
    passing house would be torn. Pictures of high dynamic range (PQ, HLG) are brought to that of a screen.
    """
    width, height = size_within(frame.width * pixel_aspect, frame.height, long_side)
    if frame.interlaced_frame:
        picture = _resized(
            half_picture(_converted(frame, reformatter, frame.width, frame.height)), width, height
        )
    else:
        picture = _converted(frame, reformatter, width, height)
    return upright(picture, frame.rotation)


def size_within(width: float, height: float, long_side: int | None) -> tuple[int, int]:
    scale = 1.0 if long_side is None else min(1.0, long_side / max(width, height))
    return max(2, round(width * scale)), max(2, round(height * scale))


def upright(picture: Rgb, rotation_deg: float) -> Rgb:
    """Turned as the file's display matrix says, in quarters of a circle counter-clockwise."""
    return np.ascontiguousarray(np.rot90(picture, round(rotation_deg / 90) % 4))


def is_on_its_side(rotation_deg: float) -> bool:
    return round(rotation_deg / 90) % 2 == 1


def half_picture(picture: Rgb) -> Rgb:
    return np.ascontiguousarray(picture[::2])


def luma_of(frame: VideoFrame) -> NDArray[Any]:
    """A view of the brightness plane (H, W) of a planar picture; 8 bits, or 16 where it has more."""
    plane = frame.planes[0]
    deep = frame.format.components[0].bits > 8
    values = np.frombuffer(memoryview(plane), dtype=np.uint16 if deep else np.uint8)
    per_line = plane.line_size // values.itemsize
    return values[: per_line * frame.height].reshape(frame.height, per_line)[:, : frame.width]


def small_luma(frame: VideoFrame, reformatter: VideoReformatter) -> NDArray[np.float32]:
    """Brightness in [0, 1], upright, small: 256 pixels wide as the picture lies in the file."""
    rows = max(16, round(frame.height * LUMA_COLUMNS / frame.width / 2) * 2)
    grey = reformatter.reformat(frame, width=LUMA_COLUMNS, height=rows, format="gray", interpolation="AREA")
    values = luma_of(grey).astype(np.float32) / 255
    return np.ascontiguousarray(np.rot90(values, round(frame.rotation / 90) % 4))


def _converted(frame: VideoFrame, reformatter: VideoReformatter, width: int, height: int) -> Rgb:
    transfer = transfer_of(frame.color_trc)
    colours = frame.colorspace
    if colours == UNSPECIFIED:
        colours = BT709 if max(frame.width, frame.height) > SMALLEST_HD_PX else BT601
    form = "rgb24" if transfer is Transfer.SDR else "rgb48le"
    picture: NDArray[Any] = reformatter.reformat(
        frame, width=width, height=height, format=form, src_colorspace=colours, interpolation="AREA"
    ).to_ndarray()
    return picture if transfer is Transfer.SDR else tone_mapped(picture, transfer)


def _resized(picture: Rgb, width: int, height: int) -> Rgb:
    from PIL import Image

    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC))
