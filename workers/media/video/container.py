"""A video opened for decoding, by libav, and only as what its first bytes say it is.

libav would follow a playlist or a list of files to wherever it points; told the format beforehand, it opens nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import IO, TYPE_CHECKING

from workers.media.kinds import HEAD_BYTES, sniff
from workers.media.refusal import Refused, decoder_says
from workers.media.video.boxes import size_of
from workers.media.video.header import MOST_SAMPLES, Movie, check_duration, read_movie

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

CODECS = frozenset({"h264", "hevc"})
MOST_PIXELS = 8192 * 8192
SMALLEST_SIDE_PX = 64
BUFFER_BYTES = 512 * 2**10
_ISO_MEDIA = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid", b"styp")
_OTHER_VIDEO = (
    b"RIFF",
    b"FLV",
    b"\x30\x26\xb2\x75",
    b"OggS",
    b"\x00\x00\x01\xba",
    b"\x00\x00\x01\xb3",
    b"#EXTM3U",
)


@dataclass(frozen=True)
class Clip:
    """An opened video. `keyframes_ms`: when each picture begins that can be decoded alone; `ends_ms`: where the bytes end.

    Times are milliseconds since the first frame, by the file's own time stamps.
    """

    container: InputContainer
    stream: VideoStream
    first_pts: int
    ms_per_tick: float
    duration_ms: float
    ends_ms: float
    keyframes_ms: tuple[float, ...]

    def ms_of(self, pts: int) -> float:
        return (pts - self.first_pts) * self.ms_per_tick

    def pts_of(self, at_ms: float) -> int:
        return self.first_pts + round(at_ms / self.ms_per_tick)

    @property
    def truncated(self) -> bool:
        return self.ends_ms < self.duration_ms - 1000

    @property
    def keyframes_apart_ms(self) -> float:
        """The widest gap between keyframes, the last frame included; as long as the video where there is but one."""
        times = [*self.keyframes_ms, self.ends_ms]
        return max((after - before for before, after in pairwise(times)), default=0.0)


def container_format(stream: IO[bytes]) -> str:
    """The libav demuxer for a video by its first bytes. Raises `Refused`: empty, codec, mislabelled, unreadable."""
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    if not head:
        raise Refused("empty")
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    kind = sniff(head)
    if head[4:8] in _ISO_MEDIA and kind in (None, "video"):
        return "mov"
    if head.startswith(_OTHER_VIDEO) or head[:1] == b"\x47":
        raise Refused("codec", "It is neither MP4 nor MOV nor MKV.")
    if not head.strip(b"\0"):
        raise Refused("unreadable", "The file begins with nothing but zeros.")
    found = f"it is a {kind} file" if kind else "its content is no video"
    raise Refused("mislabelled", f"The name promises a video, but {found}.")


@contextmanager
def opened(stream: IO[bytes], *, roughly: bool = False) -> Iterator[Clip]:
    """A video whose pictures are H.264 or H.265. Raises `Refused`; from the header alone where that tells enough.

    The stream is the decoder's until the block ends: nobody else may move about in it. `roughly`: the decoder leaves out
    what makes pictures smooth, for whoever only looks how they move.
    """
    import av

    form = container_format(stream)
    movie = read_movie(stream) if form == "mov" else None
    if movie is not None:
        check_tracks(movie)
    size_bytes = size_of(stream)
    stream.seek(0)
    try:
        container = av.open(
            stream, format=form, mode="r", metadata_errors="replace", buffer_size=BUFFER_BYTES
        )
    except (av.error.FFmpegError, ValueError, UnicodeDecodeError) as error:
        raise Refused("unreadable", decoder_says(error)) from error
    with container:
        listed = movie is not None and not movie.fragmented
        clip = clip_of(container, size_bytes if listed else None)
        if roughly:
            clip.stream.codec_context.options = {"skip_loop_filter": "all", "flags2": "+fast"}
        yield clip


def check_tracks(movie: Movie) -> None:
    """Raises `Refused` where the header alone shows that nothing can be had: no pictures, two half spheres."""
    if not movie.videos:
        raise Refused("no_frames", "There is no picture track in it.")
    if not movie.fragmented and not any(track.samples for track in movie.videos):
        raise Refused("no_frames", "The index lists 0 pictures.")
    if len(movie.videos) > 1 and all(b"GoPro H.265" in track.format for track in movie.videos):
        raise Refused("codec", "Export it as a 360° MP4 first.")


def clip_of(container: InputContainer, size_bytes: int | None) -> Clip:
    """`size_bytes`: of a file whose index lists all of its pictures; None where they have to be looked for."""
    stream = pictures_in(container)
    if stream.time_base is None:
        raise Refused("unreadable", "Its clock has no unit.")
    ms_per_tick = float(1000 * stream.time_base)
    duration_ms = promised_ms(container, stream)
    check_duration(duration_ms / 1000)
    first_pts = stream.start_time or 0
    found = walked(container, stream) if size_bytes is None else indexed(container, stream, size_bytes)
    keyframes, ends_ms = found
    if not duration_ms:
        duration_ms = ends_ms if ends_ms < float("inf") else 0.0
    check_duration(duration_ms / 1000)
    return Clip(
        container=container,
        stream=stream,
        first_pts=first_pts,
        ms_per_tick=ms_per_tick,
        duration_ms=duration_ms,
        ends_ms=min(ends_ms, duration_ms),
        keyframes_ms=tuple(max(0.0, (ticks - first_pts) * ms_per_tick) for ticks in keyframes),
    )


def pictures_in(container: InputContainer) -> VideoStream:
    """The largest stream of pictures. Raises `Refused`: no_frames without one, codec, too_large, too_small."""
    streams = [stream for stream in container.streams.video if stream.codec_context is not None]
    known = [stream for stream in streams if stream.codec_context.name in CODECS]
    if not streams and not container.streams.video:
        raise Refused("no_frames", "There is no picture track in it.")
    if not known:
        found = streams[0].codec_context.name if streams else "unknown"
        raise Refused("codec", f"Its pictures are in {found}.")
    stream = max(known, key=lambda stream: stream.width * stream.height)
    if stream.width * stream.height > MOST_PIXELS:
        raise Refused("too_large", f"Its pictures have {stream.width} × {stream.height} pixels.")
    if 0 < min(stream.width, stream.height) < SMALLEST_SIDE_PX:
        raise Refused("too_small", f"Its pictures have {stream.width} × {stream.height} pixels.")
    stream.thread_type = "AUTO"
    return stream


def promised_ms(container: InputContainer, stream: VideoStream) -> float:
    """The length that the header states; 0 where it states none."""
    if stream.duration and stream.time_base:
        return float(1000 * stream.duration * stream.time_base)
    return container.duration / 1000 if container.duration else 0.0


def indexed(container: InputContainer, stream: VideoStream, size_bytes: int) -> tuple[list[int], float]:
    """When the keyframes are, in ticks, and after how many milliseconds the bytes end (infinite where they are all there).

    Raises `Refused`: truncated, where not one picture is there.
    """
    keyframes: list[int] = []
    for number in range(min(len(stream.index_entries), MOST_SAMPLES)):
        entry = stream.index_entries[number]
        if entry.pos + entry.size > size_bytes:
            if not number:
                raise Refused("truncated", "The file ends before its first picture.")
            ms_per_tick = float(1000 * (stream.time_base or 0))
            return keyframes, (entry.timestamp - (stream.start_time or 0)) * ms_per_tick
        if entry.is_keyframe:
            keyframes.append(entry.timestamp)
    return keyframes, float("inf")


def walked(container: InputContainer, stream: VideoStream) -> tuple[list[int], float]:
    """The same for a file without an index in front: packet by packet, without decoding."""
    import av

    keyframes: list[int] = []
    last = first = stream.start_time or 0
    try:
        for number, packet in enumerate(container.demux(stream)):
            if packet.pts is None or number > MOST_SAMPLES:
                continue
            last = max(last, packet.pts + (packet.duration or 0))
            if packet.is_keyframe:
                keyframes.append(packet.pts)
    except av.error.FFmpegError:
        pass
    rewind(container, stream, first)
    return keyframes, float((last - first) * 1000 * (stream.time_base or 0))


def rewind(container: InputContainer, stream: VideoStream, pts: int) -> None:
    """To the last keyframe at or before a time. Raises `Refused` where the file cannot be moved about in."""
    import av

    try:
        container.seek(pts, stream=stream)
    except av.error.FFmpegError as error:
        raise Refused("unreadable", decoder_says(error)) from error
