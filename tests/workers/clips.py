"""Clips for tests, written here: pictures in, an MP4 (or another container) of a few kilobytes out."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
TICKS_PER_S = 1000


def clip(
    pictures: Iterable[Rgb],
    *,
    every_ms: float = 100,
    times_ms: Sequence[float] | None = None,
    codec: str = "libx264",
    container: str = "mp4",
    keyframes_every: int = 10,
    rotation_deg: int = 0,
    metadata: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
    pixels: str = "yuv420p",
    muxing: dict[str, str] | None = None,
) -> bytes:
    """The bytes of a clip. `times_ms` for pictures that are not evenly apart."""
    with NamedTemporaryFile() as file, av.open(file.name, "w", format=container, options=muxing or {}) as out:
        out.metadata.update(metadata or {})
        video: Any = None
        for number, picture in enumerate(pictures):
            if video is None:
                video = out.add_stream(codec, rate=Fraction(30))
                video.height, video.width = picture.shape[:2]
                video.pix_fmt, video.codec_context.time_base = pixels, Fraction(1, TICKS_PER_S)
                video.gop_size = keyframes_every
                video.options = {"preset": "veryfast", **(options or {})}
                if rotation_deg:
                    video.set_display_rotation(rotation_deg)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.time_base = Fraction(1, TICKS_PER_S)
            frame.pts = round(times_ms[number] if times_ms else number * every_ms)
            out.mux(video.encode(frame))
        out.mux(video.encode())
        out.close()
        return Path(file.name).read_bytes()


def texture(width: int = 160, height: int = 96, seed: int = 1, coarse: int = 8) -> Rgb:
    """A picture with something to see in it."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(20, 230, (height // coarse, width // coarse, 3), dtype=np.uint8)
    return np.kron(cells, np.ones((coarse, coarse, 1), dtype=np.uint8))


def blurred(picture: Rgb, columns: int = 9) -> Rgb:
    """As if the camera had moved sideways while it was taken."""
    moved = [np.roll(picture, shift, axis=1).astype(np.float32) for shift in range(columns)]
    return np.mean(moved, axis=0).astype(np.uint8)


def passing(count: int, step_px: int, width: int = 160, height: int = 96) -> list[Rgb]:
    """A scene that moves to the left by `step_px` columns a picture."""
    wide = texture(width + count * step_px, height)
    return [wide[:, number * step_px : number * step_px + width] for number in range(count)]


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + kind + body


def klv(key: str, letter: str, size_bytes: int, repeat: int, body: bytes) -> bytes:
    """One entry of GPMF, padded to four bytes; "" for a nested one."""
    head = key.encode() + (letter.encode() or b"\0") + struct.pack(">BH", size_bytes, repeat)
    return head + body + b"\0" * (-len(body) % 4)


def nest(key: str, *entries: bytes) -> bytes:
    body = b"".join(entries)
    return klv(key, "", 1, len(body), body)
