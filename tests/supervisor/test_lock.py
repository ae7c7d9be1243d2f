from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from supervisor.lock import Holder, Lock, counted_guest, has_guests, read_holder
from supervisor.parts import Address
from supervisor.progress import Progress
from supervisor.refusal import Status
from supervisor.state import State
from supervisor.up import UpOptions, up

from .conftest import CHECKOUT

HOLD = """
import sys, time
from pathlib import Path
from supervisor.lock import Lock
from supervisor.state import State
print(Lock(State(Path.cwd(), Path(sys.argv[1])), "up").take(), flush=True)
time.sleep(60)
"""


def hold_elsewhere(folder: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    holder.stdout.close()
    return holder


def test_the_lock_is_taken_once_and_says_by_whom(state: State) -> None:
    holder = hold_elsewhere(state.folder)
    assert not Lock(state, "run").take()
    assert read_holder(state) == Holder(holder.pid, "up")
    holder.kill()
    holder.wait()


def test_a_killed_holder_holds_nothing(state: State) -> None:
    holder = hold_elsewhere(state.folder)
    holder.kill()
    holder.wait()
    assert read_holder(state) is None
    lock = Lock(state, "run")
    assert lock.take()
    lock.release()


def test_a_released_lock_names_no_holder(state: State) -> None:
    lock = Lock(state, "up")
    assert lock.take()
    lock.release()
    assert read_holder(state) is None


def test_guests_are_counted_while_they_are_there(state: State) -> None:
    assert not has_guests(state)
    with counted_guest(state):
        assert has_guests(state)
    assert not has_guests(state)


@pytest.mark.parametrize(("once", "status"), [(False, Status.DONE), (True, Status.HELD)])
def test_a_second_up_says_where_the_first_one_runs(state: State, once: bool, status: Status) -> None:
    first = hold_elsewhere(state.folder)
    stream = io.StringIO()
    options = UpOptions(Address("127.0.0.1", 8000), once=once)
    assert up(state, options, Progress(stream)) == status
    assert f"process {first.pid}" in stream.getvalue()
    first.kill()
    first.wait()
