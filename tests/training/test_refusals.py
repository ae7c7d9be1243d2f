"""What is refused, and in which words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from server.accounts.models import User
from server.frames.models import KeptHead, PatchFeatures
from server.jobs.models import Job
from server.labels.models import Label
from server.labels.services import withdraw
from server.training.services import CannotTrain
from tests.labels.street import Shot, Street
from tests.training.night import label
from workers import jobs

pytestmark = pytest.mark.django_db
Ask = Callable[..., Job]


def refused(ask: Ask, *arguments: str) -> str:
    with pytest.raises(CannotTrain) as refusal:
        ask(*arguments)
    assert not Job.objects.exists()
    return str(refusal.value)


def failed(job: Job) -> str:
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    return job.failure


def test_two_labels_are_too_few(street: Street, night: list[Shot], ada: User, ask: Ask) -> None:
    for shot in night[:2]:
        label(street, shot, ada)
    assert refused(ask) == "Only 2 frames have a mask that counts; draw masks on at least 3 frames first."


def test_masks_without_anything_festive_are_one_sided(
    street: Street, night: list[Shot], ada: User, ask: Ask
) -> None:
    for shot in night[:3]:
        label(street, shot, ada, np.zeros_like(shot.festive))
    assert refused(ask).startswith("All masks say that nothing is festive.")


def test_masks_of_whole_pictures_are_one_sided(
    street: Street, night: list[Shot], ada: User, ask: Ask
) -> None:
    for shot in night[:3]:
        label(street, shot, ada, np.ones_like(shot.festive))
    assert refused(ask).startswith("All masks say that everything is festive.")


def test_festive_specks_smaller_than_a_patch_are_too_little(
    street: Street, night: list[Shot], ada: User, ask: Ask
) -> None:
    for shot in night[:3]:
        speck = np.zeros_like(shot.festive)
        speck[200, 300] = True
        label(street, shot, ada, speck)
    assert failed(ask()).startswith("No mask covers a patch as a whole.")


def test_frames_without_kept_features_ask_for_another_scoring(five: list[Shot], ask: Ask) -> None:
    PatchFeatures.objects.all().delete()
    assert "rescore --features" in refused(ask)


def test_features_that_are_gone_meanwhile_are_told_one_by_one(five: list[Shot], ask: Ask) -> None:
    job = ask()
    for kept in PatchFeatures.objects.all():
        kept.file.delete(save=False)
    assert "rescore --features" in failed(job)
    assert job.lines.filter(text__contains="is left out: no patch features are kept of it").count() == 5


def test_labels_that_were_withdrawn_meanwhile_teach_nothing(five: list[Shot], ask: Ask, ada: User) -> None:
    job = ask()
    for one in Label.objects.all()[:4]:
        withdraw(one, ada)
    assert failed(job).startswith("Only 1 of the labelled frames")
    assert job.lines.filter(text="4 labels are gone since this was asked for.").exists()


def test_a_mask_that_no_longer_fits_is_left_out(
    five: list[Shot], street: Street, ada: User, ask: Ask
) -> None:
    for shot in five[:3]:
        label(street, shot, ada, shot.festive[:200])
    job = ask()
    assert failed(job).startswith("Only 2 of the labelled frames can be learnt from")
    assert "its mask does not fit its picture any more" in job.lines.first().text


def test_a_live_scorer_without_its_head_is_no_start(five: list[Shot], ask: Ask) -> None:
    KeptHead.objects.all().delete()
    assert "Train from nothing instead" in refused(ask, "live")


def test_nothing_is_live_on_an_empty_site(db: None, ask: Ask) -> None:
    assert refused(ask).startswith("Only 0 frames have a mask")
