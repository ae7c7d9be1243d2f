"""Tasks are enqueued by name, so that the site never imports the workers."""

from __future__ import annotations

from celery import Celery
from django.conf import settings
from django.db import transaction

broker = Celery("festivity", broker=settings.CELERY_BROKER_URL)
broker.config_from_object("django.conf:settings", namespace="CELERY")

RUN_STAGE = "workers.tasks.run_stage"
RUN_SCORE_PART = "workers.tasks.run_score_part"
LOOK_FOR = "workers.tasks.look_for"
RANK_QUEUE = "workers.tasks.rank_queue"
RUN_JOB = "workers.tasks.run_job"


def enqueue_on_commit(task: str, row_id: int, countdown_s: float = 0) -> None:
    """Sends `task` once the surrounding transaction is committed. Where the broker is away, the sweeper sends it later."""
    transaction.on_commit(lambda: enqueue(task, row_id, countdown_s), robust=True)


def enqueue(task: str, row_id: int, countdown_s: float = 0) -> None:
    broker.send_task(task, args=[row_id], countdown=countdown_s or None, ignore_result=True)
