"""The queue is wanted, made by a worker, and put in its place at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from server.accounts.models import User
from server.core.queue import RANK_QUEUE, enqueue, enqueue_on_commit
from server.drives.models import Drive
from server.frames.models import Frame, Scorer
from server.frames.queries import live_scorer
from server.labelling.models import QueueEntry, Ranking, Reason, Skip
from server.labelling.reported import answer_reports, settled_reports
from server.labels.models import Label

FORGOTTEN_AFTER = timedelta(minutes=15)
RESTS = timedelta(minutes=1)
"""The sweeper asks no more often for the same queue."""
LABELS_OF_A_ROUND = 20
"""After so many labels the queue is made anew by itself."""


@dataclass(frozen=True)
class Chosen:
    """A frame for the queue; `worth` in [0, 1], `told` the numbers of its sentence."""

    frame_id: int
    reason: Reason
    worth: float
    told: dict[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()


@transaction.atomic
def want_ranking(scorer: Scorer) -> None:
    """Asks the workers to make the queue anew."""
    Ranking.objects.update_or_create(scorer=scorer, defaults={"wanted_at": timezone.now()})
    enqueue_on_commit(RANK_QUEUE, scorer.pk)


def claim_ranking(scorer_id: int) -> datetime | None:
    """The moment from which this worker makes the queue; None where it is made already, or by another one now."""
    now = timezone.now()
    wanted = Q(ranked_at=None) | Q(wanted_at__gt=F("ranked_at"))
    free = Q(begun_at=None) | Q(begun_at__lt=now - FORGOTTEN_AFTER)
    claimed = Ranking.objects.filter(wanted & free, scorer=scorer_id, wanted_at__isnull=False)
    return now if claimed.update(begun_at=now) else None


@transaction.atomic
def write_ranking(*, scorer_id: int, begun_at: datetime, chosen: Sequence[Chosen], frames: int) -> bool:
    """Puts the queue in the place of the one before; False where another worker took over. Reports that came meanwhile stay."""
    ranking = Ranking.objects.select_for_update().get(scorer=scorer_id)
    if ranking.begun_at != begun_at:
        return False
    came_since = Q(reason=Reason.REPORTED, listed_at__gt=begun_at)
    QueueEntry.objects.filter(scorer=scorer_id).exclude(came_since).delete()
    entries = (
        QueueEntry(
            scorer_id=scorer_id,
            frame_id=one.frame_id,
            place=place,
            reason=one.reason,
            also=list(one.also),
            worth=min(1.0, max(0.0, one.worth)),
            told=one.told,
            listed_at=begun_at,
        )
        for place, one in enumerate(chosen, start=1)
    )
    QueueEntry.objects.bulk_create(entries, ignore_conflicts=True)
    ranking.begun_at, ranking.ranked_at, ranking.frames = None, begun_at, frames
    ranking.save(update_fields=["begun_at", "ranked_at", "frames"])
    return True


def leave_ranking(*, scorer_id: int, begun_at: datetime) -> None:
    """Gives a claim back that came to nothing, so that the sweeper asks again."""
    Ranking.objects.filter(scorer=scorer_id, begun_at=begun_at).update(begun_at=None)


def skip(*, frame: Frame, labeller: User) -> None:
    """The frame is not offered to this labeller again."""
    Skip.objects.get_or_create(frame=frame, labeller=labeller)


def offer_again(labeller: User) -> int:
    """Forgets all that a labeller skipped; how many."""
    return Skip.objects.filter(labeller=labeller).delete()[0]


def sweep() -> None:
    """Answers reports, and asks for the live scorer's queue where drives, labels or a promotion came after it, or a worker was
    lost."""
    answer_reports()
    scorer = live_scorer()
    if scorer is None:
        return
    ranking, _made = Ranking.objects.get_or_create(scorer=scorer)
    now = timezone.now()
    if ranking.wanted_at and now - ranking.wanted_at < RESTS:
        return
    if ranking.begun_at and now - ranking.begun_at < FORGOTTEN_AFTER:
        return
    if is_stale(ranking):
        Ranking.objects.filter(pk=ranking.pk).update(wanted_at=now)
        enqueue(RANK_QUEUE, scorer.pk)


def is_stale(ranking: Ranking) -> bool:
    """Whether the queue was never made, or is older than what was published or said since."""
    if ranking.ranked_at is None or (ranking.wanted_at and ranking.wanted_at > ranking.ranked_at):
        return True
    published = Drive.objects.aggregate(last=Max("finished_at"))["last"]
    if published and published > ranking.ranked_at:
        return True
    if settled_reports().filter(settled_at__gt=ranking.ranked_at).exists():
        return True
    return Label.objects.filter(created_at__gt=ranking.ranked_at).count() >= LABELS_OF_A_ROUND
