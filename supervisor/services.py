"""The database and the broker: our own in the state folder, or those that the operator names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from .apt import ensure_packages
from .children import Children, stop_leftovers
from .environment import has_venv_module, install, is_installed, python_path, site_packages
from .postgres import Cluster, find_cluster, find_installation
from .progress import Progress
from .state import State
from .valkey import Broker, find_broker

START_WITHIN_S = 60.0


@dataclass(frozen=True)
class Services:
    """Where the database and the broker are reached. `cluster` and `broker` are None where the operator named one."""

    database_url: str
    redis_url: str
    cluster: Cluster | None
    broker: Broker | None


def missing_packages(state: State, environment: Mapping[str, str]) -> list[str]:
    """The Debian packages without which nothing can start."""
    missing = []
    if not python_path(state).exists() and not has_venv_module():
        missing.append("python3-venv")
    if "DATABASE_URL" not in environment and find_installation() is None:
        missing.append("postgresql-15-postgis-3")
    return missing


def prepare_machine(state: State, progress: Progress, lock: str = "run") -> None:
    """Brings what is missing: packages, then the Python environment. Says nothing where nothing is."""
    missing = missing_packages(state, os.environ)
    if missing:
        with progress.stage("packages") as stage:
            ensure_packages(state, missing)
            stage.detail = ", ".join(missing)
    if not is_installed(state, lock):
        with progress.stage("python environment") as stage:
            stage.detail = f"requirements/{lock}.txt, by {install(state, lock)}"


def clear_leftovers(state: State, progress: Progress) -> None:
    """Stops what a killed supervisor left behind."""
    found = stop_leftovers(state)
    if found:
        progress.say(f"  The last run was cut off; stopped what it left running: {', '.join(sorted(found))}.")


def launch_services(state: State, children: Children, progress: Progress, durable: bool = True) -> Services:
    """Starts our own database and broker without waiting for them; makes the database where there is none yet."""
    cluster = None if "DATABASE_URL" in os.environ else find_cluster(state, durable)
    broker = None if "REDIS_URL" in os.environ else find_broker(state, site_packages(state))
    if broker:
        children.start(broker.plan())
    if cluster:
        if not cluster.made:
            with progress.stage("new database") as stage:
                cluster.make()
                stage.detail = f"PostgreSQL {cluster.installation.major} in {cluster.home}"
        cluster.clear_stale()
        children.start(cluster.plan())
    return Services(
        database_url=cluster.url() if cluster else os.environ["DATABASE_URL"],
        redis_url=broker.url() if broker else os.environ["REDIS_URL"],
        cluster=cluster,
        broker=broker,
    )


def wait_for_services(services: Services, children: Children) -> None:
    """Waits until both accept connections. Raises Refusal with the end of the log where one does not."""
    if services.broker:
        children.wait_for("valkey", services.broker.ready, START_WITHIN_S)
    if services.cluster:
        children.wait_for("postgres", services.cluster.ready, START_WITHIN_S)
