"""The frames of one clip, upright and with their times; what is cut short or damaged is refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ml.types import Image
from ml.video.moment import FootageError, Moment

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

BREAKS_OFF_BEFORE = 0.9


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
