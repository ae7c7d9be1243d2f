from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from supervisor.children import ChildPlan, Children
from supervisor.pids import find_pid, in_session
from supervisor.refusal import Refusal

Plan = Callable[..., ChildPlan]
SLEEP = "import time; print('up'); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
WITH_GRANDCHILD = f"import subprocess; subprocess.Popen(['sleep', '60']); {SLEEP}"


def wait_until(condition: Callable[[], bool], within_s: float = 10) -> bool:
    until = time.monotonic() + within_s
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def tend_until(children: Children, condition: Callable[[], bool]) -> bool:
    def met() -> bool:
        children.tend()
        return condition()

    return wait_until(met)


def start_and_wait(children: Children, chosen: ChildPlan) -> int:
    child = children.start(chosen)
    children.wait_for(chosen.name, lambda: children.wrote(chosen.name, "up"), 10)
    return child.popen.pid


def test_a_child_writes_into_its_own_log(children: Children, plan: Plan) -> None:
    start_and_wait(children, plan("web", SLEEP))
    assert (children.state.logs / "web.log").read_text() == "up\n"


def test_a_child_that_dies_is_started_again_and_that_is_said(
    children: Children, plan: Plan, said: list[str]
) -> None:
    first = start_and_wait(children, plan("web", SLEEP))
    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: not children.started["web"].running)
    assert tend_until(children, lambda: children.started["web"].running)
    assert children.started["web"].popen.pid != first
    assert said[0] == "web ended (killed by SIGKILL); it starts again in 1 s."
    assert said[-1] == "web was started again."


def test_a_child_that_keeps_dying_is_started_ever_later(
    children: Children, plan: Plan, said: list[str]
) -> None:
    children.start(plan("web", "raise SystemExit(3)"))
    assert tend_until(children, lambda: len([line for line in said if "ended" in line]) == 2)
    waits = [line.split("again in ")[1] for line in said if "ended (exit status 3)" in line]
    assert waits == ["1 s.", "2 s."]


def test_a_child_that_dies_while_starting_shows_the_end_of_its_log(children: Children, plan: Plan) -> None:
    children.start(plan("web", "raise SystemExit('the port is broken')"))
    with pytest.raises(Refusal, match="the port is broken"):
        children.wait_for("web", lambda: False, 10)


def test_a_child_that_never_gets_ready_is_a_failed_start(children: Children, plan: Plan) -> None:
    children.start(plan("web", SLEEP))
    with pytest.raises(Refusal, match="web \\(given 0 s\\) did not start"):
        children.wait_for("web", lambda: False, 0.2)


def test_a_failed_start_shows_nothing_of_an_earlier_life(children: Children, plan: Plan) -> None:
    (children.state.logs / "web.log").write_text("an old trouble\n")
    children.start(plan("web", "raise SystemExit('a new trouble')"))
    with pytest.raises(Refusal) as refusal:
        children.wait_for("web", lambda: False, 10)
    assert "a new trouble" in str(refusal.value)
    assert "an old trouble" not in str(refusal.value)


def test_a_stubborn_child_is_killed_when_its_time_is_over(
    children: Children, plan: Plan, said: list[str]
) -> None:
    number = start_and_wait(children, plan("web", STUBBORN, stop_within_s=0.3))
    children.stop()
    assert find_pid(number) is None
    assert said == ["web did not stop within 0 s and was killed."]


def test_stopping_leaves_no_grandchildren(children: Children, plan: Plan) -> None:
    number = start_and_wait(children, plan("web", WITH_GRANDCHILD))
    assert len(in_session(number)) == 2
    children.stop()
    assert wait_until(lambda: not in_session(number))


def test_what_serves_stops_before_what_it_stands_on(children: Children, plan: Plan, tmp_path: Path) -> None:
    order = tmp_path / "order"
    tell = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (open({!r}, 'a').write({!r}), sys.exit()))"
    for name, wave in (("database", 1), ("web", 0)):
        start_and_wait(children, plan(name, f"{tell.format(str(order), name + ' ')}; {SLEEP}", wave=wave))
    children.stop()
    assert order.read_text() == "web database "


def test_one_part_can_be_stopped_alone(children: Children, plan: Plan) -> None:
    for name in ("web", "worker"):
        start_and_wait(children, plan(name, SLEEP))
    children.stop("worker")
    assert list(children.started) == ["web"]
