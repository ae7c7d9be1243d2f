"""The way of a drive: one tuple, read top to bottom, and the contract that every stage keeps.

A stage is claimed by a lease, makes what is missing, and comes to one of three ends: done, again later (`Retryable`),
or `Rejected` with a sentence for the driver. Anything else is recorded as failed and raised again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from server.drives import runs
from server.drives.models import Stage, StageRun
from server.frames.queries import parts_of
from workers.ends import Rejected, Retryable
from workers.heartbeat import heartbeat
from workers.sampling.parts import sampling_parts
from workers.steps import identify, locate, probe, publish, sample, score

log = logging.getLogger(__name__)

Step = Callable[[StageRun], None]
WAY: tuple[tuple[Stage, Step], ...] = (
    (Stage.PROBE, probe.probe),
    (Stage.SAMPLE, sample.sample),
    (Stage.SCORE, score.score),
    (Stage.LOCATE, locate.locate),
    (Stage.IDENTIFY, identify.identify),
    (Stage.PUBLISH, publish.publish),
)
STEPS = dict(WAY)


def run_stage(stage_run_id: int) -> None:
    """Runs one attempt, if it is still to be had, and brings it to its end."""
    run = runs.claim(stage_run_id)
    if run is None:
        return
    with heartbeat(lambda: runs.renew(run)):
        walk(run)


def walk(run: StageRun) -> None:
    try:
        STEPS[Stage(run.stage)](run)
        runs.finish(run, parts_of_next=parts_of_stage_after(run))
    except runs.LeaseLost as lost:
        log.warning("%s", lost)
    except (Retryable, OperationalError, InterfaceError) as trouble:
        log.warning("%s is tried again: %s", run, trouble)
        if not connection.is_usable():
            connection.close()
        with suppress(runs.LeaseLost):
            runs.retry(run, error=str(trouble))
    except Rejected as rejection:
        with suppress(runs.LeaseLost):
            runs.fail(run, error=str(rejection), told=str(rejection))
    except Exception as error:
        with suppress(runs.LeaseLost):
            runs.fail(
                run,
                error=f"{type(error).__name__}: {error}",
                told=_("Something went wrong here that was not foreseen."),
            )
        raise


def parts_of_stage_after(run: StageRun) -> int:
    """Sampling of videos and scoring are shared out in parts; every other stage is one."""
    following = runs.following(run.stage)
    if following == Stage.SAMPLE:
        return sampling_parts(run.drive)
    return parts_of(run.drive_id) if following == Stage.SCORE else 1
