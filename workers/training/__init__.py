"""A scorer from a site's labels: a job in stages, in which the network looks at the reference pictures alone, and once."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from ml.head import Head, head_of
from ml.left_out import LeftOut
from ml.logistic import Line
from ml.patches import Patches
from ml.scorer import Scorer as Network
from ml.teaching.examples import patches_of
from ml.teaching.influence import influences
from ml.teaching.lesson import Step, best, compare, finished, fits_of
from ml.teaching.ways import Way, from_head, from_nothing
from server.frames.models import Scorer
from server.frames.queries import live_scorer
from server.frames.services import keep_head
from server.jobs.models import Job
from server.jobs.services import hold, tell
from server.training.models import Lesson
from server.training.queries import labels_of
from server.training.services import record_lesson
from workers.scoring import OtherNetwork, network_of, row_of
from workers.training.examples import Told, examples_of, refuse_one_sided
from workers.training.judging import ranked, sample_of, seen_by, shifts_of_mean
from workers.training.reference import limits_of, look_at_references
from workers.training.report import Findings, Judgement, report_of
from workers.training.start import Start, start_of

Outcome = dict[str, Any]


def train(job: Job) -> Outcome | None:
    """A turn of a training. Taken up again it begins again, from the same labels and the same start, and ends the same.

    Raises Rejected with a sentence.
    """
    lesson = Lesson.objects.filter(job=job).select_related("scorer").first()
    if lesson is None:
        start = start_of(job)
        told = read_labels(job, start)
        if not look_at_references(job, start):
            return None
        lesson = taught(job, start, told)
    return {"scorer": lesson.scorer.hash if lesson.scorer else "", "page": lesson.get_absolute_url()}


def read_labels(job: Job, start: Start) -> Told:
    """Masks and features of the labels that were asked for. Raises Rejected where they do not suffice."""
    wanted = job.asked["labels"]
    labels = labels_of(wanted)
    tell(job, stage=_("Masks and features"), expected=len(labels))
    told = examples_of(labels, start.packing, lambda done: tell(job, done=done))
    for frame, why in told.left_out:
        tell(job, line=_("Frame %(frame)s is left out: %(why)s.") % {"frame": frame, "why": why})
    if gone := len(wanted) - len(labels):
        tell(job, line=_("%d labels are gone since this was asked for.") % gone)
    refuse_one_sided(told)
    return told


def taught(job: Job, start: Start, told: Told) -> Lesson:
    """The scorer and its lesson, written at one moment."""
    patches, member = patches_of(told.examples)
    way = way_of(start, patches)
    tell_of_patches(job, told, patches)
    compared = compare(way, counting(job, _("Heads that did not see a group"), fits_of(way)))
    chosen = best(compared)
    finish = finished(chosen, told.examples, start.shift)
    tell(
        job,
        line=_("C = %(strength)g costs least on groups left out: %(loss).5f")
        % {"strength": chosen.strength, "loss": chosen.loss},
    )
    changed = influences(way, chosen, member, counting(job, _("What each label changed"), len(told.examples)))
    tell(job, stage=_("Class limits"))
    bare = head_of(
        finish.content, "taught", card_of(start, start.anchor.class_limits, start.anchor.house_limits)
    )
    limits = limits_of(start, bare)
    found = Findings(told, patches, compared, chosen, finish, changed, limits)
    card = card_of(start, **limits) | {"report": {"C": chosen.strength, "shift": round(finish.shift, 4)}}
    network = start.network.with_head(head_of(finish.content, f"taught-{bare.sha256[:8]}", card))
    report = report_of(found, judged(job, start, network, found))
    with hold(job):
        scorer = row_of(network)
        keep_head(scorer, npz=finish.content, card=card)
        return record_lesson(job=job, scorer=scorer, labels=told.labels, report=report)


def way_of(start: Start, patches: Patches) -> Way:
    line = start.line
    return from_nothing(patches, start.network.backbone.voices) if line is None else from_head(patches, line)


def tell_of_patches(job: Job, told: Told, patches: Patches) -> None:
    festive, groups = int(patches.festive.sum()), len({one.group for one in told.examples})
    by = _("drives") if told.by_drive else _("stretches of a drive")
    line = _("%(frames)d frames in %(groups)d %(by)s; %(festive)d festive patches, %(others)d others")
    counted = {"frames": len(told.examples), "groups": groups, "by": by}
    tell(job, line=line % {**counted, "festive": festive, "others": len(patches.festive) - festive})
    if len(np.unique(patches.groups[patches.festive])) == 1:
        tell(
            job,
            line=_(
                "Festive patches are all of one group: how good the scorer is can hardly be told. Label more places."
            ),
        )


def counting(job: Job, stage: str, expected: int) -> Step:
    """Begins a stage of so many steps, and gives what is to be called after each."""
    tell(job, stage=stage, expected=expected)
    steps = iter(range(1, expected + 1))
    return lambda: tell(job, done=next(steps))


def card_of(start: Start, class_limits: dict[str, float], house_limits: dict[str, float]) -> Outcome:
    backbone = start.network.backbone
    return {
        "kind": "head",
        "title": "Festive light, taught by labels of this site",
        "backbone": start.network.head.backbone or backbone.name,
        "backbone_sha256": backbone.sha256,
        "class_limits": class_limits,
        "house_limits": house_limits,
    }


def judged(job: Job, start: Start, network: Network, found: Findings) -> Judgement:
    present = live_scorer()
    sample, total = sample_of(present, start.packing.backbone_sha256)
    tell(job, stage=_("Beside the present scorer"), expected=len(sample))
    ranking = ranked(present, start.packing, network.head, sample, total, lambda done: tell(job, done=done))
    without = [shifted(change.without, found.head.shift) for change in found.influences]
    moved = shifts_of_mean(found.head.line, without, sample, start.packing)
    return Judgement(present.hash if present else "", seen_at_present(present, found.told), ranking, moved)


def shifted(line: Line, shift: float) -> Line:
    return Line(line.weight, line.bias + shift)


def seen_at_present(present: Scorer | None, told: Told) -> list[LeftOut]:
    """The labelled frames under the present scorer; none where this worker cannot score as it does."""
    head = present_head(present)
    return seen_by(head, told.examples) if head else []


def present_head(present: Scorer | None) -> Head | None:
    try:
        return network_of(present).head if present else None
    except OtherNetwork:
        return None
