"""What is read for training: the labels that count, and what speaks against learning from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.frames.models import PatchFeatures, Scorer
from server.jobs.kinds import Kind
from server.jobs.models import Job
from server.labels.models import Label, LabelQuerySet
from server.training.models import Lesson

FEWEST_FRAMES = 3
SCORE_AGAIN = "./festivity run python manage.py rescore --features"


def counting_labels() -> LabelQuerySet:
    """The newest label of each frame, of those with a mask; in order of drive and time, whenever they were drawn."""
    counting = Label.objects.newest_of_each_frame().values("pk")
    rows = Label.objects.drawn().filter(pk__in=counting).select_related("frame__drive")
    return rows.order_by("frame__drive__public_id", "frame__captured_at", "frame__public_id")


def labels_of(label_ids: Iterable[int]) -> list[Label]:
    """These labels with their masks, in the same order; those that are gone or were withdrawn are left out."""
    rows = (
        Label.objects.standing()
        .drawn()
        .filter(pk__in=list(label_ids))
        .defer(None)
        .select_related("frame__drive")
    )
    return list(rows.order_by("frame__drive__public_id", "frame__captured_at", "frame__public_id"))


def hash_of(labels: Iterable[Label]) -> str:
    """64 hex digits of frames and masks, whoever drew them and when."""
    lines = sorted(
        f"{label.frame.public_id} {hashlib.sha256(bytes(label.mask or b'')).hexdigest()}" for label in labels
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def refusal_of(labels: list[Label]) -> str:
    """Why nothing can be learnt from these labels and what to do, or nothing."""
    if len(labels) < FEWEST_FRAMES:
        return ngettext(
            "Only %(count)d frame has a mask that counts; draw masks on at least %(least)d frames first.",
            "Only %(count)d frames have a mask that counts; draw masks on at least %(least)d frames first.",
            len(labels),
        ) % {"count": len(labels), "least": FEWEST_FRAMES}
    if not any(label.mask_share for label in labels):
        return _("All masks say that nothing is festive. Label a frame that shows festive light, too.")
    if all(label.mask_share == 1 for label in labels):
        return _("All masks say that everything is festive. Label a frame that shows something else, too.")
    return ""


def refusal_of_backbone(labels: list[Label], backbone_sha256: str) -> str:
    """Why these frames cannot be learnt from without the network, or nothing where features of some are kept."""
    frames = [label.frame_id for label in labels]
    if PatchFeatures.objects.filter(frame__in=frames, backbone_sha256=backbone_sha256).exists():
        return ""
    return _(
        "Of none of the labelled frames are patch features kept. Have their drives scored again: {command}"
    ).format(command=SCORE_AGAIN)


def head_is_kept(scorer: Scorer) -> bool:
    return hasattr(scorer, "kept_head")


def new_labels(lesson: Lesson | None) -> int:
    """How many labels count today that the lesson did not learn from."""
    known = lesson.label_ids if lesson else []
    return counting_labels().exclude(pk__in=known).count()


def open_training() -> Job | None:
    return Job.objects.open().filter(kind=Kind.TRAIN).first()
