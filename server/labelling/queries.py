"""What labellers are offered: the frames that wait, in order, and what the set of labels has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from server.accounts.models import User
from server.core.zone import place_zone
from server.drives.models import Drive
from server.frames.models import Frame, Scorer
from server.frames.queries import frames_readable_by, live_scorer
from server.houses.seasons import place_date
from server.labelling.models import QueueEntry, Reason
from server.labelling.reported import counting_labels, open_reports
from server.labels.models import Label


@dataclass(frozen=True)
class Asked:
    """What part of the queue is looked at: one reason, one drive (its public id), or all."""

    reason: str = ""
    drive: str = ""

    @property
    def words(self) -> dict[str, str]:
        """As parameters of an address."""
        return {name: said for name, said in (("reason", self.reason), ("drive", self.drive)) if said}


def asked_in(words: Any) -> Asked:
    """From the parameters of an address; an unknown reason means all."""
    reason = words.get("reason", "")
    drive = str(words.get("drive", "")).replace("\0", "")[:16]
    return Asked(reason if reason in Reason.values else "", drive)


def waiting_for(user: User, scorer: Scorer | None = None) -> QuerySet[QueueEntry]:
    """The live scorer's queue as this labeller is offered it, in order: what nobody labelled since, and they did not skip."""
    since = counting_labels().filter(frame=OuterRef("frame"), created_at__gt=OuterRef("listed_at"))
    still_reported = open_reports().filter(frames=OuterRef("frame"))
    entries = QueueEntry.objects.filter(scorer=scorer or live_scorer())
    entries = entries.filter(~Q(reason=Reason.REPORTED) | Exists(still_reported))
    entries = entries.exclude(Exists(since)).exclude(frame__skips__labeller=user)
    if not user.is_staff:
        entries = entries.filter(frame__in=frames_readable_by(user))
    return entries.order_by("place", "id")


def part_of(entries: QuerySet[QueueEntry], asked: Asked) -> QuerySet[QueueEntry]:
    if asked.reason:
        entries = entries.filter(Q(reason=asked.reason) | Q(also__contains=[asked.reason]))
    return entries.filter(frame__drive__public_id=asked.drive) if asked.drive else entries


def entry_of(frame: Frame) -> QueueEntry | None:
    """The frame's place in the live scorer's queue, labelled since or not."""
    return QueueEntry.objects.filter(scorer=live_scorer(), frame=frame).first()


def reason_counts(entries: QuerySet[QueueEntry]) -> list[tuple[Reason, int]]:
    """How many wait for each reason, further reasons counted too; reasons of none are left out."""
    counts = {reason: part_of(entries, Asked(reason=reason)).count() for reason in Reason}
    return [(reason, count) for reason, count in counts.items() if count]


@dataclass(frozen=True)
class WaitingDrive:
    """A drive with frames in the queue. `title` is for staff and its driver; others are told the evening."""

    public_id: str
    title: str
    began_at: datetime
    frames: int


def drives_waiting(entries: QuerySet[QueueEntry], user: User) -> list[WaitingDrive]:
    """The latest first."""
    rows: Any = (
        Drive.objects.filter(frames__queue_entries__in=entries.order_by())
        .annotate(waiting=Count("frames"), last=Max("frames__captured_at"))
        .order_by("-last", "pk")
    )
    return [
        WaitingDrive(
            drive.public_id,
            drive.title if user.is_staff or drive.driver_id == user.pk else "",
            drive.last,
            drive.waiting,
        )
        for drive in rows
    ]


@dataclass(frozen=True)
class LabelSet:
    """What there is to learn from: labels that count and have a mask."""

    frames: int
    drives: int
    positive: int
    negative: int
    since_training: int


def label_set() -> LabelSet:
    trained_at = Scorer.objects.aggregate(last=Max("created_at"))["last"]
    since = Q(created_at__gt=trained_at) if trained_at else Q()
    drawn = counting_labels().filter(mask_share__isnull=False)
    counts = drawn.aggregate(
        frames=Count("pk"),
        drives=Count("frame__drive", distinct=True),
        positive=Count("pk", filter=Q(mask_share__gt=0)),
        negative=Count("pk", filter=Q(mask_share=0)),
        since_training=Count("pk", filter=since),
    )
    return LabelSet(**counts)


def labelled_today(user: User) -> int:
    """How many frames somebody labelled since midnight at the place."""
    midnight = datetime.combine(place_date(timezone.now()), time(), place_zone())
    mine = Label.objects.filter(author=user, created_at__gte=midnight)
    return mine.aggregate(frames=Count("frame", distinct=True))["frames"]
