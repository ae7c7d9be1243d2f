"""Which scorer a worker scores as: any whose head was kept, on the backbone that it has."""

from __future__ import annotations

import numpy as np
import pytest

from ml.head import head_content, head_of
from server.drives import runs
from server.drives.models import Drive, Stage
from server.frames.models import KeptHead, Scorer
from server.frames.services import ensure_scorer, keep_head
from tests.server.factories import make_drive, make_scorer
from workers import scoring
from workers.ends import Rejected

pytestmark = pytest.mark.django_db


def taught(live: bool = False, shift: float = 1.0) -> Scorer:
    """A scorer that sees more light than the shipped one, kept as training keeps it."""
    own = scoring.network()
    scoring.working_scorer()
    npz = head_content(own.head.weight, own.head.bias + shift)
    card = {
        "backbone_sha256": own.backbone.sha256,
        "class_limits": own.head.class_limits,
        "house_limits": own.head.house_limits,
    }
    other = own.with_head(head_of(npz, "taught", card))
    row = ensure_scorer(scorer_hash=other.hash, backbone=own.card.backbone, head="taught", card=card)
    keep_head(row, npz=npz, card=card)
    if live:
        Scorer.objects.update(live=False)
        Scorer.objects.filter(pk=row.pk).update(live=True)
    return row


def test_a_worker_scores_as_any_scorer_whose_head_was_kept() -> None:
    scorer = taught()
    night = np.random.default_rng(0).integers(0, 255, (96, 160, 3), dtype=np.uint8)
    plain, more = (looks.score([night])[0] for looks in (scoring.network(), scoring.network_of(scorer)))
    assert more.festivity > plain.festivity
    assert more.features == plain.features


def test_a_new_drive_goes_through_the_live_scorer() -> None:
    assert scoring.present_scorer().hash == scoring.network().hash
    scorer = taught(live=True)
    assert scoring.present_scorer() == scorer


def test_the_shipped_head_is_kept_so_that_there_is_a_way_back() -> None:
    kept = KeptHead.objects.get(scorer=scoring.working_scorer())
    head = head_of(bytes(kept.npz), "shipped", kept.card)
    assert (head.sha256, head.house_limits) == (
        scoring.network().head.sha256,
        scoring.network().head.house_limits,
    )


def test_without_its_head_or_its_backbone_nobody_can_score_as_a_scorer() -> None:
    bare = make_scorer(card={"backbone_sha256": scoring.network().backbone.sha256})
    assert not scoring.can_score_as(bare)
    assert not scoring.can_score_as(make_scorer(card={"backbone_sha256": "b" * 64}))


def test_a_drive_keeps_the_scorer_that_was_asked_for() -> None:
    scorer = taught()
    drive = make_drive(stage=Stage.DONE)
    assert runs.score_again(drive, parts=1, scorer_hash=scorer.hash)
    run = runs.claim(drive.stage_runs.get().pk)
    assert run is not None
    assert scoring.choose_scorer(run) == scorer


def test_a_drive_whose_scorer_is_gone_stops_with_a_sentence() -> None:
    drive = make_drive(stage=Stage.DONE)
    runs.score_again(drive, parts=1, scorer_hash="another")
    run = runs.claim(drive.stage_runs.get().pk)
    assert run is not None
    with pytest.raises(Rejected, match="scorer changed"):
        scoring.choose_scorer(run)
    assert Drive.objects.get().scorer_hash == "another"
