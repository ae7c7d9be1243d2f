"""One turn of a job: work for a while, then others may go first."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from server.jobs import services
from server.jobs.models import Job

TURN_S = 15.0


@dataclass
class Turn:
    """`hold` is a transaction that writes for the job; `over` says that it is time to end the turn."""

    job: Job
    seconds: float = TURN_S
    began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        return time.monotonic() - self.began >= self.seconds

    @property
    def hold(self) -> Any:
        return partial(services.hold, self.job)

    def at(self, stage: str, expected: int) -> None:
        """Begins a stage, or goes on with it: what was done in earlier turns stays counted."""
        row = Job.objects.get(pk=self.job.pk)
        if row.stage != stage:
            services.tell(self.job, stage=stage, expected=expected)
        else:
            services.tell(self.job, expected=row.count_done + expected)

    def counted(self, more: int) -> None:
        services.tell(
            self.job, done=Job.objects.values_list("count_done", flat=True).get(pk=self.job.pk) + more
        )

    def say(self, line: str) -> None:
        services.tell(self.job, line=line)
