"""Chapters of one recording, joined: cameras cut a long recording into files, and often give each the first one's time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from django.db import transaction
from django.db.models import F

from server.drives.models import ClockSource, Drive, Footage

CONTIGUOUS = timedelta(seconds=2)
_GOPRO = re.compile(r"(?:^|[/\\])G(?:([HXLS])(\d\d)|(OPR)|P(\d\d))(\d{4})\.\w+$", re.IGNORECASE)


@dataclass(frozen=True)
class Chapter:
    """One video as far as joining goes; `sure` where GPS told its time. `recording` is "" for one that stands alone."""

    pk: int
    name: str
    source: str
    began_at: datetime
    duration: timedelta
    sure: bool
    recording: str = ""
    number: int = 0

    @property
    def ended_at(self) -> datetime:
        return self.began_at + self.duration


@transaction.atomic
def join_recordings(drive: Drive) -> None:
    """Sets recording, chapter and time of the drive's videos. Running it again changes nothing."""
    videos = {footage.pk: footage for footage in readable_videos(drive)}
    for chapter in joined([chapter_of(footage) for footage in videos.values()]):
        write(videos[chapter.pk], chapter)


def readable_videos(drive: Drive) -> list[Footage]:
    accepted = drive.footage.videos().filter(state=Footage.State.ACCEPTED, device_at__isnull=False)
    return list(accepted.defer("motion").order_by("pk"))


def chapter_of(footage: Footage) -> Chapter:
    if footage.device_at is None:
        raise ValueError(f"{footage} has no time.")
    return Chapter(
        pk=footage.pk,
        name=footage.name,
        source=f"{footage.camera_id}/{footage.folder}",
        began_at=footage.device_at,
        duration=timedelta(milliseconds=footage.duration_ms or 0),
        sure=footage.clock == ClockSource.GPS,
    )


def write(footage: Footage, chapter: Chapter) -> None:
    if (moved := chapter.began_at - chapter_of(footage).began_at) and footage.clock != ClockSource.GPS:
        footage.track_points.update(at=F("at") + moved)
        footage.clock = ClockSource.GPS if chapter.sure else footage.clock
    footage.device_at, footage.recording, footage.chapter = (
        chapter.began_at,
        chapter.recording,
        chapter.number,
    )
    footage.save(update_fields=["device_at", "clock", "recording", "chapter"])


def joined(chapters: Sequence[Chapter]) -> list[Chapter]:
    """The chapters with recording, number and time."""
    by_name: dict[str, list[Chapter]] = {}
    others: list[Chapter] = []
    for chapter in chapters:
        if found := gopro_name(chapter.name):
            key = f"{chapter.source}/{found[0]}"
            by_name.setdefault(key, []).append(replace(chapter, recording=found[0], number=found[1]))
        else:
            others.append(replace(chapter, recording="", number=0))
    whole = [chapter for group in by_name.values() for chapter in in_a_row(group)]
    return whole + [chapter for group in contiguous(others) for chapter in numbered(group)]


def gopro_name(name: str) -> tuple[str, int] | None:
    """(recording, chapter) of GH010123.MP4 and GX020123.MP4, or of GOPR0123.MP4 and GP010123.MP4, its second chapter."""
    match = _GOPRO.search(name)
    if match is None:
        return None
    family, chapter, first, later, number = match.groups()
    if family:
        return f"G{family.upper()}{number}", int(chapter)
    return f"GOPR{number}", 0 if first else int(later)


def in_a_row(group: Sequence[Chapter]) -> list[Chapter]:
    """Chapters whose times follow from one of them: from one that GPS told, or else the first.

    A chapter that is missing counts as long as the longest. Two files with one number are of two recordings, and each
    keeps its own time.
    """
    chapters = sorted(group, key=lambda chapter: chapter.number)
    if len(chapters) == 1 or len({chapter.number for chapter in chapters}) < len(chapters):
        return [replace(chapter, recording="", number=0) for chapter in chapters]
    longest = max(chapter.duration for chapter in chapters)
    starts = [timedelta()]
    for before, chapter in pairwise(chapters):
        missing = chapter.number - before.number - 1
        starts.append(starts[-1] + before.duration + missing * longest)
    anchor = next((index for index, chapter in enumerate(chapters) if chapter.sure), 0)
    began_at = chapters[anchor].began_at - starts[anchor]
    sure = chapters[anchor].sure
    return [
        chapter if chapter.sure else replace(chapter, began_at=began_at + start, sure=sure)
        for chapter, start in zip(chapters, starts, strict=True)
    ]


def contiguous(chapters: Iterable[Chapter]) -> list[list[Chapter]]:
    """Files of one camera with names of one pattern, each beginning where the one before ended, as dashcams write them."""
    groups: list[list[Chapter]] = []
    ordered = sorted(chapters, key=lambda chapter: (*pattern(chapter), chapter.began_at, chapter.pk))
    for _, alike in groupby(ordered, key=pattern):
        for chapter in alike:
            last = groups[-1][-1] if groups else None
            if (
                last
                and pattern(last) == pattern(chapter)
                and abs(chapter.began_at - last.ended_at) <= CONTIGUOUS
            ):
                groups[-1].append(chapter)
            else:
                groups.append([chapter])
    return groups


def pattern(chapter: Chapter) -> tuple[str, str]:
    return chapter.source, re.sub(r"\d+", "#", chapter.name)


def numbered(group: Sequence[Chapter]) -> list[Chapter]:
    if len(group) == 1:
        return list(group)
    return [
        replace(chapter, recording=group[0].name[-80:], number=number)
        for number, chapter in enumerate(group, start=1)
    ]
