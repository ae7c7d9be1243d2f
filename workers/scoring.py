"""The scorer that this worker runs: the network in memory and its row in the database."""

from __future__ import annotations

import os
from dataclasses import asdict
from functools import cache

from ml.scorer import POINTS_SCALE, load_scorer
from ml.scorer import Scorer as Network
from server.frames.models import Scorer
from server.frames.services import ensure_scorer

POINTS = {"formula": "100 * (1 - exp(-festivity / scale))", "scale": POINTS_SCALE}


@cache
def network() -> Network:
    """One per process, named by FESTIVITY_BACKBONE; its session opens with the first frame, and so after the fork."""
    name = os.environ.get("FESTIVITY_BACKBONE", "embedded")
    return load_scorer(name, threads=int(os.environ.get("FESTIVITY_THREADS", "1")))


def working_scorer() -> Scorer:
    """The row that this worker writes under. The first scorer of a site is live at once, a later one after `rescore`."""
    card = network().card
    return ensure_scorer(
        scorer_hash=network().hash,
        backbone=card.backbone,
        head=card.head,
        card=asdict(card) | {"points": POINTS},
    )
