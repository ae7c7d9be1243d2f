"""A minute of 1080p (H.264, 30 frames a second, a keyframe every second) brought to frames as the product does it: decoded, the
sharpest of the neighbours chosen, three JPEGs written of each. Once with a frame every 3 m at 10 m/s, which needs every
picture, and once with a frame a second, for which the keyframes do. The median of three runs each.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

SECONDS, FRAMES_PER_S = 60, 30
WIDTH, HEIGHT = 1920, 1080
DRIVING_STEP_MS, KEYFRAME_STEP_MS = 300.0, 1000.0
PIXELS_PER_FRAME = 6
RUNS = 3


def measure() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "street.mp4"
        write_street(path)
        print(f"clip of {SECONDS} s: {path.stat().st_size / 2**20:.0f} MiB", file=sys.stderr)
        return {
            "video_realtime": realtime(path, DRIVING_STEP_MS),
            "keyframe_realtime": realtime(path, KEYFRAME_STEP_MS),
        }


def realtime(path: Path, step_ms: float) -> float:
    """Seconds of video per second of work."""
    times_ms = np.arange(0, 1000 * SECONDS, step_ms).tolist()
    before_s = time.process_time()
    seconds = [sample(path, times_ms) for _ in range(RUNS)]
    processor_s = (time.process_time() - before_s) / RUNS
    spent = ", ".join(f"{second:.2f}" for second in seconds)
    print(f"{len(times_ms)} frames in {spent} s; {processor_s:.2f} s of processor each", file=sys.stderr)
    return round(SECONDS / median(seconds), 1)


def sample(path: Path, times_ms: Sequence[float]) -> float:
    from server.drives.models import Footage
    from workers.media.video.moments import moments_at
    from workers.sampling.videos import pictures_at

    started = time.perf_counter()
    with path.open("rb") as stream:
        made = sum(1 for _ in pictures_at(stream, Footage(), moments_at(times_ms)))
    if made != len(times_ms):
        raise RuntimeError(f"{made} of {len(times_ms)} frames came out of the clip.")
    return time.perf_counter() - started


def write_street(path: Path) -> None:
    """A night street that passes by: lit points and textured walls, with a camera's noise."""
    import av

    rng = np.random.default_rng(5)
    wall = street(rng, WIDTH + PIXELS_PER_FRAME * SECONDS * FRAMES_PER_S // 8)
    with av.open(str(path), "w") as clip:
        stream = clip.add_stream("libx264", rate=FRAMES_PER_S)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = WIDTH, HEIGHT, "yuv420p", FRAMES_PER_S
        stream.options = {"preset": "veryfast", "crf": "23", "sc_threshold": "0"}
        for number in range(SECONDS * FRAMES_PER_S):
            left = number * PIXELS_PER_FRAME % (wall.shape[1] - WIDTH)
            noise = rng.integers(0, 7, (HEIGHT, WIDTH // 4, 1), dtype=np.uint8).repeat(4, axis=1)
            picture = wall[:, left : left + WIDTH] + noise
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts = number
            clip.mux(stream.encode(frame))
        clip.mux(stream.encode())


def street(rng: np.random.Generator, columns: int) -> NDArray[np.uint8]:
    """(HEIGHT, columns, 3) uint8, at most 240."""
    from PIL import Image

    coarse = rng.integers(5, 60, (HEIGHT // 24, columns // 24, 3), dtype=np.uint8)
    wall = np.array(Image.fromarray(coarse).resize((columns, HEIGHT), Image.Resampling.BICUBIC))
    for row, column in zip(
        rng.integers(80, HEIGHT - 80, 4000), rng.integers(4, columns - 8, 4000), strict=True
    ):
        wall[row : row + 4, column : column + 4] = rng.integers(120, 240, 3, dtype=np.uint8)
    return wall
