"""What a worker does when it comes up: it makes its scorer known, so that `rescore` can tell that there is a new one."""

from __future__ import annotations

from typing import Any

from celery.signals import worker_ready

from server.frames.services import register_scorer
from workers.scoring import working_scorer


@worker_ready.connect
def make_scorer_known(**_: Any) -> None:
    register_scorer(working_scorer())
