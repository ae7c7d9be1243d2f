"""What labels do to a head: from the network's own patches, on rendered frames whose truth is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ml.head import Head, head_of
from ml.metrics import average_precision, spearman
from ml.rescoring import Rescorer
from ml.scorer import Scorer as Network
from ml.stored import read
from ml.truth import coverage, festive_area
from server.accounts.models import User
from server.frames.models import Scorer
from server.jobs.models import Job
from server.labels.models import Label
from server.training.models import Lesson
from tests.labels.street import Shot, Street
from tests.training.night import at_tail_lights, label
from workers import jobs

pytestmark = pytest.mark.django_db
Taught = Callable[..., Lesson]
Ask = Callable[..., Job]


def head_of_lesson(lesson: Lesson) -> Head:
    kept = lesson.scorer.kept_head
    return head_of(bytes(kept.npz), "taught", kept.card)


def seen_by(head: Head, network: Network, shot: Shot) -> np.ndarray:
    return Rescorer(network.packing, head).festivity_map(read(network.packing, shot.scored.features))


def precision(head: Head, network: Network, shots: list[Shot]) -> float:
    maps = [seen_by(head, network, shot) for shot in shots]
    truth = [coverage(festive_area(shot.festive), *one.shape) for shot, one in zip(shots, maps, strict=True)]
    share, chance = (np.concatenate([one.ravel() for one in ones]) for ones in (truth, maps))
    clear = (share >= 0.99) | (share <= 0.01)
    return average_precision(share[clear] >= 0.99, chance[clear])


def test_frames_that_nobody_labelled_are_told_better_once_tail_lights_were_called_nothing(
    five: list[Shot], night: list[Shot], network: Network, taught: Taught
) -> None:
    head = head_of_lesson(taught())
    unseen = night[5:]
    before, after = (precision(one, network, unseen) for one in (network.head, head))
    at_lights = [seen_by(head, network, shot)[at_tail_lights(shot)].max() for shot in unseen]
    assert all(shot.scored.festivity_map[at_tail_lights(shot)].min() > 0.7 for shot in unseen)
    assert max(at_lights) < 0.3
    assert after > before + 0.05


def test_from_nothing_learns_as_well(
    five: list[Shot], night: list[Shot], network: Network, taught: Taught
) -> None:
    lesson = taught("nothing")
    assert lesson.start_hash == ""
    assert precision(head_of_lesson(lesson), network, night[5:]) > precision(network.head, network, night[5:])


def test_the_same_labels_in_another_order_give_the_same_scorer(
    five: list[Shot], street: Street, ada: User, taught: Taught
) -> None:
    first = taught()
    Label.objects.all().delete()
    for shot in reversed(five):
        label(street, shot, ada)
    second = taught()
    assert second.label_ids != first.label_ids
    assert (second.labels_hash, second.scorer) == (first.labels_hash, first.scorer)
    assert not second.scorer.live


def test_other_labels_give_another_scorer(
    five: list[Shot], night: list[Shot], street: Street, ada: User, taught: Taught
) -> None:
    first = taught()
    label(street, night[5], ada)
    second = taught()
    assert second.labels_hash != first.labels_hash
    assert second.scorer != first.scorer


def test_a_lesson_says_how_good_it_is_and_what_each_label_changed(
    five: list[Shot], night: list[Shot], network: Network, taught: Taught
) -> None:
    lesson = taught()
    report, head = lesson.report, head_of_lesson(lesson)
    low, high = report["left_out"]["average_precision_95"]
    assert low <= report["left_out"]["average_precision"] <= high
    assert report["left_out"]["average_precision"] > report["present"]["average_precision"]
    found = spearman(
        [shot.scored.festivity for shot in night],
        [seen_by(head, network, shot).mean() for shot in night],
    )
    assert report["ranking"]["correlation"] == pytest.approx(found, abs=1e-4)
    assert (report["ranking"]["frames"], report["ranking"]["total"]) == (8, 8)
    assert len(report["frames"]) == 5
    assert all(without >= after for without, after in (one["own_loss"] for one in report["frames"]))
    assert min(one["moved"] for one in report["frames"]) < 0
    assert report["class_limits"]["some"] < report["class_limits"]["many"] < report["class_limits"]["most"]


def test_a_worker_that_dies_in_the_middle_leaves_nothing_and_the_next_ends_the_same(
    five: list[Shot], ask: Ask, taught: Taught, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def dying(*_: object, **__: object) -> None:
        raise Killed

    job = ask()
    with monkeypatch.context() as dead:
        dead.setattr("workers.training.keep_head", dying)
        with pytest.raises(Killed):
            jobs.run_job(job.pk)
    assert (Lesson.objects.count(), Scorer.objects.count()) == (0, 1)
    Job.objects.update(state=Job.State.WAITING, token=None)
    jobs.run_job(job.pk)
    assert Lesson.objects.get(job=job).scorer == taught().scorer


def test_a_cancelled_lesson_leaves_nothing(
    five: list[Shot], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask()

    def impatient(*_: object) -> None:
        Job.objects.update(cancel_asked=True)

    monkeypatch.setattr("workers.training.refuse_one_sided", impatient)
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, Lesson.objects.count(), Scorer.objects.count()) == (Job.State.CANCELLED, 0, 1)
