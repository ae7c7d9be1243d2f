from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from workers.media.video.container import Clip
from workers.media.video.facts import pixel_aspect
from workers.media.video.moments import Moment
from workers.media.video.pixels import rgb_of
from workers.media.video.sharpest import frames_at


def stills_at(
    clip: Clip, moments: Sequence[Moment], *, keyframes_only: bool, long_side: int | None
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """For each moment that has a frame: its milliseconds since the first frame, and the picture (H, W, 3) RGB, upright."""
    from av.video.reformatter import VideoReformatter

    reformatter, aspect = VideoReformatter(), pixel_aspect(clip)
    for at_ms, frame in frames_at(clip, moments, keyframes_only=keyframes_only):
        yield max(0, round(at_ms)), rgb_of(frame, reformatter, long_side=long_side, pixel_aspect=aspect)
