"""What staff asked for, done in turns: one claims a job, works while it holds its lease, and brings it to its end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from server.jobs import services
from server.jobs.kinds import Kind
from server.jobs.models import Job
from workers import on_rows
from workers.bringing import import_labels
from workers.ends import Rejected, Retryable, Wait
from workers.heartbeat import heartbeat
from workers.shadow.work import shadow
from workers.training import train

log = logging.getLogger(__name__)

Outcome = dict[str, Any]
Work = Callable[[Job], Outcome | Wait | None]
"""A turn of a job: what came of it, or None where there is more to do and others may go first. Raises Rejected."""

WORK: dict[Kind, Work] = {
    Kind.TRAIN: train,
    Kind.SHADOW: shadow,
    Kind.VERDICT: on_rows.say_verdict,
    Kind.RESCORE: on_rows.look_again,
    Kind.HIDE: on_rows.hide,
    Kind.SHOW: on_rows.show,
    Kind.MERGE: on_rows.merge,
    Kind.SPLIT: on_rows.part,
    Kind.DECIDE: on_rows.decide,
    Kind.SETTLE: on_rows.settle,
    Kind.IMPORT_LABELS: import_labels,
}


def run_job(job_id: int) -> None:
    """Does one turn of a job, if it is still to be had."""
    job = services.claim(job_id)
    if job is None:
        return
    with heartbeat(lambda: services.renew(job)), suppress(services.LeaseLost):
        take_turn(job)


def take_turn(job: Job) -> None:
    """Raises LeaseLost, and what nobody foresaw."""
    try:
        services.tell(job)
        outcome = WORK[Kind(job.kind)](job)
        if outcome is None or isinstance(outcome, Wait):
            services.again(job, pause_s=outcome.pause_s if outcome else 0)
        else:
            services.finish(job, outcome)
    except services.LeaseLost as lost:
        log.warning("%s", lost)
    except services.Cancelled:
        services.stop(job)
    except (Retryable, OperationalError, InterfaceError) as trouble:
        log.warning("%s is tried again: %s", job, trouble)
        if not connection.is_usable():
            connection.close()
        services.retry(job, error=str(trouble))
    except Rejected as rejection:
        services.fail(job, told=str(rejection))
    except Exception as error:
        told = _("Something went wrong here that was not foreseen.")
        services.fail(job, told=told, error=f"{type(error).__name__}: {error}")
        raise
