"""Jobs: claimed, told of, cancelled, lost and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from server.jobs import services
from server.jobs.kinds import Kind
from server.jobs.models import Job
from workers import jobs
from workers.ends import Rejected, Retryable

pytestmark = pytest.mark.django_db
State = Job.State
Do = Callable[[jobs.Work], Job]


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch) -> Do:
    """Asks for a job, lets a worker do one turn of it, and gives its row."""

    def done(work: jobs.Work) -> Job:
        monkeypatch.setitem(jobs.WORK, Kind.TRAIN, work)
        job = services.ask(Kind.TRAIN, title="A lesson")
        jobs.run_job(job.pk)
        job.refresh_from_db()
        return job

    return done


def test_a_job_tells_how_far_it_is_and_what_came_of_it(do: Do) -> None:
    def work(job: Job) -> dict[str, int]:
        services.tell(job, stage="Counting", expected=7, line="Seven to count")
        services.tell(job, done=7)
        return {"counted": 7}

    job = do(work)
    assert (job.state, job.stage, job.count_done, job.outcome) == (State.DONE, "Counting", 7, {"counted": 7})
    assert [line.text for line in job.lines.all()] == ["Seven to count"]


def test_a_job_that_is_refused_says_why(do: Do) -> None:
    def work(job: Job) -> None:
        raise Rejected("There are too few labels.")

    job = do(work)
    assert (job.state, job.failure) == (State.FAILED, "There are too few labels.")


def test_what_nobody_foresaw_is_told_to_staff_and_raised(do: Do) -> None:
    with pytest.raises(ZeroDivisionError):
        do(lambda job: {"half": 1 // 0})
    job = Job.objects.get()
    assert (job.state, job.error.partition(":")[0]) == (State.FAILED, "ZeroDivisionError")


def test_a_job_in_turns_waits_between_them(do: Do) -> None:
    assert do(lambda job: None).state == State.WAITING


def test_a_cancelled_job_ends_when_it_next_tells(do: Do) -> None:
    def work(job: Job) -> dict[str, int]:
        services.cancel(job)
        services.tell(job, done=1)
        return {"too": "late"}

    job = do(work)
    assert (job.state, job.outcome) == (State.CANCELLED, {})


def test_a_waiting_job_is_cancelled_at_once() -> None:
    job = services.ask(Kind.TRAIN, title="A lesson")
    assert services.cancel(job)
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert not services.cancel(job)


def test_a_job_that_is_done_was_not_cancelled(do: Do) -> None:
    assert not services.cancel(do(lambda job: {}))


def test_of_jobs_that_must_be_alone_one_is_open() -> None:
    first = services.ask(Kind.TRAIN, title="A lesson", alone="train")
    with pytest.raises(services.AlreadyAtWork) as refusal:
        services.ask(Kind.TRAIN, title="Another", alone="train")
    assert refusal.value.job == first
    services.cancel(first)
    services.ask(Kind.TRAIN, title="Another", alone="train")


def test_a_job_is_claimed_once() -> None:
    job = services.ask(Kind.TRAIN, title="A lesson")
    assert services.claim(job.pk) is not None
    assert services.claim(job.pk) is None


def test_a_worker_that_fell_silent_cannot_write_on() -> None:
    job = services.ask(Kind.TRAIN, title="A lesson")
    slow = services.claim(job.pk)
    assert slow is not None
    Job.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    services.sweep()
    assert services.claim(job.pk) is not None
    with pytest.raises(services.LeaseLost):
        services.finish(slow, {"by": "the slow one"})


def test_a_job_that_is_lost_again_and_again_has_failed() -> None:
    job = services.ask(Kind.TRAIN, title="A lesson")
    for _ in range(services.MOST_LOST):
        services.claim(job.pk)
        Job.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
        services.sweep()
    job.refresh_from_db()
    assert (job.state, job.failure) == (State.FAILED, "The workers fell silent again and again.")


def test_trouble_that_may_pass_is_tried_again(do: Do) -> None:
    def work(job: Job) -> None:
        raise Retryable("The disk is full.")

    job = do(work)
    assert (job.state, job.times_lost) == (State.WAITING, 1)
