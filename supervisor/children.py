"""The parts that run: started in a session of their own, started again when they die, stopped in order."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .pids import Pid, find_pid, in_session
from .refusal import last_lines, start_failed
from .state import State

LONGEST_WAIT_S = 30.0
STEADY_AFTER_S = 60.0
PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class ChildPlan:
    """How one part is started and stopped. Lower waves stop first; `user` is who it runs as when root starts it."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    wave: int = 0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_s: float = 10.0
    user: str | None = None


@dataclass
class Child:
    """A started part. `log_byte` is where its present life begins in its log."""

    plan: ChildPlan
    log: Path
    popen: subprocess.Popen[bytes]
    started_at: float
    log_byte: int
    failures: int = 0
    again_at: float | None = None

    @property
    def running(self) -> bool:
        return self.popen.poll() is None


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """What a child runs before exec so that the kernel signals it when the supervisor dies, kill -9 included.

    The kernel watches the thread that forked, so children are started from the main thread only.
    """
    parent = os.getpid()

    def before_exec() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return before_exec


class Children:
    """All parts of one supervisor, in the order they were started."""

    def __init__(self, state: State, say: Callable[[str], None]) -> None:
        self.state = state
        self.say = say
        self.started: dict[str, Child] = {}
        self.hurry = False

    def start(self, plan: ChildPlan) -> Child:
        log = self.state.log(plan.name)
        log_byte = log.stat().st_size if log.exists() else 0
        with log.open("ab") as stream:
            popen = subprocess.Popen(
                plan.argv,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=plan.folder,
                env=dict(plan.environment),
                start_new_session=True,
                user=plan.user,
                group=plan.user,
                extra_groups=[] if plan.user else None,
                preexec_fn=die_with_parent(plan.stop_signal),
            )
        child = Child(plan, log, popen, time.monotonic(), log_byte)
        self.started[plan.name] = child
        write_record(self.state, plan, popen.pid)
        return child

    def tend(self) -> None:
        """Starts again what has died, after a wait that doubles up to 30 seconds, and says so."""
        for child in list(self.started.values()):
            if child.again_at is None:
                if not child.running:
                    self._plan_again(child)
            elif time.monotonic() >= child.again_at:
                failures = child.failures
                self.start(child.plan).failures = failures
                self.say(f"{child.plan.name} was started again.")

    def _plan_again(self, child: Child) -> None:
        lived_s = time.monotonic() - child.started_at
        child.failures = 1 if lived_s > STEADY_AFTER_S else child.failures + 1
        wait_s = min(LONGEST_WAIT_S, 2.0 ** (child.failures - 1))
        child.again_at = time.monotonic() + wait_s
        self.say(
            f"{child.plan.name} ended ({ending(child.popen.returncode)}); it starts again in {wait_s:.0f} s."
        )
        self.say(last_lines(child.log, 5, child.log_byte) or f"    ({child.log} has nothing to say)")

    def check_alive(self) -> None:
        """While starting up: a part that has died is a failed start.

        Raises Refusal with the end of its log.
        """
        for child in self.started.values():
            if not child.running:
                raise start_failed(child.plan.name, child.log, child.log_byte)

    def wrote(self, name: str, words: str) -> bool:
        """Whether `words` stand in what the present life of a part has written to its log."""
        child = self.started[name]
        with child.log.open("rb") as stream:
            stream.seek(child.log_byte)
            return words.encode() in stream.read()

    def wait_for(self, name: str, ready: Callable[[], bool], within_s: float) -> None:
        """Waits until `ready()`; raises Refusal where the part dies or `within_s` seconds pass."""
        until = time.monotonic() + within_s
        while not ready():
            self.check_alive()
            if time.monotonic() > until:
                child = self.started[name]
                raise start_failed(f"{name} (given {within_s:.0f} s)", child.log, child.log_byte)
            time.sleep(0.03)

    def stop(self, *names: str) -> None:
        """Stops the named parts, or all of them, wave by wave: those that serve first, what they stand on last."""
        chosen = [child for name, child in self.started.items() if not names or name in names]
        for wave in sorted({child.plan.wave for child in chosen}):
            self._stop_wave([child for child in chosen if child.plan.wave == wave])

    def _stop_wave(self, wave: list[Child]) -> None:
        for child in wave:
            if child.running:
                child.popen.send_signal(child.plan.stop_signal)
        began_at = time.monotonic()
        for child in wave:
            while child.running and not self.hurry and time.monotonic() - began_at < child.plan.stop_within_s:
                time.sleep(0.02)
            if child.running:
                self.say(
                    f"{child.plan.name} did not stop within {time.monotonic() - began_at:.0f} s and was killed."
                )
                child.popen.kill()
            child.popen.wait()
            for member in in_session(child.popen.pid):
                member.send(signal.SIGKILL)
            self.started.pop(child.plan.name, None)
            record_path(self.state, child.plan.name).unlink(missing_ok=True)


def ending(returncode: int) -> str:
    """How a process ended, in words."""
    return f"killed by {signal.Signals(-returncode).name}" if returncode < 0 else f"exit status {returncode}"


def record_path(state: State, name: str) -> Path:
    return state.records / f"{name}.json"


def write_record(state: State, plan: ChildPlan, number: int) -> None:
    pid = find_pid(number)
    if pid is None:
        return
    record = {
        "pid": number,
        "started_ticks": pid.started_ticks,
        "stop_signal": int(plan.stop_signal),
        "wave": plan.wave,
    }
    record_path(state, plan.name).write_text(json.dumps(record))


def read_record(path: Path) -> dict[str, int]:
    """A record as it was written; one that was cut off by a kill is empty."""
    try:
        return dict(json.loads(path.read_text()))
    except ValueError:
        return {}


def stop_leftovers(state: State) -> list[str]:
    """Stops what a killed supervisor left running; returns the names of what was found alive."""
    found: list[str] = []
    records = [(path, read_record(path)) for path in state.records.glob("*.json")]
    for path, record in sorted(records, key=lambda pair: pair[1].get("wave", 0)):
        if record and stop_leftover(
            Pid(record["pid"], record["started_ticks"]), signal.Signals(record["stop_signal"])
        ):
            found.append(path.stem)
        path.unlink(missing_ok=True)
    return found


def stop_leftover(leader: Pid, stop_signal: signal.Signals) -> bool:
    """Stops a recorded process and what remains of its session; returns whether anything of it was alive."""
    reused = find_pid(leader.number) not in (None, leader)
    members = [] if reused else in_session(leader.number)
    if not members:
        return False
    leader.send(stop_signal)
    leader.wait_gone(within_s=5)
    for member in in_session(leader.number):
        member.send(signal.SIGKILL)
        member.wait_gone(within_s=5)
    return True
