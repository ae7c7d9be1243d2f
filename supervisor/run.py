"""`./festivity run COMMAND …`: a command in the prepared environment, with the services up."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

from .children import Children, die_with_parent
from .commands import POLL_S, Commands, nothing
from .environment import part_environment
from .interrupts import interruptible
from .lock import Holder, Lock, counted_guest, has_guests, read_holder
from .parts import wait_for_workers, worker_plans
from .prepared import is_prepared, prepare
from .progress import Progress
from .refusal import Interruption, Refusal, Status
from .services import clear_leftovers, launch_services, prepare_machine, wait_for_services
from .state import State

HOLDER_READY_WITHIN_S = 300.0


def run(state: State, argv: Sequence[str], workers: bool, progress: Progress) -> int:
    """Runs the command and returns its exit status. Services that run already are used and left running."""
    state.ensure()
    lock = Lock(state, "run")
    children = Children(state, progress.say)
    with interruptible(children) as interrupts:
        try:
            if lock.take():
                environment = own_services(state, lock, children, progress)
                starts_workers = workers
            else:
                holder = wait_for_holder(state, progress)
                environment = part_environment(state, holder.database_url, holder.redis_url)
                starts_workers = workers and holder.command != "up"
            if starts_workers:
                start_workers(state, environment, children)
            with counted_guest(state):
                status = call(argv, environment, children.tend)
            wait_for_guests(state, lock, progress)
            return status
        except Interruption:
            return Status.INTERRUPTED
        finally:
            interrupts.armed = False
            children.stop()
            lock.release()


def own_services(state: State, lock: Lock, children: Children, progress: Progress) -> Mapping[str, str]:
    """Starts database and broker for this command alone, with the schema as the checkout wants it."""
    clear_leftovers(state, progress)
    prepare_machine(state, progress)
    services = launch_services(state, children, progress)
    environment = part_environment(state, services.database_url, services.redis_url)
    wait_for_services(services, children)
    if not is_prepared(state, services):
        with progress.stage("schema and files"):
            prepared = prepare(state, services, Commands(environment, state.checkout))
        for sentence in prepared.sentences:
            progress.say(f"  {sentence}")
    lock.tell(Holder(os.getpid(), "run", "", services.database_url, services.redis_url))
    return environment


def wait_for_holder(state: State, progress: Progress) -> Holder:
    """The process that holds the services, once it has them up."""
    until = time.monotonic() + HOLDER_READY_WITHIN_S
    said = False
    while time.monotonic() < until:
        holder = read_holder(state)
        if holder and holder.has_services:
            return holder
        if holder and not said:
            progress.say(
                f"Waiting for ./festivity {holder.command} (process {holder.pid}) to have the services up."
            )
            said = True
        time.sleep(0.1)
    raise Refusal(
        f"Nobody brought the services up in {state.folder} within {HOLDER_READY_WITHIN_S:.0f} s.", Status.HELD
    )


def wait_for_guests(state: State, lock: Lock, progress: Progress) -> None:
    """Other commands may be using our services: they may end first."""
    if lock.held and has_guests(state):
        progress.say("Another ./festivity run uses these services; waiting for it. Ctrl-C stops it too.")
        while has_guests(state):
            time.sleep(0.2)


def start_workers(state: State, environment: Mapping[str, str], children: Children) -> None:
    for plan in worker_plans(state, environment):
        children.start(plan)
    wait_for_workers(children)


def call(argv: Sequence[str], environment: Mapping[str, str], meanwhile: Callable[[], None] = nothing) -> int:
    """Runs the command in the foreground, where the operator is, and returns its exit status."""
    try:
        popen = subprocess.Popen(argv, env=environment, preexec_fn=die_with_parent(signal.SIGTERM))
    except (FileNotFoundError, PermissionError) as error:
        raise Refusal(f"{argv[0]} cannot be run: {error.strerror}.") from error
    with handed_on(popen):
        while True:
            try:
                status = popen.wait(timeout=POLL_S)
                break
            except subprocess.TimeoutExpired:
                meanwhile()
    return status if status >= 0 else 128 - status


@contextmanager
def handed_on(popen: subprocess.Popen[bytes]) -> Iterator[None]:
    """While a command runs, Ctrl-C is its own affair, and SIGTERM is passed on to it."""

    def leave_it(number: int, frame: FrameType | None) -> None:
        return None

    def pass_on(number: int, frame: FrameType | None) -> None:
        popen.send_signal(number)

    before = {signal.SIGINT: signal.signal(signal.SIGINT, leave_it)}
    before |= {number: signal.signal(number, pass_on) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
