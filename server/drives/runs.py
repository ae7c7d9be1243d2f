"""The attempts at each stage: opened, claimed by a lease, renewed, and brought to one of three ends.

A run is claimed by one conditional UPDATE that writes a token and an expiry. Whoever writes for the run first calls
`hold`, which locks the row and checks the token, so that a slow worker whose lease was taken over cannot write on.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from server.core.queue import RUN_SCORE_PART, RUN_STAGE, enqueue_on_commit
from server.drives.models import Drive, Stage, StageRun

log = logging.getLogger(__name__)

ORDER = (Stage.PROBE, Stage.SAMPLE, Stage.SCORE, Stage.LOCATE, Stage.IDENTIFY, Stage.PUBLISH, Stage.DONE)
MAX_RETRIES = 5
MAX_LOST = 25
State = StageRun.State


class LeaseLost(Exception):
    """The run's lease was taken over or ended: whatever this worker still has to write is void."""


def following(stage: str) -> Stage:
    return ORDER[ORDER.index(Stage(stage)) + 1]


@transaction.atomic
def open_stage(*, drive: Drive, stage: Stage, parts: int = 1) -> None:
    """Puts the drive at `stage` and opens a waiting run for each part, as a new round. DONE opens none."""
    drive.stage, drive.failure = stage, ""
    drive.finished_at = timezone.now() if stage == Stage.DONE else None
    drive.save(update_fields=["stage", "failure", "finished_at"])
    if stage == Stage.DONE:
        return
    number = last_round(drive, stage) + 1
    for part in range(parts):
        open_run(drive=drive, stage=stage, part=part, round_number=number)


def last_round(drive: Drive, stage: str) -> int:
    """How often the drive has come to this stage: once, and once more whenever it is sent through again."""
    return drive.stage_runs.filter(stage=stage).aggregate(last=Max("round"))["last"] or 0


def open_run(
    *, drive: Drive, stage: str, part: int, round_number: int, attempt: int = 1, delay_s: float = 0
) -> StageRun:
    now = timezone.now()
    run = StageRun.objects.create(
        drive=drive,
        stage=stage,
        part=part,
        round=round_number,
        attempt=attempt,
        due_at=now + timedelta(seconds=delay_s),
        enqueued_at=now,
    )
    enqueue_on_commit(task_of(stage), run.pk, delay_s)
    return run


def open_next(run: StageRun, delay_s: float = 0) -> StageRun:
    """The next attempt at the same part."""
    return open_run(
        drive=run.drive,
        stage=run.stage,
        part=run.part,
        round_number=run.round,
        attempt=run.attempt + 1,
        delay_s=delay_s,
    )


def task_of(stage: str) -> str:
    return RUN_SCORE_PART if stage == Stage.SCORE else RUN_STAGE


def claim(run_id: int) -> StageRun | None:
    """Takes the run for this worker, or None when another has it or it has ended.

    The drive's stage is asked in a subquery, not a join: a join would make the UPDATE pick its rows beforehand, and two
    claims at one moment would both find the run waiting.
    """
    now, token = timezone.now(), uuid.uuid4()
    at_this_stage = Drive.objects.filter(pk=OuterRef("drive_id"), stage=OuterRef("stage"))
    claimed = StageRun.objects.filter(
        Q(state=State.WAITING) | Q(state=State.RUNNING, lease_expires_at__lt=now),
        Exists(at_this_stage),
        pk=run_id,
    ).update(state=State.RUNNING, token=token, lease_expires_at=lease_end(), started_at=now)
    if not claimed:
        return None
    return StageRun.objects.select_related("drive").filter(pk=run_id, token=token).first()


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LEASE_S)


def renew(run: StageRun) -> bool:
    """Prolongs the lease; False when it is no longer ours. Never shortens it, however long the row was locked."""
    ours = StageRun.objects.filter(pk=run.pk, token=run.token, state=State.RUNNING)
    return bool(ours.update(lease_expires_at=Greatest(F("lease_expires_at"), lease_end())))


@contextmanager
def hold(run: StageRun) -> Iterator[StageRun]:
    """A transaction that writes for the run. Raises LeaseLost before anything is written when the lease is not ours.

    The lease is fresh when the transaction ends, so that whoever waited for the row does not find it expired.
    """
    with transaction.atomic():
        ours = StageRun.objects.select_for_update(no_key=True).filter(
            pk=run.pk, token=run.token, state=State.RUNNING
        )
        if not ours.exists():
            raise LeaseLost(f"run {run.pk} is no longer held by {run.token}")
        yield run
        ours.update(lease_expires_at=lease_end())


def count(run: StageRun, *, came_in: int = 0, out: int = 0, rejected: int = 0) -> None:
    """Adds to the run's counts; call it inside `hold`."""
    StageRun.objects.filter(pk=run.pk).update(
        count_in=F("count_in") + came_in,
        count_out=F("count_out") + out,
        count_rejected=F("count_rejected") + rejected,
    )


def expect(run: StageRun, pieces: int) -> None:
    """Notes how many pieces this part will take in, those of its earlier attempts included."""
    StageRun.objects.filter(pk=run.pk).update(count_expected=pieces)


def parts_in_round(run: StageRun) -> int:
    """Into how many parts the run's stage is shared out in this round."""
    rows = StageRun.objects.filter(drive=run.drive_id, stage=run.stage, round=run.round)
    return rows.values("part").distinct().count()


def finish(run: StageRun, *, parts_of_next: int = 1) -> None:
    """Ends the run well. The last part of a stage to end moves the drive on."""
    with hold(run):
        end(run, State.DONE)
        drive = Drive.objects.select_for_update(no_key=True).get(pk=run.drive_id)
        others_open = drive.stage_runs.open().filter(stage=run.stage).exists()
        if drive.stage == run.stage and not drive.failure and not others_open:
            open_stage(drive=drive, stage=following(run.stage), parts=parts_of_next)


