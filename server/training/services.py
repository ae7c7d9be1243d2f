from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.models import User
from server.frames.models import Scorer
from server.frames.queries import live_scorer
from server.jobs import services as jobs
from server.jobs.kinds import Kind
from server.jobs.models import Job
from server.labels.models import Label
from server.training.models import Lesson
from server.training.queries import counting_labels, hash_of, head_is_kept, refusal_of, refusal_of_backbone

ALONE = "train"


class CannotTrain(Exception):
    """There is nothing to learn from, or nothing to start from; the message says why and what to do."""


def ask_for_lesson(*, start: Lesson.Start, asked_by: User | None = None) -> Job:
    """Asks for a scorer to be trained from the labels that count now. Raises CannotTrain and AlreadyAtWork."""
    labels = list(counting_labels())
    live = live_scorer()
    if reason := refusal_of(labels) or refusal_to_start(start, live, labels):
        raise CannotTrain(reason)
    asked = {
        "start": start.value,
        "from": live.hash if live and start == Lesson.Start.LIVE else "",
        "labels": [label.pk for label in labels],
    }
    title = ngettext("A scorer from %(count)d label", "A scorer from %(count)d labels", len(labels)) % {
        "count": len(labels)
    }
    return jobs.ask(Kind.TRAIN, title=title, asked=asked, asked_by=asked_by, alone=ALONE)


def ready_to_train() -> str:
    """Why nothing can be learnt now, wherever it started from, or nothing."""
    labels = list(counting_labels())
    return refusal_of(labels) or refusal_to_start(Lesson.Start.NOTHING, live_scorer(), labels)


def refusal_to_start(start: Lesson.Start, live: Scorer | None, labels: list[Label]) -> str:
    if live is None:
        return _("No scorer is live yet. Start the workers and score a drive first.")
    if start == Lesson.Start.LIVE and not head_is_kept(live):
        return _("The head of the live scorer is not kept here. Train from nothing instead.")
    return refusal_of_backbone(labels, live.card.get("backbone_sha256", ""))


def record_lesson(*, job: Job, scorer: Scorer, labels: list[Label], report: dict[str, Any]) -> Lesson:
    """What came of a training, once for each job. Its worker holds the lease around this."""
    return Lesson.objects.get_or_create(
        job=job,
        defaults={
            "scorer": scorer,
            "start": job.asked["start"],
            "start_hash": job.asked["from"],
            "label_ids": job.asked["labels"],
            "labels_hash": hash_of(labels),
            "report": report,
        },
    )[0]
