from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from server.drives.models import Drive, Stage
from server.frames.management.commands.rescore import Command
from server.frames.models import Frame, PatchFeatures, Scorer
from server.frames.services import CannotPromote, promote
from tests.server.factories import make_drive, make_frame, make_scorer, score_frame

pytestmark = pytest.mark.django_db


def said_by(*arguments: str) -> str:
    out = StringIO()
    call_command("rescore", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_where_the_workers_scorer_is_live_there_is_nothing_to_say() -> None:
    make_scorer(live=True)
    assert said_by("--check") == ""
    assert said_by("--if-needed") == ""


def test_a_scorer_on_another_backbone_is_said_to_wait() -> None:
    make_scorer(live=True, card={"backbone_sha256": "a" * 64})
    newest = make_scorer(card={"backbone_sha256": "b" * 64})
    assert newest.hash in said_by("--check")


def test_another_head_on_the_live_backbone_holds_up_nobody() -> None:
    make_scorer(live=True)
    make_scorer()
    assert said_by("--check") == ""


def test_without_any_scorer_the_workers_are_asked_for() -> None:
    with pytest.raises(CommandError, match="Start the workers"):
        said_by()


def test_where_all_is_scored_the_new_scorer_goes_live() -> None:
    old, new = make_scorer(live=True), make_scorer()
    frame = make_frame(drive=make_drive(stage=Stage.DONE))
    for scorer in (old, new):
        score_frame(frame, scorer=scorer)
    said_by()
    assert Scorer.objects.get(live=True) == new


def test_a_scorer_that_would_empty_the_map_is_not_promoted() -> None:
    old, new = make_scorer(live=True), make_scorer()
    score_frame(make_frame(), scorer=old)
    with pytest.raises(CannotPromote, match="1 frames"):
        promote(new)


def test_drives_without_features_are_sent_to_be_looked_at_again() -> None:
    scorer = make_scorer(live=True, card={"backbone_sha256": "a" * 64})
    bare, kept = (make_frame(drive=make_drive(stage=Stage.DONE)) for _ in range(2))
    for frame in (bare, kept):
        score_frame(frame, scorer=scorer)
    PatchFeatures.objects.create(frame=kept, backbone_sha256="a" * 64, file="kept")
    assert list(Frame.objects.featureless("a" * 64)) == [bare]
    assert Command().send_bare(scorer) == 1
    assert [drive.stage for drive in Drive.objects.order_by("pk")] == [Stage.SCORE, Stage.DONE]
