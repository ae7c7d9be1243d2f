"""Pictures of a clip in the order in which they are shown; what is damaged is passed over, and the good part kept."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from workers.media.refusal import Refused
from workers.media.video.container import Clip, rewind

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.video.stream import VideoStream

    Piece = Packet[VideoStream]

MARGIN_MS = 300.0
"""Keyframes are listed by when they are decoded, which may be some frames before they are shown."""
MOST_BROKEN = 200

Shown = tuple[float, "VideoFrame"]


def packets(clip: Clip) -> Iterator[Piece]:
    """The packets of the pictures from here on, an empty one at the end. A file that breaks off has ended."""
    import av

    try:
        yield from clip.container.demux(clip.stream)
    except av.error.FFmpegError:
        return


def decoded(clip: Clip, packet: Piece | None) -> list[Shown]:
    """What a packet brings to light, with milliseconds since the first frame: none where it is damaged."""
    import av

    try:
        frames = clip.stream.decode(packet)
    except (av.error.FFmpegError, ValueError):
        return []
    return [
        (clip.ms_of(frame.pts), frame) for frame in frames if frame.pts is not None and not frame.is_corrupt
    ]


def frames_from(clip: Clip, at_ms: float, spans: Sequence[tuple[float, float]] = ()) -> Iterator[Shown]:
    """Every picture from the last keyframe before `at_ms` on. Pictures that lie in none of the `spans` (in order; none
    given: all wanted) and that no other picture needs may be left out."""
    move_to(clip, at_ms)
    ends = [end for _, end in spans]
    broken = 0
    for packet in packets(clip):
        if packet.pts is not None:
            clip.stream.codec_context.skip_frame = (
                "DEFAULT" if wanted(clip, packet, spans, ends) else "NONREF"
            )
        found = decoded(clip, packet)
        broken = 0 if found else broken + 1
        if broken > MOST_BROKEN:
            return
        yield from found


def wanted(clip: Clip, packet: Piece, spans: Sequence[tuple[float, float]], ends: Sequence[float]) -> bool:
    if not spans or packet.pts is None:
        return True
    at_ms = clip.ms_of(packet.pts)
    index = bisect_left(ends, at_ms)
    return index < len(spans) and spans[index][0] <= at_ms


def move_to(clip: Clip, at_ms: float) -> None:
    """To the last keyframe that is surely shown before `at_ms`; to the start where there is none."""
    index = bisect_right(clip.keyframes_ms, at_ms - MARGIN_MS)
    keyframe_ms = clip.keyframes_ms[index - 1] if index else 0.0
    rewind(clip.container, clip.stream, clip.pts_of(keyframe_ms))


def worth_moving(clip: Clip, from_ms: float, to_ms: float) -> bool:
    """Whether there is a keyframe on the way, so that what lies before it need not be decoded."""
    index = bisect_right(clip.keyframes_ms, to_ms - MARGIN_MS)
    return index > 0 and clip.keyframes_ms[index - 1] > from_ms + MARGIN_MS


def keyframes_at(clip: Clip, times_ms: Sequence[float]) -> Iterator[Shown]:
    """The keyframes that are listed for these times, in order, without decoding anything else."""
    waiting = [clip.pts_of(at_ms) for at_ms in times_ms]
    if not waiting:
        return
    clip.stream.codec_context.skip_frame = "DEFAULT"
    rewind(clip.container, clip.stream, waiting[0])
    for packet in packets(clip):
        if packet.pts is None:
            break
        if packet.is_keyframe and is_at(packet, waiting[0]):
            yield from decoded(clip, packet)
            del waiting[0]
            if not waiting:
                break
    yield from decoded(clip, None)


def is_at(packet: Piece, ticks: int) -> bool:
    """Whether a packet is the one, or already later than the one, that the index lists at this time."""
    return max(packet.pts or 0, packet.dts if packet.dts is not None else packet.pts or 0) >= ticks - 1


def first_picture(clip: Clip) -> VideoFrame:
    """Raises `Refused`: no_frames, where not one picture can be decoded."""
    for _, frame in frames_from(clip, 0.0):
        return frame
    raise Refused("no_frames", "Not one picture of it can be decoded.")
