"""Verbs on jobs. One is claimed by a conditional UPDATE that writes a lease; every word of its worker checks the token.

The database is the truth: a lost message is sent again, and a job whose worker fell silent is done again. So what a job writes
must bear being written twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.models import User
from server.core.queue import RUN_JOB, enqueue_on_commit
from server.jobs.kinds import Kind
from server.jobs.models import Job, JobLine

MOST_LOST = 5
State = Job.State


class AlreadyAtWork(Exception):
    """Another job of those that must be alone is open; the message is a sentence, `job` the one that is."""

    def __init__(self, job: Job | None) -> None:
        super().__init__(_("This is at work already. Wait until it has ended, or cancel it."))
        self.job = job


class LeaseLost(Exception):
    """The job was taken over or has ended: whatever this worker still has to write is void."""


class Cancelled(Exception):
    """Somebody asked for the job to be cancelled."""


def ask(
    kind: Kind,
    *,
    title: str,
    asked: dict[str, Any] | None = None,
    asked_by: User | None = None,
    alone: str = "",
) -> Job:
    """Puts a job before the workers. Raises AlreadyAtWork."""
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                title=title[:200],
                asked=asked or {},
                asked_by=asked_by,
                alone=alone,
                enqueued_at=timezone.now(),
            )
            enqueue_on_commit(RUN_JOB, job.pk)
    except IntegrityError as error:
        other = Job.objects.open().filter(alone=alone).exclude(alone="").first()
        raise AlreadyAtWork(other) from error
    return job


@transaction.atomic
def cancel(job: Job) -> bool:
    """A job that waits ends at once, one at work when its worker next tells how far it is; False where it has ended."""
    locked = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    if locked.state == State.WAITING:
        ended(Job.objects.filter(pk=job.pk), State.CANCELLED)
    return bool(Job.objects.open().filter(pk=job.pk).update(cancel_asked=True)) or locked.is_open


def claim(job_id: int) -> Job | None:
    """Takes the job for this worker, or None where another has it or it has ended."""
    now, token = timezone.now(), uuid.uuid4()
    claimed = Job.objects.filter(
        Q(state=State.WAITING) | Q(state=State.RUNNING, lease_expires_at__lt=now), pk=job_id
    ).update(state=State.RUNNING, token=token, lease_expires_at=lease_end(), started_at=now)
    return Job.objects.select_related("asked_by").filter(pk=job_id, token=token).first() if claimed else None


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LEASE_S)


def renew(job: Job) -> bool:
    """Prolongs the lease; False when it is no longer ours."""
    return bool(ours(job).update(lease_expires_at=lease_end()))


def ours(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, token=job.token, state=State.RUNNING)


@contextmanager
def hold(job: Job) -> Iterator[Job]:
    """A transaction that writes for the job. Raises LeaseLost and Cancelled before anything is written."""
    with transaction.atomic():
        row = ours(job).select_for_update(no_key=True).first()
        if row is None:
            raise LeaseLost(f"job {job.pk} is no longer held by {job.token}")
        if row.cancel_asked:
            raise Cancelled
        yield row


def tell(
    job: Job,
    *,
    line: str = "",
    stage: str | None = None,
    done: int | None = None,
    expected: int | None = None,
) -> None:
    """How far the job is. A new stage begins at nothing. Raises LeaseLost and Cancelled."""
    changed: dict[str, Any] = {}
    if stage is not None:
        changed |= {"stage": stage[:120], "count_done": 0, "count_expected": None}
    changed |= {} if done is None else {"count_done": done}
    changed |= {} if expected is None else {"count_expected": expected}
    with hold(job):
        ours(job).update(lease_expires_at=lease_end(), **changed)
        if line:
            JobLine.objects.create(job=job, text=line[:400])


def finish(job: Job, outcome: dict[str, Any]) -> None:
    """Ends the job well. Raises LeaseLost."""
    end(job, State.DONE, outcome=outcome)


def stop(job: Job) -> None:
    """Ends a job whose cancelling was asked for. Raises LeaseLost."""
    end(job, State.CANCELLED)


def fail(job: Job, *, told: str, error: str = "") -> None:
    """Ends the job badly: `told` is for whoever asked, `error` for staff. Raises LeaseLost."""
    end(job, State.FAILED, failure=told, error=error[:4000])


def again(job: Job, *, pause_s: float = 0) -> None:
    """Gives the job back, so that what waits longer comes first; it goes on with its next turn. Raises LeaseLost."""
    with transaction.atomic():
        if not ours(job).update(state=State.WAITING, token=None, enqueued_at=timezone.now()):
            raise LeaseLost(f"job {job.pk} is no longer held by {job.token}")
        enqueue_on_commit(RUN_JOB, job.pk, pause_s)


def end(job: Job, state: State, **more: Any) -> None:
    if not ended(ours(job), state, **more):
        raise LeaseLost(f"job {job.pk} is no longer held by {job.token}")


def ended(jobs: Any, state: State, **more: Any) -> int:
    return int(jobs.update(state=state, ended_at=timezone.now(), token=None, **more))


def sweep() -> int:
    """Gives back jobs whose worker fell silent, and sends again those whose message may be lost; how many."""
    now = timezone.now()
    silent = Job.objects.filter(state=State.RUNNING, lease_expires_at__lt=now)
    forgotten = Job.objects.filter(
        state=State.WAITING, enqueued_at__lt=now - timedelta(seconds=2 * settings.LEASE_S)
    )
    return sum(take_back(job) for job in silent) + sum(send_again(job) for job in forgotten)


def take_back(job: Job) -> bool:
    """A job whose lease ran out; False where its worker was quicker."""
    expired = Job.objects.filter(
        pk=job.pk, token=job.token, state=State.RUNNING, lease_expires_at__lt=timezone.now()
    )
    return gone_once_more(job, expired, _("The workers fell silent again and again."))


def retry(job: Job, *, error: str) -> bool:
    """Gives the job back after trouble that may pass; after five times it has failed."""
    told = _("This did not work, though it was tried again and again.")
    return gone_once_more(job, ours(job), told, error)


@transaction.atomic
def gone_once_more(job: Job, rows: Any, told: str, error: str = "") -> bool:
    """One more turn that came to nothing. After `MOST_LOST` of them the job ends with `told`."""
    if job.times_lost + 1 >= MOST_LOST:
        return bool(ended(rows, State.FAILED, failure=told, error=error[:4000]))
    now = timezone.now()
    pause_s = 2.0**job.times_lost
    if not rows.update(state=State.WAITING, token=None, times_lost=F("times_lost") + 1, enqueued_at=now):
        return False
    enqueue_on_commit(RUN_JOB, job.pk, pause_s)
    return True


@transaction.atomic
def send_again(job: Job) -> bool:
    Job.objects.filter(pk=job.pk).update(enqueued_at=timezone.now())
    enqueue_on_commit(RUN_JOB, job.pk)
    return True
