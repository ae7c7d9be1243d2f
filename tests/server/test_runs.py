from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from server.drives import runs
from server.drives.models import Drive, Stage, StageRun
from tests.server.factories import make_drive

pytestmark = pytest.mark.django_db
State = StageRun.State


@pytest.fixture
def drive() -> Drive:
    drive = make_drive()
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    return drive


def only_run(drive: Drive) -> StageRun:
    return drive.stage_runs.get()


def claimed(drive: Drive) -> StageRun:
    run = runs.claim(only_run(drive).pk)
    assert run is not None
    return run


def let_lease_expire(run: StageRun) -> None:
    StageRun.objects.filter(pk=run.pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))


def test_a_run_is_claimed_once(drive: Drive) -> None:
    run = claimed(drive)
    assert runs.claim(run.pk) is None


def test_a_run_of_a_stage_that_the_drive_has_left_is_not_claimed(drive: Drive) -> None:
    Drive.objects.update(stage=Stage.SCORE)
    assert runs.claim(only_run(drive).pk) is None


def test_the_last_part_moves_the_drive_on(drive: Drive) -> None:
    runs.finish(claimed(drive), parts_of_next=1)
    drive.refresh_from_db()
    assert drive.stage == Stage.SAMPLE
    assert drive.stage_runs.get(stage=Stage.SAMPLE).state == State.WAITING


def test_a_drive_waits_for_all_parts_of_a_stage() -> None:
    drive = make_drive()
    runs.open_stage(drive=drive, stage=Stage.SCORE, parts=2)
    first, second = (runs.claim(run.pk) for run in drive.stage_runs.all())
    assert first
    assert second
    runs.finish(first)
    drive.refresh_from_db()
    assert drive.stage == Stage.SCORE
    runs.finish(second)
    drive.refresh_from_db()
    assert drive.stage == Stage.LOCATE


def test_a_failed_part_keeps_the_drive_from_going_on() -> None:
    drive = make_drive()
    runs.open_stage(drive=drive, stage=Stage.SCORE, parts=2)
    first, second = (runs.claim(run.pk) for run in drive.stage_runs.all())
    assert first
    assert second
    runs.fail(first, error="OSError: 28", told="the disk is full")
    runs.finish(second)
    drive.refresh_from_db()
    assert (drive.stage, drive.failure) == (Stage.SCORE, "the disk is full")


def test_a_failed_drive_can_be_resumed(drive: Drive) -> None:
    runs.fail(claimed(drive), error="OSError: 28", told="the disk is full")
    drive.refresh_from_db()
    assert runs.resume(drive) == 1
    drive.refresh_from_db()
    assert drive.failure == ""
    assert drive.stage_runs.get(attempt=2).state == State.WAITING


def test_a_slow_worker_cannot_write_after_its_lease_was_taken_over(drive: Drive) -> None:
    slow = claimed(drive)
    let_lease_expire(slow)
    runs.sweep()
    with pytest.raises(runs.LeaseLost), runs.hold(slow):
        pytest.fail("the block of a lost lease must not run")
    assert drive.stage_runs.get(attempt=2).state == State.WAITING


def test_a_renewed_lease_is_not_taken_back(drive: Drive) -> None:
    run = claimed(drive)
    let_lease_expire(run)
    assert runs.renew(run)
    assert runs.sweep() == 0


def test_a_lease_that_ended_cannot_be_renewed(drive: Drive) -> None:
    run = claimed(drive)
    runs.finish(run)
    assert not runs.renew(run)


def test_a_retry_waits_before_its_next_attempt(drive: Drive) -> None:
    assert runs.retry(claimed(drive), error="the database was away")
    again = drive.stage_runs.get(attempt=2)
    assert again.due_at > timezone.now()
    assert drive.stage_runs.get(attempt=1).error == "the database was away"


def test_retries_end(drive: Drive) -> None:
    for _ in range(runs.MAX_RETRIES):
        waiting = drive.stage_runs.get(state=State.WAITING)
        run = runs.claim(waiting.pk)
        assert run is not None
        runs.retry(run, error="postgres://secret is away")
    drive.refresh_from_db()
    assert drive.failure
    assert "secret" not in drive.failure
    assert not drive.stage_runs.open().exists()


def test_a_message_that_was_lost_is_sent_again(drive: Drive) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    StageRun.objects.update(enqueued_at=long_ago, due_at=long_ago)
    assert runs.sweep() == 1
    assert only_run(drive).enqueued_at > long_ago


def test_counts_add_up_within_the_lease(drive: Drive) -> None:
    run = claimed(drive)
    with runs.hold(run):
        runs.count(run, came_in=3, out=2, rejected=1)
        runs.count(run, came_in=1, out=1)
    run.refresh_from_db()
    assert (run.count_in, run.count_out, run.count_rejected) == (4, 3, 1)


def test_after_a_resume_the_retries_begin_anew(drive: Drive) -> None:
    runs.fail(claimed(drive), error="a bug", told="It failed.")
    runs.resume(drive)
    again = runs.claim(drive.stage_runs.get(state=State.WAITING).pk)
    assert again is not None
    assert runs.retry(again, error="away")


def test_a_stage_that_is_walked_again_is_a_new_round(drive: Drive) -> None:
    runs.finish(claimed(drive))
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    assert list(drive.stage_runs.filter(stage=Stage.PROBE).values_list("round", "attempt")) == [
        (1, 1),
        (2, 1),
    ]


def test_a_message_is_sent_again_less_and_less_often() -> None:
    drive, now = make_drive(), timezone.now()
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    run = drive.stage_runs.get()
    run.due_at, run.enqueued_at = now - timedelta(hours=2), now - timedelta(minutes=30)
    assert not runs.is_forgotten(run)
    run.enqueued_at = now - timedelta(minutes=61)
    assert runs.is_forgotten(run)


@pytest.mark.django_db(transaction=True)
def test_of_many_claims_at_one_moment_one_succeeds() -> None:
    for _ in range(8):
        drive = make_drive()
        runs.open_stage(drive=drive, stage=Stage.PROBE)
        run_id = only_run(drive).pk
        with ThreadPoolExecutor(4) as pool:
            won = [run for run in pool.map(claim_and_disconnect, [run_id] * 4) if run]
        assert len(won) == 1


def claim_and_disconnect(run_id: int) -> StageRun | None:
    try:
        return runs.claim(run_id)
    finally:
        connection.close()
