"""One frame of footage, and which frames of it are wanted."""

from __future__ import annotations

from dataclasses import dataclass

from ml.types import Image, MlError


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
