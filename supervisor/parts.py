"""The parts of Festivity Map itself: the web server, the light worker and the scoring worker."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from .children import ChildPlan, Children
from .environment import python_path
from .state import State

WEB, LIGHT, SCORE = "web", "worker-pipeline", "worker-score"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Matrix products of a process that has its like beside it: more threads than cores wait for one another."""
READY_WITHIN_S = 90.0
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}
QUIET_CELERY = ("--without-gossip", "--without-mingle", "--without-heartbeat")


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def is_wildcard(self) -> bool:
        return self.host in WILDCARDS

    @property
    def bind(self) -> str:
        return f"{bracketed(self.host)}:{self.port}"

    @property
    def local(self) -> str:
        """How the supervisor itself reaches it: a wildcard is reached over loopback."""
        return f"http://{bracketed(WILDCARDS.get(self.host, self.host))}:{self.port}"


def bracketed(host: str) -> str:
    """An IPv6 address as it stands in front of a port."""
    return f"[{host}]" if ":" in host else host


def core_count() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0))


def web_plan(state: State, environment: Mapping[str, str], address: Address) -> ChildPlan:
    return ChildPlan(
        name=WEB,
        argv=(
            str(python_path(state)),
            "-m",
            "gunicorn",
            "server.wsgi:application",
            f"--bind={address.bind}",
            "--worker-class=gthread",
            f"--workers={min(core_count(), 4)}",
            "--threads=8",
            "--preload",
            "--timeout=60",
            "--graceful-timeout=5",
            "--keep-alive=15",
            "--no-control-socket",
            "--forwarded-allow-ips=",
        ),
        environment={"FESTIVITY_DB_POOL": "1", "MALLOC_ARENA_MAX": "2"} | ONE_THREAD | dict(environment),
        folder=state.checkout,
    )


def worker_plans(state: State, environment: Mapping[str, str]) -> list[ChildPlan]:
    """A light worker with beat for the stages that only read and write, two at once so that a long one does not keep the
    sweeper waiting; and one for the network, one thread a core."""
    single = ONE_THREAD | {"FESTIVITY_THREADS": "1"}
    beat = ("--beat", f"--schedule={state.run / 'beat'}")
    return [
        _worker_plan(state, LIGHT, ("pipeline", "sweep"), 2, environment, beat),
        _worker_plan(state, SCORE, ("score",), core_count(), single | dict(environment)),
    ]


def _worker_plan(
    state: State,
    name: str,
    queues: tuple[str, ...],
    concurrency: int,
    environment: Mapping[str, str],
    extra: tuple[str, ...] = (),
) -> ChildPlan:
    options = (
        f"--queues={','.join(queues)}",
        f"--concurrency={concurrency}",
        f"--hostname={queues[0]}@%h",
        "--loglevel=INFO",
    )
    argv = (
        str(python_path(state)),
        "-m",
        "celery",
        "--app=workers",
        "worker",
        "--pool=prefork",
        *options,
        *QUIET_CELERY,
        *extra,
    )
    return ChildPlan(name=name, argv=argv, environment=environment, folder=state.checkout, stop_within_s=15)


def is_web_ready(address: Address) -> bool:
    """Whether /health/ready answers 200: database, schema and broker are there."""
    try:
        with urllib.request.urlopen(f"{address.local}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_for_web(children: Children, address: Address) -> None:
    children.wait_for(WEB, lambda: is_web_ready(address), READY_WITHIN_S)


def wait_for_workers(children: Children) -> None:
    """Celery writes `pipeline@machine ready.` once it takes tasks."""
    for name in (LIGHT, SCORE):
        children.wait_for(name, partial(children.wrote, name, " ready."), READY_WITHIN_S)
