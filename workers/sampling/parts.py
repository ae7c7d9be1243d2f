"""How the work of a drive is shared out: frames into parts of the scoring stage, videos into parts of the sampling stage."""

from __future__ import annotations

from dataclasses import dataclass

from server.drives.models import Drive, Footage, StageRun
from server.drives.runs import parts_in_round

FRAMES_PER_PART = 48
PART_MS = 10 * 60 * 1000
"""Of video, in one part of the sampling stage: minutes of work, so that no part meets the limit of a task."""


@dataclass(frozen=True)
class Slice:
    """A stretch of one video, from `start_ms` up to `end_ms` after its first frame."""

    footage: Footage
    start_ms: int
    end_ms: int


def part_of(number: int) -> int:
    """The part of the scoring stage that a drive's frame belongs to, by how many frames were made before it."""
    return number // FRAMES_PER_PART


def sampling_parts(drive: Drive) -> int:
    """One part for the photos, and one for every ten minutes of video."""
    return 1 + len(shares(drive))


def slices_for(run: StageRun) -> list[Slice]:
    """What one part of the sampling stage has to do. However many parts there are, together they do all."""
    parts = parts_in_round(run)
    mine = [share for number, share in enumerate(shares(run.drive), start=1) if number % parts == run.part]
    return [piece for share in mine for piece in share]


def shares(drive: Drive) -> list[list[Slice]]:
    """The drive's videos cut into stretches, put together to ten minutes each. What is refused later moves no other."""
    videos = drive.footage.videos().filter(duration_ms__isnull=False).select_related("camera").order_by("pk")
    found: list[list[Slice]] = []
    room_ms = 0
    for piece in (piece for footage in videos for piece in cut(footage)):
        if piece.end_ms - piece.start_ms > room_ms:
            found.append([])
            room_ms = PART_MS
        found[-1].append(piece)
        room_ms -= piece.end_ms - piece.start_ms
    return found


def cut(footage: Footage) -> list[Slice]:
    end_ms = (footage.duration_ms or 0) + 1
    starts = range(0, end_ms, PART_MS)
    return [Slice(footage, start_ms, min(start_ms + PART_MS, end_ms)) for start_ms in starts]
