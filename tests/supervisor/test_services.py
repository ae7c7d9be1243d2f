from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from supervisor.children import Children
from supervisor.environment import site_packages
from supervisor.pids import find_pid
from supervisor.postgres import Cluster, find_cluster, is_open_to_all
from supervisor.state import State
from supervisor.valkey import Broker, find_broker

from .conftest import CHECKOUT


@pytest.fixture(scope="module")
def home(open_folder: Path) -> State:
    state = State(CHECKOUT, open_folder / "state")
    state.ensure()
    return state


@pytest.fixture(scope="module")
def cluster(home: State) -> Cluster:
    made = find_cluster(home, durable=False)
    made.make()
    return made


@pytest.fixture
def parts(home: State) -> Iterator[Children]:
    children = Children(home, print)
    yield children
    children.stop()


def start(children: Children, cluster: Cluster) -> int:
    cluster.clear_stale()
    child = children.start(cluster.plan())
    children.wait_for("postgres", cluster.ready, 30)
    return child.popen.pid


def ask(cluster: Cluster, sql: str) -> object:
    with psycopg.connect(cluster.url().replace("postgis:", "postgresql:"), autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]


def test_a_new_cluster_has_a_database_that_takes_postgis(cluster: Cluster, parts: Children) -> None:
    start(parts, cluster)
    ask(cluster, "CREATE EXTENSION IF NOT EXISTS postgis")
    assert str(ask(cluster, "SELECT postgis_lib_version()")).startswith("3.")


def test_a_stopped_cluster_keeps_its_rows(cluster: Cluster, parts: Children) -> None:
    start(parts, cluster)
    ask(cluster, "CREATE TABLE kept AS SELECT 7 AS n")
    parts.stop()
    start(parts, cluster)
    assert ask(cluster, "SELECT n FROM kept") == 7


def test_a_cluster_starts_again_after_kill_9(cluster: Cluster, parts: Children) -> None:
    os.kill(start(parts, cluster), signal.SIGKILL)
    parts.started.pop("postgres").popen.wait()
    assert (cluster.folder / "postmaster.pid").exists()
    start(parts, cluster)
    assert ask(cluster, "SELECT 1") == 1


def test_a_server_that_was_left_running_is_stopped_first(cluster: Cluster, parts: Children) -> None:
    left = start(parts, cluster)
    forgotten = parts.started.pop("postgres").popen
    cluster.clear_stale()
    forgotten.wait(timeout=5)
    assert find_pid(left) is None


def test_a_note_that_names_a_stranger_is_removed_and_the_stranger_lives(cluster: Cluster) -> None:
    note = cluster.folder / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"]) as stranger:
        note.write_text(f"{stranger.pid}\n{cluster.folder}\n")
        cluster.clear_stale()
        assert not note.exists()
        assert stranger.poll() is None
        stranger.kill()


def test_a_half_made_cluster_is_made_anew(open_folder: Path) -> None:
    state = State(CHECKOUT, open_folder / "half")
    state.ensure()
    half = find_cluster(state, durable=False)
    (half.home / "cluster.new").mkdir()
    (half.home / "cluster.new" / "PG_VERSION").write_text("15")
    assert not half.made
    half.make()
    assert half.made


def test_the_database_refuses_a_wrong_password(cluster: Cluster, parts: Children) -> None:
    start(parts, cluster)
    port = cluster.port_path.read_text()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://festivity:wrong@127.0.0.1:{port}/festivity")


def test_the_database_is_safe_unless_it_is_made_for_tests(cluster: Cluster) -> None:
    lasting = Cluster(cluster.state, cluster.installation, cluster.home, cluster.user)
    assert "fsync=off" in cluster.plan().argv
    assert "fsync=off" not in lasting.plan().argv


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the cluster to another user")
def test_a_cluster_in_a_closed_place_lies_outside_and_is_linked(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supervisor.postgres.OUTSIDE", open_folder / "outside")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    state = State(CHECKOUT, closed / "state")
    state.ensure()
    assert not is_open_to_all(state.folder)
    found = find_cluster(state)
    assert found.home.parent == open_folder / "outside"
    assert (state.folder / "postgres").resolve() == found.home


def test_the_broker_answers_with_its_password_only(home: State, parts: Children) -> None:
    broker = find_broker(home, site_packages(home))
    parts.start(broker.plan())
    parts.wait_for("valkey", broker.ready, 10)
    with redis.Redis.from_url(broker.url()) as connection:
        assert connection.ping()
    with redis.Redis(port=broker.port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_a_stranger_on_the_port_is_not_taken_for_the_broker(
    home: State, open_folder: Path, parts: Children
) -> None:
    broker = find_broker(home, site_packages(home))
    parts.start(broker.plan())
    parts.wait_for("valkey", broker.ready, 10)
    other = State(CHECKOUT, open_folder / "other")
    other.ensure()
    stranger = Broker(other, broker.program)
    stranger.home.mkdir()
    (stranger.home / "port").write_text(str(broker.port))
    assert not stranger.ready()
