"""Tasks are enqueued by name, so that the site never imports the workers."""

from __future__ import annotations

from celery import Celery
from django.conf import settings
from django.db import transaction

broker = Celery("festivity", broker=settings.CELERY_BROKER_URL)
broker.config_from_object("django.conf:settings", namespace="CELERY")

RUN_STAGE = "workers.tasks.run_stage"
RUN_SCORE_PART = "workers.tasks.run_score_part"
REFRESH_HEAT = "workers.tasks.refresh_heat"

Argument = int | list[int]


def enqueue_on_commit(task: str, argument: Argument, countdown_s: float = 0) -> None:
    """Sends `task` with its id or ids once the surrounding transaction is committed. A lost run of a stage is sent again."""
    transaction.on_commit(lambda: enqueue(task, argument, countdown_s))


def enqueue(task: str, argument: Argument, countdown_s: float = 0) -> None:
    broker.send_task(task, args=[argument], countdown=countdown_s or None, ignore_result=True)
