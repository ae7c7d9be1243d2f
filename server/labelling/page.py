"""All that the queue's page shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from server.accounts.models import User
from server.frames.models import Frame, FrameScore, Scorer
from server.frames.points import points
from server.frames.queries import live_scorer
from server.labelling.models import QueueEntry, Ranking, Reason, Skip
from server.labelling.presence import people_at
from server.labelling.queries import (
    Asked,
    drives_waiting,
    label_set,
    labelled_today,
    part_of,
    reason_counts,
    waiting_for,
)
from server.labelling.strip import desk_address
from server.labelling.words import sentence_of


@dataclass(frozen=True)
class Row:
    """An entry as the list shows it: where it is opened, why, its points, and who has it open now."""

    entry: QueueEntry
    frame: Frame
    address: str
    sentence: str
    also: tuple[str, ...]
    points: float | None
    people: tuple[str, ...]

    @property
    def percent(self) -> int:
        return round(100 * self.entry.worth)


class Rows(Sequence[Row]):
    """The rows of a part of the queue; a page of them is read at once."""

    def __init__(
        self, entries: QuerySet[QueueEntry], user: User, asked: Asked, scorer: Scorer | None
    ) -> None:
        self.entries, self.user, self.asked, self.scorer = entries, user, asked, scorer

    def __len__(self) -> int:
        return self.entries.count()

    def __getitem__(self, places: Any) -> Any:
        return list(self.rows(list(self.entries.select_related("frame__camera", "frame__drive")[places])))

    def rows(self, entries: list[QueueEntry]) -> Iterator[Row]:
        frames = [entry.frame for entry in entries]
        scores = FrameScore.objects.filter(scorer=self.scorer, frame__in=frames)
        festivity = dict(scores.values_list("frame", "festivity"))
        people = people_at(frames, self.user)
        for entry, frame in zip(entries, frames, strict=True):
            given = festivity.get(frame.pk)
            yield Row(
                entry=entry,
                frame=frame,
                address=desk_address(frame, self.asked),
                sentence=sentence_of(entry),
                also=tuple(str(Reason(name).label) for name in entry.also),
                points=points(given, self.scorer.card) if self.scorer and given is not None else None,
                people=people.get(frame.pk, ()),
            )


def queue_context(user: User, asked: Asked) -> dict[str, Any]:
    scorer = live_scorer()
    waiting = waiting_for(user, scorer)
    return {
        "asked": asked,
        "entries": Rows(part_of(waiting, asked), user, asked, scorer),
        "waiting": waiting.count(),
        "reasons": reason_counts(part_of(waiting, Asked(drive=asked.drive))),
        "drives": drives_waiting(waiting, user),
        "labels": label_set(),
        "today": labelled_today(user),
        "skipped": Skip.objects.filter(labeller=user).count(),
        "ranking": Ranking.objects.filter(scorer=scorer).first() if scorer else None,
        "scorer": scorer,
    }
