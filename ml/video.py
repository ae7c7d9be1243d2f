"""Footage: frames of a clip or of pictures, in order and with their times, one at a time; and clips written as MP4."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image as Pillow

from ml.pictures import SUFFIXES, find_pictures, read_picture
from ml.types import Image, MlError

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

CLIP_SUFFIXES = frozenset({".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".360", ".insv"})
TAKEN = re.compile(r"(?<!\d)(\d{8}_\d{6})(?!\d)")
PICTURES_APART_MS = 1000
BREAKS_OFF_BEFORE = 0.9
CODECS = ("libx264", "mpeg4")
KINDEST_CRF = "20"


class FootageError(MlError):
    """Footage has no frames, breaks off or cannot be written."""


@dataclass(frozen=True)
class Moment:
    """One frame of footage.

    `frame` counts from 0 in the footage (frames that were left out count), `at_ms` is the time since its first frame,
    `image` (H, W, 3) uint8 RGB, `name` the picture's file name without its suffix, or the clip's with the frame's number.
    """

    frame: int
    at_ms: int
    image: Image
    name: str


@dataclass(frozen=True)
class Piece:
    """Which frames: from `first_ms` to `last_ms` (None: to the end), both included, every `every`-th, at most `most`."""

    first_ms: int = 0
    last_ms: int | None = None
    every: int = 1
    most: int | None = None

    def __post_init__(self) -> None:
        if self.every < 1:
            raise FootageError("Every how many frames? The number has to be 1 or more.")
        if self.most is not None and self.most < 1:
            raise FootageError("The number of frames to take has to be 1 or more.")
        if self.first_ms < 0 or (self.last_ms is not None and self.last_ms < self.first_ms):
            raise FootageError("The piece of footage has to end after it begins.")


WHOLE = Piece()


def read_footage(paths: Sequence[Path], piece: Piece = WHOLE) -> Iterator[Moment]:
    """Frames of one clip, or of picture files and folders of pictures, one in memory at a time.

    Raises FootageError where there is no frame, where a clip breaks off or clips and pictures are mixed, and PictureError.
    """
    clips = [path for path in paths if is_clip(path)]
    if clips and len(paths) > 1:
        raise FootageError("Name either one clip or pictures, not several clips and not both.")
    moments = clip_moments(clips[0]) if clips else picture_moments(list(find_pictures(paths)), paths)
    wanted = chosen(moments, piece)
    first = next(wanted, None)
    if first is None:
        raise FootageError(
            "There is no frame in that piece of the footage; choose an earlier or a longer one."
        )
    yield first
    yield from wanted


def chosen(moments: Iterator[Moment], piece: Piece) -> Iterator[Moment]:
    """The frames of the piece."""
    given = 0
    for moment in moments:
        if given == piece.most or (piece.last_ms is not None and moment.at_ms > piece.last_ms):
            return
        if moment.at_ms >= piece.first_ms and moment.frame % piece.every == 0:
            given += 1
            yield moment


def is_clip(path: Path) -> bool:
    """Whether the name is a clip's; a file of an unknown kind is tried as a clip, too."""
    if path.suffix.lower() in CLIP_SUFFIXES:
        return True
    return path.is_file() and path.suffix.lower() not in SUFFIXES


def picture_moments(pictures: Sequence[Path], asked: Sequence[Path]) -> Iterator[Moment]:
    """Pictures in the order given; times from their names where all names tell one, else a second apart."""
    if not pictures:
        raise FootageError(f"There are no pictures in {', '.join(map(str, asked))}.")
    for frame, (path, at_ms) in enumerate(zip(pictures, picture_times(pictures), strict=True)):
        yield Moment(frame=frame, at_ms=at_ms, image=read_picture(path), name=path.stem)


def picture_times(pictures: Sequence[Path]) -> list[int]:
    """Milliseconds since the first picture, by `YYYYmmdd_HHMMSS` in the names, unless one lacks it or time runs back."""
    found = [TAKEN.search(path.stem) for path in pictures]
    try:
        taken = [datetime.strptime(match[1], "%Y%m%d_%H%M%S") for match in found if match]
    except ValueError:
        taken = []
    if len(taken) != len(pictures) or taken != sorted(taken):
        return [number * PICTURES_APART_MS for number in range(len(pictures))]
    return [round((moment - taken[0]).total_seconds() * 1000) for moment in taken]


def clip_moments(path: Path) -> Iterator[Moment]:
    """Every frame of a clip, turned upright. Raises FootageError with a sentence, also where the clip breaks off."""
    import av

    with opened(path) as clip:
        stream = clip.streams.video[0]
        first_ms, last_ms, frame = 0.0, 0.0, -1
        try:
            for frame, picture in enumerate(clip.decode(stream)):
                last_ms = 1000 * picture.time if picture.time is not None else last_ms
                first_ms = last_ms if frame == 0 else first_ms
                yield Moment(frame, round(last_ms - first_ms), upright(picture), f"{path.stem}_{frame:05d}")
        except av.error.FFmpegError:
            raise FootageError(broken_off(path, frame, last_ms - first_ms)) from None
        if frame < 0:
            raise FootageError(f"{path.name} has no frames.")
        if last_ms - first_ms < BREAKS_OFF_BEFORE * promised_ms(stream) - 1000:
            raise FootageError(broken_off(path, frame, last_ms - first_ms))


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """The clip, with a stream of pictures in it. Raises FootageError."""
    import av

    if not path.is_file():
        raise FootageError(f"{path} does not exist.")
    try:
        clip = av.open(str(path), metadata_errors="replace")
    except (av.error.FFmpegError, OSError, ValueError):
        raise FootageError(f"{path.name} cannot be read as a clip; it may be cut short or damaged.") from None
    with clip:
        if not clip.streams.video:
            raise FootageError(f"{path.name} has no frames; there is no picture track in it.")
        clip.streams.video[0].thread_type = "AUTO"
        yield clip


def promised_ms(stream: VideoStream) -> float:
    """The length that the clip's header states, 0 where it states none."""
    if stream.duration is None or stream.time_base is None:
        return 0.0
    return float(1000 * stream.duration * stream.time_base)


def broken_off(path: Path, frame: int, at_ms: float) -> str:
    if frame < 0:
        return f"{path.name} has no frames that can be read; it may be damaged."
    return (
        f"{path.name} breaks off after {at_ms / 1000:.1f} s ({frame + 1} frames); the rest is cut or damaged."
    )


def upright(picture: VideoFrame) -> Image:
    """(H, W, 3) RGB, turned as the clip's display matrix says."""
    image = picture.to_ndarray(format="rgb24")
    return np.ascontiguousarray(np.rot90(image, round(picture.rotation / 90) % 4))


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


def write_png(path: Path, image: Image) -> Path:
    """Write a picture (H, W, 3) uint8 and make its folder where there is none. Raises FootageError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(image).save(path)
    except OSError as error:
        raise FootageError(f"{path} cannot be written: {error.strerror or error}.") from None
    return path


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
