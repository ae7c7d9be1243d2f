"""Where a training starts: this worker's backbone, and the head that it goes on from, if any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from ml.head import Head
from ml.logistic import Line
from ml.packing import Packing
from ml.scorer import Scorer as Network
from server.frames.models import Scorer
from server.jobs.models import Job
from server.training.models import Lesson
from workers.ends import Rejected
from workers.scoring import OtherNetwork, network, network_of


@dataclass(frozen=True)
class Start:
    """`head` is the one that is gone on from, and `shift` what its bias has in it to bring it to scale; None: from nothing.

    `anchor` is the head whose class limits the new ones are told from.
    """

    network: Network
    packing: Packing
    anchor: Head
    head: Head | None = None
    shift: float | None = None

    @property
    def line(self) -> Line | None:
        """The head before its shift."""
        if self.head is None:
            return None
        return Line(self.head.weight.astype(np.float64), self.head.bias - (self.shift or 0.0))


def start_of(job: Job) -> Start:
    """Raises Rejected where this worker cannot start there."""
    own = network()
    if own.packing is None:
        raise Rejected(
            _(
                "The workers' backbone has no packing of features; make one with python -m ml pack and score again."
            )
        )
    if job.asked["start"] == Lesson.Start.NOTHING:
        return Start(own, own.packing, own.head)
    scorer = Scorer.objects.filter(hash=job.asked["from"]).first()
    try:
        if scorer is None:
            raise OtherNetwork
        head = network_of(scorer).head
    except OtherNetwork as error:
        raise Rejected(
            _(
                "The workers cannot score as the scorer does that this should start from. Train from nothing instead."
            )
        ) from error
    return Start(own, own.packing, head, head, shift_of(scorer))


def shift_of(scorer: Scorer) -> float:
    """As the head's card has it; none where it says nothing."""
    kept = getattr(scorer, "kept_head", None)
    said = kept.card.get("report", {}).get("shift") if kept else None
    return float(said or 0.0)
