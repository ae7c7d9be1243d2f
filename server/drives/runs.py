"""The attempts at each stage: opened, claimed by a lease, renewed, and brought to one of three ends.

A run is claimed by one conditional UPDATE that writes a token and an expiry. Whoever writes for the run first calls
`hold`, which locks the row and checks the token, so that a slow worker whose lease was taken over cannot write on.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from server.core.queue import RUN_SCORE_PART, RUN_STAGE, enqueue_on_commit
from server.drives.models import Drive, Stage, StageRun

ORDER = (Stage.PROBE, Stage.SAMPLE, Stage.SCORE, Stage.LOCATE, Stage.IDENTIFY, Stage.PUBLISH, Stage.DONE)
MAX_ATTEMPTS = 5
MAX_LOST = 25


class LeaseLost(Exception):
    """The run's lease was taken over or ended: whatever this worker still has to write is void."""


def following(stage: str) -> Stage:
    return ORDER[ORDER.index(Stage(stage)) + 1]


@transaction.atomic
def open_stage(*, drive: Drive, stage: Stage, parts: int = 1) -> None:
    """Puts the drive at `stage` and opens a waiting run for each part. DONE opens none."""
    drive.stage, drive.failure = stage, ""
    drive.finished_at = timezone.now() if stage == Stage.DONE else None
    drive.save(update_fields=["stage", "failure", "finished_at"])
    if stage == Stage.DONE:
        return
    for part in range(parts):
        open_run(drive=drive, stage=stage, part=part)


def open_run(*, drive: Drive, stage: str, part: int, delay_s: float = 0) -> StageRun:
    """Opens the next attempt at a part and enqueues it, not before `delay_s` seconds from now."""
    now = timezone.now()
    last = drive.stage_runs.filter(stage=stage, part=part).aggregate(attempt=Max("attempt"))["attempt"]
    run = StageRun.objects.create(
        drive=drive,
        stage=stage,
        part=part,
        attempt=(last or 0) + 1,
        due_at=now + timedelta(seconds=delay_s),
        enqueued_at=now,
    )
    enqueue_on_commit(task_of(stage), run.pk, delay_s)
    return run


def attempts_in_a_row(run: StageRun) -> int:
    """How many attempts at this part there were since it was last done, this one included."""
    same = StageRun.objects.filter(
        drive=run.drive_id, stage=run.stage, part=run.part, attempt__lte=run.attempt
    )
    done = same.filter(state=StageRun.State.DONE).aggregate(attempt=Max("attempt"))["attempt"]
    return run.attempt - (done or 0)


def task_of(stage: str) -> str:
    return RUN_SCORE_PART if stage == Stage.SCORE else RUN_STAGE


def claim(run_id: int) -> StageRun | None:
    """Takes the run for this worker, or None when another has it or it has ended."""
    now = timezone.now()
    claimed = StageRun.objects.filter(
        Q(state=StageRun.State.WAITING) | Q(state=StageRun.State.RUNNING, lease_expires_at__lt=now),
        pk=run_id,
        drive__stage=F("stage"),
    ).update(state=StageRun.State.RUNNING, token=uuid.uuid4(), lease_expires_at=lease_end(), started_at=now)
    return StageRun.objects.select_related("drive").get(pk=run_id) if claimed else None


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LEASE_S)


def renew(run: StageRun) -> bool:
    """Prolongs the lease; False when it is no longer ours."""
    ours = StageRun.objects.filter(pk=run.pk, token=run.token, state=StageRun.State.RUNNING)
    return bool(ours.update(lease_expires_at=lease_end()))


@contextmanager
def hold(run: StageRun) -> Iterator[StageRun]:
    """A transaction that writes for the run. Raises LeaseLost before anything is written when the lease is not ours."""
    with transaction.atomic():
        ours = StageRun.objects.select_for_update(no_key=True).filter(
            pk=run.pk, token=run.token, state=StageRun.State.RUNNING
        )
        if not ours.exists():
            raise LeaseLost(f"run {run.pk} is no longer held by {run.token}")
        yield run


def count(run: StageRun, *, came_in: int = 0, out: int = 0, rejected: int = 0) -> None:
    """Adds to the run's counts; call it inside `hold`."""
    StageRun.objects.filter(pk=run.pk).update(
        count_in=F("count_in") + came_in,
        count_out=F("count_out") + out,
        count_rejected=F("count_rejected") + rejected,
    )


