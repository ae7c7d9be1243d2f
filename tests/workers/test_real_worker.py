"""Drives through a real Celery worker, a process of its own, over a real broker."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from server.core.queue import broker
from server.drives.models import Drive, Stage, StageRun
from server.drives.queries import frame_counts
from server.drives.services import submit_drive
from server.frames.models import FrameScore
from tests.workers.walk import files_of, send

pytestmark = pytest.mark.django_db(transaction=True)
CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker(media: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts workers on the test database and on this test's media folder; whatever still runs is killed at the end."""
    started: list[subprocess.Popen[bytes]] = []
    broker.control.purge()

    def start() -> subprocess.Popen[bytes]:
        log = (tmp_path / f"worker{len(started)}.log").open("wb")
        argv = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "workers",
            "worker",
            "-B",
            "--pool=solo",
            "-Q",
            "pipeline,score,sweep",
        ]
        options = ["-s", str(tmp_path / "beat"), "--loglevel=WARNING", "--without-mingle", "--without-gossip"]
        started.append(
            subprocess.Popen(
                [*argv, *options],
                cwd=CHECKOUT,
                env=environment(media),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        )
        return started[-1]

    yield start
    for worker in started:
        kill(worker)


def kill(worker: subprocess.Popen[bytes]) -> None:
    """Without a word, and its clock process with it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def environment(media: Path) -> dict[str, str]:
    address, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    test_database = f"{address}/{connection.settings_dict['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": test_database,
        "FESTIVITY_MEDIA": str(media),
        "FESTIVITY_LEASE_S": "3",
    }


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, list(
            StageRun.objects.values_list("stage", "part", "state", "error")
        )
        time.sleep(0.1)


def is_done(drive: Drive) -> bool:
    drive.refresh_from_db()
    return drive.stage == Stage.DONE


def test_a_worker_takes_a_drive_to_its_end(evening: Path, start_worker: Start) -> None:
    drive = send(files_of(evening / "photos"))
    submit_drive(drive=drive)
    start_worker()
    wait_until(lambda: is_done(drive))
    frames = frame_counts(drive)
    assert frames.frames == frames.scored > 10
    assert frames.houses > 0


def test_a_worker_killed_while_scoring_loses_and_doubles_nothing(evening: Path, start_worker: Start) -> None:
    drive = send(files_of(evening / "photos"))
    submit_drive(drive=drive)
    first = start_worker()
    wait_until(FrameScore.objects.exists)
    kill(first)
    start_worker()
    wait_until(lambda: is_done(drive))
    frames = frame_counts(drive)
    assert frames.frames == frames.scored == FrameScore.objects.count()
    assert drive.stage_runs.filter(stage=Stage.SCORE, state=StageRun.State.LOST).exists()


def test_a_flushed_broker_only_delays(evening: Path, start_worker: Start) -> None:
    drive = send(files_of(evening / "photos"))
    submit_drive(drive=drive)
    broker.control.purge()
    StageRun.objects.update(enqueued_at="2020-01-01T00:00:00Z", due_at="2020-01-01T00:00:00Z")
    start_worker()
    wait_until(lambda: is_done(drive))
