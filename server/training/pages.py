"""What the pages of training show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from server.frames.models import Frame
from server.frames.points import FestivityClass, points
from server.frames.queries import live_scorer
from server.training.curves import calibration_curve, precision_curve
from server.training.models import Lesson
from server.training.queries import counting_labels, head_is_kept, new_labels, open_training
from server.training.services import ready_to_train

WORST = 8
TELLING = 12


@dataclass(frozen=True)
class TaughtFrame:
    """A labelled frame of a lesson; `frame` is None where it is gone.

    True and found points, when it was left out; what its own patches cost without and with its label, by how many hundredths
    its own average precision rose with it, and by how many per mille it moved the mean festivity of the site.
    """

    frame: Frame | None
    true_points: float
    found_points: float
    loss: float
    cost_without: float
    cost_with: float
    precision_gain: float | None
    moved: float


def lessons_context() -> dict[str, Any]:
    last, live = Lesson.objects.first(), live_scorer()
    labels = counting_labels()
    count, festive = labels.count(), labels.filter(mask_share__gt=0).count()
    return {
        "training": open_training(),
        "count": count,
        "festive": festive,
        "not_festive": count - festive,
        "new": new_labels(last) if last else count,
        "last": last,
        "can_go_on": live is not None and head_is_kept(live),
        "live": live,
        "reason": ready_to_train(),
    }


def lesson_context(lesson: Lesson) -> dict[str, Any]:
    frames = frames_of(lesson)
    left_out = lesson.report.get("left_out", {})
    return {
        "lesson": lesson,
        "report": lesson.report,
        "left_out": left_out,
        "precision": precision_curve(left_out) if left_out else None,
        "calibration": calibration_curve(left_out) if left_out else None,
        "worst": sorted(frames, key=lambda one: -one.loss)[:WORST],
        "telling": sorted(frames, key=lambda one: -abs(one.moved))[:TELLING],
        "more_telling": max(0, len(frames) - TELLING),
        "class_limits": limits_in_words(lesson.report.get("class_limits", {})),
        "house_limits": limits_in_words(lesson.report.get("house_limits", {})),
        "earlier": earlier_of_one_scorer(lesson),
        "not_festive": lesson.report.get("labels", 0) - lesson.report.get("festive_labels", 0),
    }


def limits_in_words(limits: dict[str, float]) -> list[tuple[str, float]]:
    """Each class and its lower limit, the lowest first."""
    return [
        (str(FestivityClass(name).label), limit)
        for name, limit in sorted(limits.items(), key=lambda one: one[1])
    ]


def earlier_of_one_scorer(lesson: Lesson) -> Lesson | None:
    """The first lesson that gave the same scorer, where this is a later one."""
    same = Lesson.objects.filter(scorer=lesson.scorer, created_at__lt=lesson.created_at).exclude(scorer=None)
    return same.order_by("created_at").first()


def frames_of(lesson: Lesson) -> list[TaughtFrame]:
    rows = lesson.report.get("frames", [])
    known = {
        frame.public_id: frame for frame in Frame.objects.filter(public_id__in=[row["frame"] for row in rows])
    }
    card = lesson.scorer.card if lesson.scorer else {}
    return [taught_frame(row, known.get(row["frame"]), card) for row in rows]


def taught_frame(row: dict[str, Any], frame: Frame | None, card: dict[str, Any]) -> TaughtFrame:
    without, after = row["own_precision"]
    return TaughtFrame(
        frame=frame,
        true_points=points(row["true"], card),
        found_points=points(row["found"], card),
        loss=row["loss"],
        cost_without=row["own_loss"][0],
        cost_with=row["own_loss"][1],
        precision_gain=None if without is None or after is None else 100 * (after - without),
        moved=1000 * row["moved"],
    )
