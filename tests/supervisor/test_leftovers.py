from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from supervisor.children import stop_leftovers
from supervisor.pids import Pid, find_pid, in_session
from supervisor.state import State

from .conftest import CHECKOUT
from .test_children import wait_until

SUPERVISOR = """
    import sys, time
    from pathlib import Path
    from supervisor.children import Children, ChildPlan
    from supervisor.state import State
    state = State(Path.cwd(), Path(sys.argv[1]))
    state.ensure()
    children = Children(state, print)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.{}); print('up', flush=True); time.sleep(60)"
    child = children.start(ChildPlan("web", (sys.executable, "-c", code), {{}}, Path.cwd()))
    children.wait_for("web", lambda: children.wrote("web", "up"), 10)
    print(child.popen.pid, flush=True)
    time.sleep(60)
"""


def killed_supervisor(folder: Path, on_term: str) -> Pid:
    """Starts a supervisor with one child, kills it with -9, and returns the child."""
    code = textwrap.dedent(SUPERVISOR).format(on_term)
    supervisor = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert supervisor.stdout is not None
    child = find_pid(int(supervisor.stdout.readline()))
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    assert child is not None
    return child


def test_the_kernel_tells_the_children_when_their_supervisor_is_killed(state: State) -> None:
    child = killed_supervisor(state.folder, on_term="SIG_DFL")
    assert child.wait_gone(within_s=10)


def test_the_next_start_stops_what_has_survived(state: State) -> None:
    child = killed_supervisor(state.folder, on_term="SIG_IGN")
    assert child.alive
    os.kill(child.number, signal.SIGCONT)
    assert stop_leftovers(state) == ["web"]
    assert wait_until(lambda: not in_session(child.number))
    assert list(state.records.iterdir()) == []


def test_a_reused_process_id_is_left_alone(state: State) -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        found = find_pid(stranger.pid)
        assert found is not None
        record = {"pid": stranger.pid, "started_ticks": found.started_ticks - 1, "stop_signal": 15, "wave": 0}
        (state.records / "web.json").write_text(json.dumps(record))
        assert stop_leftovers(state) == []
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("text", ["", "{"])
def test_a_record_that_was_cut_off_does_not_stop_the_next_start(state: State, text: str) -> None:
    (state.records / "web.json").write_text(text)
    assert stop_leftovers(state) == []
    assert list(state.records.iterdir()) == []
