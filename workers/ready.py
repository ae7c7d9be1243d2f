"""What a worker does when it comes up: it makes its scorer known, so that `rescore` can tell that there is a new one."""

from __future__ import annotations

from typing import Any

from celery.signals import worker_ready

from workers.scoring import working_scorer


@worker_ready.connect
def register_scorer(**_: Any) -> None:
    working_scorer()
