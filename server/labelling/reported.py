"""Reports that lights are no decoration: they put a house's frames into the queue, and labels answer them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from server.frames.models import Frame, FrameScore
from server.frames.queries import live_scorer
from server.labelling.models import QueueEntry, Reason
from server.labels.models import Label
from server.trust.models import Report
from server.trust.services import note_labelled

FIRST = 0
"""The place of what was reported since the queue was made."""


def open_reports() -> QuerySet[Report]:
    return Report.objects.open().filter(kind=Report.Kind.NOT_DECORATION)


def settled_reports() -> QuerySet[Report]:
    return Report.objects.filter(kind=Report.Kind.NOT_DECORATION, settled_at__isnull=False)


def unlabelled() -> QuerySet[Any]:
    """Rows of report and frame: the frames that open reports name and that nobody has labelled since."""
    rows = Report.frames.through.objects.filter(report__in=open_reports())
    since = counting_labels().filter(frame=OuterRef("frame"), created_at__gt=OuterRef("report__created_at"))
    return rows.exclude(Exists(since))


def counting_labels() -> QuerySet[Label]:
    """The label that counts of each frame."""
    return Label.objects.filter(pk__in=Label.objects.newest_of_each_frame().values("pk"))


def list_reported(report: Report) -> None:
    """Puts the frames of a report at the head of the live scorer's queue, at once."""
    scorer = live_scorer()
    if scorer is None:
        return
    for frame in report.frames.all():
        festivity = FrameScore.objects.filter(frame=frame, scorer=scorer).values_list("festivity", flat=True)
        QueueEntry.objects.update_or_create(
            scorer=scorer,
            frame=frame,
            defaults={
                "place": FIRST,
                "reason": Reason.REPORTED,
                "worth": min(1.0, festivity.first() or 0.0),
                "told": {"reports": reports_of(frame)},
                "listed_at": report.created_at,
            },
        )


def reports_by_frame() -> dict[int, int]:
    """How many open reports name each frame that nobody has labelled since they came."""
    return dict(unlabelled().order_by().values_list("frame").annotate(reports=Count("report")))


def reports_of(frame: Frame) -> int:
    return open_reports().filter(frames=frame).count()


def answer_reports() -> int:
    """Closes every report whose frames were all labelled since it came; how many."""
    waiting = unlabelled().values("report")
    answered = open_reports().filter(frames__isnull=False).exclude(pk__in=waiting).distinct()
    return sum(note_labelled(report) for report in answered)


def follow_label(instance: Label, created: bool, **_sent: Any) -> None:
    """A new label may be the last that a report waits for."""
    if created and open_reports().filter(frames=instance.frame_id).exists():
        answer_reports()
