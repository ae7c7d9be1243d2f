"""The scorer that this worker runs: the network in memory and its row in the database."""

from __future__ import annotations

import os
from dataclasses import asdict
from functools import cache, lru_cache

from django.conf import settings

from ml import weights
from ml.head import head_of
from ml.scorer import POINTS_SCALE, load_scorer
from ml.scorer import Scorer as Network
from ml.tools.depth.model import DepthModel, load_depth_model
from ml.types import WeightsError
from server.drives import runs
from server.drives.models import Drive, StageRun
from server.frames.models import KeptHead, Scorer
from server.frames.queries import live_scorer
from server.frames.services import ensure_scorer, keep_head
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
    """The row of the scorer that this worker was shipped with. The first scorer of a site is live at once."""
    scorer = row_of(network())
    source = weights.find(network().head.name)
    keep_head(scorer, npz=source.path.read_bytes(), card=source.card)
    return scorer


def row_of(found: Network) -> Scorer:
    return ensure_scorer(
        scorer_hash=found.hash,
        backbone=found.card.backbone,
        head=found.card.head,
        card=asdict(found.card) | {"points": POINTS},
    )


class OtherNetwork(Exception):
    """This worker cannot score as that scorer does: its backbone or preprocessing is another, or its head was not kept."""


def network_of(scorer: Scorer) -> Network:
    """What scores as the scorer does: this worker's own, or its backbone with the head that was kept. Raises OtherNetwork."""
    return network() if scorer.hash == network().hash else with_kept_head(scorer.hash)


@lru_cache(maxsize=4)
def with_kept_head(scorer_hash: str) -> Network:
    """Raises OtherNetwork."""
    kept = KeptHead.objects.filter(scorer__hash=scorer_hash).select_related("scorer").first()
    if kept is None:
        raise OtherNetwork(f"the head of {scorer_hash} is not kept")
    try:
        found = network().with_head(head_of(bytes(kept.npz), kept.scorer.head, kept.card))
    except WeightsError as error:
        raise OtherNetwork(str(error)) from error
    if found.hash != scorer_hash:
        raise OtherNetwork(f"{scorer_hash} looked at pictures in another way")
    return found


def can_score_as(scorer: Scorer) -> bool:
    try:
        network_of(scorer)
    except OtherNetwork:
        return False
    return True


def present_scorer() -> Scorer:
    """What a new drive is scored with: the live scorer, or where this worker cannot score as that does, its own."""
    own, live = working_scorer(), live_scorer()
    return live if live and can_score_as(live) else own


def choose_scorer(run: StageRun) -> Scorer:
    """The scorer that the drive goes through: the one that was asked for or that its first part began with, else the present.

    Raises Rejected where this worker cannot score as it does.
    """
    present = present_scorer()
    with runs.hold(run):
        drive = Drive.objects.select_for_update(no_key=True).get(pk=run.drive_id)
        chosen = Scorer.objects.filter(hash=drive.scorer_hash).first() if drive.scorer_hash else present
        if chosen is None or not can_score_as(chosen):
            raise Rejected("The workers' scorer changed while this drive was scored. Send it on again.")
        drive.scorer_hash = chosen.hash
        drive.save(update_fields=["scorer_hash"])
    return chosen


def scorer_of(run: StageRun) -> Scorer:
    """The scorer that the drive went through, for the stages after scoring."""
    return Scorer.objects.get(hash=Drive.objects.values_list("scorer_hash", flat=True).get(pk=run.drive_id))