def finish(run: StageRun, *, parts_of_next: int = 1) -> None:
    """Ends the run well. The last part of a stage to end moves the drive on."""
    with hold(run):
        end(run, StageRun.State.DONE)
        drive = Drive.objects.select_for_update(no_key=True).get(pk=run.drive_id)
        others_open = drive.stage_runs.open().filter(stage=run.stage).exists()
        if drive.stage == run.stage and not drive.failure and not others_open:
            open_stage(drive=drive, stage=following(run.stage), parts=parts_of_next)


def retry(run: StageRun, *, error: str) -> bool:
    """Ends the run and opens the next attempt after a growing, jittered pause. False when attempts are used up: it failed."""
    tried = attempts_in_a_row(run)
    if tried >= MAX_ATTEMPTS:
        fail(run, error=error)
        return False
    with hold(run):
        end(run, StageRun.State.RETRIED, error)
        open_run(drive=run.drive, stage=run.stage, part=run.part, delay_s=pause_s(tried))
    return True


def pause_s(attempt: int) -> float:
    return min(60.0, 2.0**attempt) * random.uniform(0.5, 1.5)


def fail(run: StageRun, *, error: str) -> None:
    """Ends the run badly; the drive stands still and says so."""
    with hold(run):
        end(run, StageRun.State.FAILED, error)
        Drive.objects.filter(pk=run.drive_id).update(failure=error[:2000])


@transaction.atomic
def score_again(drive: Drive, *, parts: int) -> bool:
    """Sends a finished drive through scoring and all that follows once more; False while it is on its way."""
    locked = Drive.objects.select_for_update(no_key=True).get(pk=drive.pk)
    if locked.stage != Stage.DONE:
        return False
    open_stage(drive=locked, stage=Stage.SCORE, parts=parts)
    return True


@transaction.atomic
def resume(drive: Drive) -> int:
    """Opens a fresh attempt for every part of the drive's stage that failed; the number of attempts opened."""
    locked = Drive.objects.select_for_update(no_key=True).get(pk=drive.pk)
    last = locked.stage_runs.filter(stage=locked.stage).order_by("part", "-attempt").distinct("part")
    stopped = [run for run in last if run.state in (StageRun.State.FAILED, StageRun.State.LOST)]
    for run in stopped:
        open_run(drive=locked, stage=run.stage, part=run.part)
    Drive.objects.filter(pk=drive.pk).update(failure="")
    return len(stopped)


def end(run: StageRun, state: StageRun.State, error: str = "") -> None:
    StageRun.objects.filter(pk=run.pk).update(
        state=state, error=error[:4000], ended_at=timezone.now(), lease_expires_at=None
    )


def sweep() -> int:
    """Frees expired leases and sends lost messages again; the number of runs that it set going."""
    now = timezone.now()
    expired = StageRun.objects.filter(state=StageRun.State.RUNNING, lease_expires_at__lt=now)
    forgotten = StageRun.objects.filter(
        state=StageRun.State.WAITING,
        due_at__lt=now,
        enqueued_at__lt=now - timedelta(seconds=settings.LEASE_S),
    )
    moved = sum(take_back(run) for run in expired.select_related("drive"))
    for run in forgotten:
        with transaction.atomic():
            StageRun.objects.filter(pk=run.pk).update(enqueued_at=now)
            enqueue_on_commit(task_of(run.stage), run.pk)
            moved += 1
    return moved


@transaction.atomic
def take_back(run: StageRun) -> bool:
    """Declares an expired run lost and opens the next attempt, unless its worker renewed the lease in between."""
    lost = StageRun.objects.filter(
        pk=run.pk, token=run.token, state=StageRun.State.RUNNING, lease_expires_at__lt=timezone.now()
    ).update(state=StageRun.State.LOST, ended_at=timezone.now(), error="The worker fell silent.")
    if not lost:
        return False
    if attempts_in_a_row(run) >= MAX_LOST:
        Drive.objects.filter(pk=run.drive_id).update(failure="The workers fell silent again and again.")
        return False
    open_run(drive=run.drive, stage=run.stage, part=run.part)
    return True
