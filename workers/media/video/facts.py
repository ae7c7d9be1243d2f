"""One video, read for all that it tells without taking a frame out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from workers.media.photo import CLOCK_MAY_BE_AHEAD
from workers.media.video.clock import Began, ClockWord, began
from workers.media.video.container import Clip, container_format, opened
from workers.media.video.decoding import first_picture
from workers.media.video.gpmf import VideoFix
from workers.media.video.header import read_movie
from workers.media.video.motion import motion_of
from workers.media.video.pixels import is_on_its_side
from workers.media.video.telemetry import Telemetry, place_told, telemetry_of
from workers.media.video.tone import Transfer, transfer_of

GOPRO = "GoPro"
_MAKES = ("com.apple.quicktime.make", "com.android.manufacturer", "make")
_MODELS = ("com.apple.quicktime.model", "com.android.model", "model")
LONGEST_DEVICE = 80
PICTURES_ASKED = 2_000


@dataclass(frozen=True)
class VideoFacts:
    """`width` and `height` of the upright picture with square pixels; `device_at`: its first frame by `clock`, aware UTC,
    None where nothing tells; `duration_ms` up to where the bytes end; `frames`: as its index counts them, 0 if it does not.

    `device`: make and model. `motion`: see `workers.media.video.motion`. `detail`: a sentence where only a part of the
    video is there. `keyframes_apart_ms`: the widest gap between pictures that can be decoded alone.
    """

    width: int
    height: int
    duration_ms: int
    frames: int
    variable_rate: bool
    device_at: datetime | None
    clock: ClockWord
    device: str
    panorama: bool
    keyframes_apart_ms: float
    transfer: Transfer
    interlaced: bool
    fixes: tuple[VideoFix, ...]
    motion: NDArray[np.float32]
    detail: str


def read_video(
    stream: IO[bytes], *, name: str, now: datetime, zone: str, modified_at: datetime | None = None
) -> VideoFacts:
    """Reads header, telemetry and the way the pictures move. `zone` is the place's IANA zone.

    Raises `Refused`: empty, mislabelled, codec, no_index, truncated, no_frames, too_long (from the header alone),
    too_large, too_small, unreadable.
    """
    movie = read_movie(stream) if container_format(stream) == "mov" else None
    telemetry = telemetry_of(stream, movie) if movie else Telemetry()
    with opened(stream, roughly=True) as clip:
        picture = first_picture(clip)
        metadata = {**clip.stream.metadata, **clip.container.metadata}
        width, height = upright_size(clip, picture.rotation)
        began_at = Began(telemetry.began_at, "gps")
        if telemetry.began_at is None:
            began_at = began(
                metadata,
                name=name,
                duration=timedelta(milliseconds=clip.duration_ms),
                zone=ZoneInfo(zone),
                writes_local_time=is_gopro(metadata, telemetry),
                modified_at=modified_at,
                latest=now + CLOCK_MAY_BE_AHEAD,
            )
        place = place_told(metadata)
        return VideoFacts(
            width=width,
            height=height,
            duration_ms=round(clip.ends_ms),
            frames=clip.stream.frames,
            variable_rate=has_variable_rate(clip),
            device_at=began_at.at,
            clock=began_at.clock,
            device=device_of(metadata, telemetry),
            panorama=movie is not None and movie.panorama,
            keyframes_apart_ms=clip.keyframes_apart_ms,
            transfer=transfer_of(picture.color_trc),
            interlaced=bool(picture.interlaced_frame),
            fixes=telemetry.fixes or ((place,) if place else ()),
            motion=motion_of(clip),
            detail=cut_short(clip),
        )


def upright_size(clip: Clip, rotation_deg: float) -> tuple[int, int]:
    width, height = round(clip.stream.width * pixel_aspect(clip)), clip.stream.height
    return (height, width) if is_on_its_side(rotation_deg) else (width, height)


def pixel_aspect(clip: Clip) -> float:
    """How much wider than high one pixel is."""
    aspect = float(clip.stream.sample_aspect_ratio or 1)
    return aspect if 0.25 <= aspect <= 4 else 1.0


def has_variable_rate(clip: Clip) -> bool:
    """Whether more than one of twenty pictures is shown for another time than most, of the first 2,000 in the index."""
    count = min(len(clip.stream.index_entries), PICTURES_ASKED)
    times = [clip.stream.index_entries[number].timestamp for number in range(count)]
    steps = np.diff(times)
    return bool(len(steps)) and bool(
        np.mean(np.abs(steps - np.median(steps)) > 0.1 * np.median(steps)) > 0.05
    )


def is_gopro(metadata: Mapping[str, str], telemetry: Telemetry) -> bool:
    return GOPRO in metadata.get("handler_name", "") or GOPRO in telemetry.model


def device_of(metadata: Mapping[str, str], telemetry: Telemetry) -> str:
    """Make and model, never a serial number; "" where the file tells neither."""
    make = next((metadata[key] for key in _MAKES if metadata.get(key)), "")
    model = next((metadata[key] for key in _MODELS if metadata.get(key)), "") or telemetry.model
    if not model and is_gopro(metadata, telemetry):
        make = make or GOPRO
    told = model if model.lower().startswith(make.lower()) else f"{make} {model}"
    return "".join(letter for letter in told if letter.isprintable()).strip()[:LONGEST_DEVICE]


def cut_short(clip: Clip) -> str:
    if not clip.truncated:
        return ""
    return f"The file ends after {clip.ends_ms / 1000:.0f} of {clip.duration_ms / 1000:.0f} seconds; these were read."
