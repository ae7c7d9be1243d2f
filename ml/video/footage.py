"""Frames of a clip or of pictures, in order and with their times, one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from ml.pictures import SUFFIXES, pictures_in, read_picture
from ml.video.moment import FootageError, Moment, Piece
from ml.video.reading import clip_moments

CLIP_SUFFIXES = frozenset({".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".360", ".insv"})
TAKEN = re.compile(r"(?<!\d)(\d{8}_\d{6})(?!\d)")
PICTURES_APART_MS = 1000
WHOLE = Piece()


def read_footage(paths: Sequence[Path], piece: Piece = WHOLE) -> Iterator[Moment]:
    """Frames of one clip, or of picture files and folders of pictures, one in memory at a time.

    Raises FootageError where there is no frame, where a clip breaks off or clips and pictures are mixed, and PictureError.
    """
    clips = [path for path in paths if is_clip(path)]
    if clips and len(paths) > 1:
        raise FootageError("Name either one clip or pictures, not several clips and not both.")
    moments = clip_moments(clips[0]) if clips else picture_moments(pictures_in(paths))
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


def picture_moments(pictures: Sequence[Path]) -> Iterator[Moment]:
    """Pictures in the order given; times from their names where all names tell one, else a second apart."""
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
