from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from supervisor.parts import Address
from supervisor.ports import is_free, keep_port, listener
from supervisor.refusal import Refusal, Status
from supervisor.up import check_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_in_use_is_refused_with_the_name_of_its_owner(taken: int) -> None:
    with pytest.raises(Refusal, match=f"taken by process {os.getpid()} .*--port") as refusal:
        check_port(Address("127.0.0.1", taken))
    assert refusal.value.status == Status.PORT_TAKEN


def test_a_free_port_has_no_listener(taken: int) -> None:
    assert listener(taken)
    assert not listener(1)


def test_a_noted_port_is_kept_while_it_is_free(tmp_path: Path) -> None:
    first = keep_port(tmp_path / "port")
    assert is_free(first)
    assert keep_port(tmp_path / "port") == first


def test_a_noted_port_that_is_taken_is_replaced(tmp_path: Path, taken: int) -> None:
    (tmp_path / "port").write_text(str(taken))
    chosen = keep_port(tmp_path / "port")
    assert chosen != taken
    assert (tmp_path / "port").read_text() == str(chosen)


@pytest.mark.parametrize(
    ("host", "bind", "local"),
    [
        ("127.0.0.1", "127.0.0.1:80", "http://127.0.0.1:80"),
        ("0.0.0.0", "0.0.0.0:80", "http://127.0.0.1:80"),
        ("::", "[::]:80", "http://[::1]:80"),
    ],
)
def test_a_wildcard_is_reached_over_loopback(host: str, bind: str, local: str) -> None:
    address = Address(host, 80)
    assert (address.bind, address.local) == (bind, local)
