"""The scorer that this worker runs: the network in memory and its row in the database."""

from __future__ import annotations

import os
from dataclasses import asdict
from functools import cache

from django.conf import settings

from ml.scorer import POINTS_SCALE, load_scorer
from ml.scorer import Scorer as Network
from ml.tools.depth.model import DepthModel, load_depth_model
from server.drives import runs
from server.drives.models import Drive, StageRun
from server.frames.models import Scorer
from server.frames.services import ensure_scorer
from workers.ends import Rejected

POINTS = {"formula": "100 * (1 - exp(-festivity / scale))", "scale": POINTS_SCALE}


@cache
def depth_model() -> DepthModel | None:
    """The operator's, or None; its session opens with the first frame, like the network's."""
    if settings.DEPTH_MODEL is None:
        return None
    return load_depth_model(settings.DEPTH_MODEL, threads=int(os.environ.get("FESTIVITY_THREADS", "1")))


@cache
def network() -> Network:
    """One per process, named by FESTIVITY_BACKBONE; its session opens with the first frame, and so after the fork."""
    name = os.environ.get("FESTIVITY_BACKBONE", "embedded")
    return load_scorer(name, threads=int(os.environ.get("FESTIVITY_THREADS", "1")))


def working_scorer() -> Scorer:
    """The row of this worker's scorer. The first scorer of a site is live at once, a later one after `rescore`."""
    card = network().card
    return ensure_scorer(
        scorer_hash=network().hash,
        backbone=card.backbone,
        head=card.head,
        card=asdict(card) | {"points": POINTS},
    )


def choose_scorer(run: StageRun) -> Scorer:
    """The scorer that the drive goes through: this worker's, unless other workers began with another one."""
    scorer = working_scorer()
    with runs.hold(run):
        drive = Drive.objects.select_for_update(no_key=True).get(pk=run.drive_id)
        if drive.scorer_hash not in ("", scorer.hash):
            raise Rejected("The workers' scorer changed while this drive was scored. Send it on again.")
        drive.scorer_hash = scorer.hash
        drive.save(update_fields=["scorer_hash"])
    return scorer


def scorer_of(run: StageRun) -> Scorer:
    """The scorer that the drive went through, for the stages after scoring."""
    return Scorer.objects.get(hash=Drive.objects.values_list("scorer_hash", flat=True).get(pk=run.drive_id))