def retry(run: StageRun, *, error: str) -> bool:
    """Ends the run and opens the next attempt after a growing, jittered pause. After five retries: False, it failed."""
    tried = attempts_ended(run, State.RETRIED) + 1
    if tried >= MAX_RETRIES:
        fail(run, error=error, told=_("This stage did not work, though it was tried again and again."))
        return False
    with hold(run):
        end(run, State.RETRIED, error)
        open_next(run, delay_s=pause_s(tried))
    return True


def pause_s(attempt: int) -> float:
    return min(60.0, 2.0**attempt) * random.uniform(0.5, 1.5)


def attempts_ended(run: StageRun, state: StageRun.State) -> int:
    """How many attempts at this part ended so in this round, since it last failed."""
    same = StageRun.objects.filter(drive=run.drive_id, stage=run.stage, part=run.part, round=run.round)
    failed = same.filter(state=State.FAILED).aggregate(last=Max("attempt"))["last"] or 0
    return same.filter(state=state, attempt__gt=failed).count()


def fail(run: StageRun, *, error: str, told: str) -> None:
    """Ends the run badly; the drive stands still. `error` is for staff, `told` is the sentence for its driver."""
    with hold(run):
        end(run, State.FAILED, error)
        Drive.objects.filter(pk=run.drive_id).update(failure=told)


def end(run: StageRun, state: StageRun.State, error: str = "") -> None:
    StageRun.objects.filter(pk=run.pk).update(state=state, error=error[:4000], ended_at=timezone.now())


@transaction.atomic
def score_again(drive: Drive, *, parts: int, scorer_hash: str = "") -> bool:
    """Sends a finished drive through scoring and all that follows once more, by the scorer of that name, or by the present one;
    False while it is on its way."""
    locked = Drive.objects.select_for_update(no_key=True).get(pk=drive.pk)
    if locked.stage != Stage.DONE:
        return False
    return bool(score_from_the_start(locked, parts=parts, scorer_hash=scorer_hash))


@transaction.atomic
def place_again(drive: Drive) -> bool:
    """Sends a finished drive through placing and what follows once more, without the network; False while it is on its way."""
    locked = Drive.objects.select_for_update(no_key=True).get(pk=drive.pk)
    if locked.stage != Stage.DONE:
        return False
    open_stage(drive=locked, stage=Stage.LOCATE)
    return True


@transaction.atomic
def resume(drive: Drive) -> int:
    """Opens a fresh attempt for every part of the drive's stage that failed; the number of attempts opened."""
    locked = Drive.objects.select_for_update(no_key=True).get(pk=drive.pk)
    rows = locked.stage_runs.filter(stage=locked.stage, round=last_round(locked, locked.stage))
    if locked.stage == Stage.SCORE and not rows.open().exists():
        return score_from_the_start(locked, parts=rows.values("part").distinct().count())
    last = rows.order_by("part", "-attempt").distinct("part").select_related("drive")
    stopped = [run for run in last if run.state in (State.FAILED, State.LOST)]
    for run in stopped:
        open_next(run)
    Drive.objects.filter(pk=drive.pk).update(failure="")
    return len(stopped)


def score_from_the_start(drive: Drive, *, parts: int, scorer_hash: str = "") -> int:
    """All parts once more, by the scorer of that name, or by the present one; what that scorer has scored is not scored again."""
    drive.scorer_hash = scorer_hash
    drive.save(update_fields=["scorer_hash"])
    open_stage(drive=drive, stage=Stage.SCORE, parts=parts)
    return parts


def sweep() -> int:
    """Frees expired leases and sends lost messages again; the number of runs that it set going."""
    expired = StageRun.objects.filter(state=State.RUNNING, lease_expires_at__lt=timezone.now())
    waiting = StageRun.objects.filter(state=State.WAITING, due_at__lt=timezone.now())
    moved = sum(carefully(take_back, run) for run in expired.select_related("drive"))
    return moved + sum(carefully(send_again, run) for run in waiting if is_forgotten(run))


def carefully(mend: Callable[[StageRun], bool], run: StageRun) -> bool:
    """One run that cannot be mended now does not keep the others from it."""
    try:
        return mend(run)
    except Exception:
        log.exception("%s could not be swept", run)
        return False


def is_forgotten(run: StageRun) -> bool:
    """Whether its message may be lost: nobody took it for a lease, and twice as long after each time it was sent again."""
    sent_at = run.enqueued_at or run.due_at
    patience = max(timedelta(seconds=settings.LEASE_S), sent_at - run.due_at)
    return timezone.now() - sent_at > patience


def send_again(run: StageRun) -> bool:
    with transaction.atomic():
        StageRun.objects.filter(pk=run.pk).update(enqueued_at=timezone.now())
        enqueue_on_commit(task_of(run.stage), run.pk)
    return True


@transaction.atomic
def take_back(run: StageRun) -> bool:
    """Declares an expired run lost and opens the next attempt, unless its worker holds it or has renewed the lease."""
    expired = StageRun.objects.filter(
        pk=run.pk, token=run.token, state=State.RUNNING, lease_expires_at__lt=timezone.now()
    )
    if not expired.select_for_update(no_key=True, skip_locked=True).exists():
        return False
    end(run, State.LOST, "The worker fell silent.")
    if attempts_ended(run, State.LOST) >= MAX_LOST:
        Drive.objects.filter(pk=run.drive_id).update(failure=_("The workers fell silent again and again."))
        return False
    open_next(run)
    return True
