"""Clips written as MP4."""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image as Pillow

from ml.types import Image
from ml.video.moment import FootageError

if TYPE_CHECKING:
    from av.video.stream import VideoStream

CODECS = ("libx264", "mpeg4")
KINDEST_CRF = "20"


class ClipWriter:
    """Writes pictures of one size as an MP4 (H.264 where it can), under its name only once it is whole.

    Use it as a context manager. The size is that of the first picture, cut to even numbers; later ones are resized to it.
    """

    def __init__(self, path: Path, frames_per_s: float = 10.0) -> None:
        if not 0 < frames_per_s <= 240:
            raise FootageError("A clip needs more than 0 and at most 240 frames per second.")
        if path.suffix.lower() != ".mp4":
            raise FootageError(f"A clip is written as .mp4; give {path.name} that ending.")
        self.path = path
        self._rate = Fraction(frames_per_s).limit_denominator(1001)
        self._unfinished = path.with_name(f".{path.stem}.part.mp4")
        self._stream: VideoStream | None = None

    def __enter__(self) -> ClipWriter:
        import av

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._clip = av.open(str(self._unfinished), "w", options={"movflags": "+faststart"})
        except OSError as error:
            raise FootageError(f"{self.path} cannot be written: {error.strerror or error}.") from None
        self._numbers = count()
        return self

    def write(self, image: Image) -> None:
        """Append one picture (H, W, 3) uint8."""
        import av

        stream = self._stream or self._begin(image)
        if image.shape[:2] != (stream.height, stream.width):
            image = fitted_into(image, stream.height, stream.width)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
        frame.pts = next(self._numbers)
        self._clip.mux(stream.encode(frame))

    def _begin(self, image: Image) -> VideoStream:
        import av

        codec = next(name for name in CODECS if name in av.codecs_available)
        stream = cast("VideoStream", self._clip.add_stream(codec, rate=self._rate))
        stream.height, stream.width = (max(2, side // 2 * 2) for side in image.shape[:2])
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": KINDEST_CRF} if codec == "libx264" else {"qscale": "3"}
        self._stream = stream
        return stream

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None and kind is None:
            self._clip.mux(self._stream.encode())
        self._clip.close()
        if self._stream is not None and kind is None:
            self._unfinished.replace(self.path)
        else:
            self._unfinished.unlink(missing_ok=True)


def fitted_into(image: Image, height: int, width: int) -> Image:
    """The picture at (height, width), its aspect kept, black around it; a pixel too many is cut, not resized."""
    if 0 <= image.shape[0] - height <= 1 and 0 <= image.shape[1] - width <= 1:
        return image[:height, :width]
    scale = min(height / image.shape[0], width / image.shape[1])
    rows, columns = (
        max(1, min(limit, round(side * scale)))
        for side, limit in zip(image.shape[:2], (height, width), strict=True)
    )
    page = np.zeros((height, width, 3), dtype=np.uint8)
    top, left = (height - rows) // 2, (width - columns) // 2
    small = Pillow.fromarray(image).resize((columns, rows), Pillow.Resampling.BILINEAR)
    page[top : top + rows, left : left + columns] = np.asarray(small)
    return page
