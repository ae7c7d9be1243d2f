from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from server.drives.models import Drive, Stage
from server.frames.management.commands import rescore
from server.frames.management.commands.rescore import Command
from server.frames.models import Frame, PatchFeatures, Scorer
from server.jobs.models import Job
from server.scorers.services import CannotPromote, promote
from tests.server.factories import done_in_shadow, make_drive, make_frame, make_scorer, score_frame
from workers.jobs import run_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who does what waits while the command does."""

    def work(_: float) -> None:
        for job in Job.objects.open():
            run_job(job.pk)

    monkeypatch.setattr(rescore.time, "sleep", work)


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


@pytest.mark.usefixtures("workers")
def test_where_all_is_scored_the_new_scorer_goes_live() -> None:
    old, new = make_scorer(live=True), make_scorer()
    frame = make_frame(drive=make_drive(stage=Stage.DONE))
    for scorer in (old, new):
        score_frame(frame, scorer=scorer)
    assert "is live" in said_by()
    assert Scorer.objects.get(live=True) == new


@pytest.mark.usefixtures("workers")
def test_where_the_workers_see_otherwise_rescoring_says_what_to_do() -> None:
    old, new = make_scorer(live=True), make_scorer()
    score_frame(make_frame(drive=make_drive(stage=Stage.DONE)), scorer=old)
    with pytest.raises(CommandError, match="No worker here sees"):
        said_by("--scorer", new.hash)
    assert Scorer.objects.get(live=True) == old


def test_a_scorer_that_is_none_is_told() -> None:
    with pytest.raises(CommandError, match="There is no scorer nosuch"):
        said_by("--scorer", "nosuch")


def test_a_head_that_was_taught_here_is_not_rolled_over_by_the_shipped_one() -> None:
    taught = make_scorer(live=True)
    make_scorer()
    assert said_by("--if-needed") == ""
    assert Scorer.objects.get(live=True) == taught


def test_a_scorer_that_would_empty_the_map_is_not_promoted() -> None:
    old, new = make_scorer(live=True), make_scorer()
    score_frame(make_frame(drive=make_drive(stage=Stage.DONE)), scorer=old)
    with pytest.raises(CannotPromote, match="1 frame is not"):
        promote(scorer=done_in_shadow(new))


def test_drives_without_features_are_sent_to_be_looked_at_again() -> None:
    scorer = make_scorer(live=True, card={"backbone_sha256": "a" * 64})
    bare, kept = (make_frame(drive=make_drive(stage=Stage.DONE)) for _ in range(2))
    for frame in (bare, kept):
        score_frame(frame, scorer=scorer)
    PatchFeatures.objects.create(frame=kept, backbone_sha256="a" * 64, file="kept")
    assert list(Frame.objects.featureless("a" * 64)) == [bare]
    assert Command().send_bare(scorer) == 1
    assert [drive.stage for drive in Drive.objects.order_by("pk")] == [Stage.SCORE, Stage.DONE]
