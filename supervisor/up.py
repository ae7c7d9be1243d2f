"""`./festivity up`: prepares, starts everything, waits until it is ready, makes the demo, keeps it running."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .checks import check_site
from .children import Children
from .commands import Commands
from .demo import make_demo
from .environment import part_environment, python_path
from .interrupts import interruptible
from .lock import Holder, Lock, read_holder
from .parts import Address, wait_for_web, wait_for_workers, web_plan, worker_plans
from .pids import find_pid
from .ports import is_free, listener
from .prepared import is_prepared, prepare, read_stamp, write_stamp
from .progress import Progress
from .refusal import Interruption, Refusal, Status
from .services import Services, clear_leftovers, launch_services, prepare_machine, wait_for_services
from .state import State


@dataclass(frozen=True)
class UpOptions:
    """How `up` was called."""

    address: Address
    demo: bool = True
    once: bool = False


@dataclass(frozen=True)
class Site:
    """A running Festivity Map. `figures` are what its start has measured so far."""

    services: Services
    commands: Commands
    figures: dict[str, object]


def up(state: State, options: UpOptions, progress: Progress) -> Status:
    """Comes up and stays up until it is told to stop; with `once` it checks itself and stops."""
    state.ensure()
    lock = Lock(state, "up")
    if not lock.take():
        return say_who_runs(state, options, progress)
    children = Children(state, progress.say)
    with interruptible(children) as interrupts:
        try:
            site = start(state, options, lock, children, progress)
            return finish(site, options, children, progress) if options.once else stay(children)
        except Interruption:
            progress.say("")
            return Status.INTERRUPTED if options.once else Status.DONE
        finally:
            interrupts.armed = False
            stop(children, progress)
            lock.release()


def say_who_runs(state: State, options: UpOptions, progress: Progress) -> Status:
    """A second `up` tells where the first one runs. `up --once` wants the state folder to itself."""
    holder = read_holder(state)
    if holder and holder.command == "up" and not options.once:
        where = f"runs at {holder.address}/" if holder.address else "is starting"
        progress.say(f"Festivity Map {where} (process {holder.pid}). Stop it with ./festivity down.")
        return Status.DONE
    who = f"./festivity {holder.command} (process {holder.pid})" if holder else "Another ./festivity"
    progress.say(f"{who} uses {state.folder}. Try again when it has ended.")
    return Status.HELD


def start(state: State, options: UpOptions, lock: Lock, children: Children, progress: Progress) -> Site:
    """From whatever there is to READY and, where the database holds no drive yet, through the demo."""
    clear_leftovers(state, progress)
    check_port(options.address)
    prepare_machine(state, progress)
    services = launch_services(state, children, progress)
    environment = part_environment(state, services.database_url, services.redis_url, options.address.host)
    site = Site(services, Commands(environment, state.checkout), {})
    drives = start_parts(state, options, site, children, progress)
    site.figures["ready_s"] = round(progress.seconds, 1)
    lock.tell(Holder(os.getpid(), "up", options.address.local, services.database_url, services.redis_url))
    progress.say(f"READY {options.address.local}/  (after {progress.seconds:.1f} s; Ctrl-C stops everything)")
    if options.demo and drives == 0 and prepare(state, services, site.commands).drives == 0:
        add_demo(state, options, site, children, progress)
    elif drives:
        check_scorer(state, site, children, progress)
    return site


def check_scorer(state: State, site: Site, children: Children, progress: Progress) -> None:
    """Says so where the workers came up with another scorer than the one that the pages show."""
    tended = replace(site.commands, meanwhile=children.tend)
    argv = [str(python_path(state)), "manage.py", "rescore", "--check"]
    for line in tended.answer("rescore --check", argv, state.logs / "rescore.log"):
        progress.say(f"  {line}")


def add_demo(state: State, options: UpOptions, site: Site, children: Children, progress: Progress) -> None:
    """Makes the demo while the parts are tended. Where it fails, the site stays up, unless it came up only for it."""
    tended = replace(site.commands, meanwhile=children.tend)
    try:
        site.figures.update(make_demo(state, tended, progress))
    except Refusal as refusal:
        if options.once:
            raise
        progress.say(f"There is no demo: {refusal}")
        return
    write_stamp(site.services, drives=1)
    progress.say(in_words(site.figures))
    progress.say(f"READY {options.address.local}/")


def start_parts(state: State, options: UpOptions, site: Site, children: Children, progress: Progress) -> int:
    """Starts web and workers and waits for them; returns how many drives were last seen in the database.

    Where schema and static files are known to be right, nobody waits for anybody: all parts start at once.
    """
    sentences: list[str] = []
    drives = int(str(read_stamp(site.services).get("drives", 0)))
    if not is_prepared(state, site.services):
        with progress.stage("database and broker"):
            wait_for_services(site.services, children)
        with progress.stage("schema and files"):
            prepared = prepare(state, site.services, site.commands)
        sentences, drives = prepared.sentences, prepared.drives
    environment = site.commands.environment
    with progress.stage("web and workers") as stage:
        for plan in (web_plan(state, environment, options.address), *worker_plans(state, environment)):
            children.start(plan)
        wait_for_services(site.services, children)
        wait_for_web(children, options.address)
        wait_for_workers(children)
        stage.detail = f"logs in {state.logs}"
    if options.address.is_wildcard and "FESTIVITY_HOSTS" not in os.environ:
        sentences.append("To be reached by other names than localhost, set FESTIVITY_HOSTS=name,name.")
    for sentence in sentences:
        progress.say(f"  {sentence}")
    return drives


def check_port(address: Address) -> None:
    """Raises Refusal with the name of whoever has the port."""
    if not is_free(address.port, address.host):
        who = listener(address.port)
        taken = f"Port {address.port} is taken{f' by {who}' if who else ''}."
        raise Refusal(f"{taken} Choose another one with --port.", Status.PORT_TAKEN)


def in_words(figures: Mapping[str, object]) -> str:
    return (
        f"  The demo drive: {figures['frames']} frames, {figures['scored']} scored, {figures['rejected']} rejected, "
        f"{figures['houses']} houses, in {figures['seconds']} s."
    )


def finish(site: Site, options: UpOptions, children: Children, progress: Progress) -> Status:
    """The end of `up --once`: looks at its own pages, stops, and prints the figures as one line of JSON."""
    report = check_site(options.address, progress)
    stop(children, progress)
    figures = site.figures | report.figures | {"total_s": round(progress.seconds, 1), "failed": report.failed}
    progress.say(json.dumps(figures))
    return Status.FAILED if report.failed else Status.DONE


def stay(children: Children) -> Status:
    while True:
        children.tend()
        time.sleep(0.2)


def stop(children: Children, progress: Progress) -> None:
    """Stops what still runs, in order."""
    if children.started:
        with progress.stage("stop") as stage:
            stage.detail = ", ".join(children.started)
            children.stop()


def down(state: State, progress: Progress) -> Status:
    """`./festivity down`: asks whoever holds the state folder to stop and waits until they have."""
    state.ensure()
    holder = read_holder(state)
    pid = find_pid(holder.pid) if holder else None
    if holder is None or pid is None:
        clear_leftovers(state, progress)
        progress.say("Festivity Map is not running.")
        return Status.DONE
    with progress.stage(f"stop {holder.command}") as stage:
        stage.detail = f"process {holder.pid}"
        pid.send(signal.SIGTERM)
        if not pid.wait_gone(within_s=60):
            raise Refusal(f"Process {holder.pid} is still stopping after 60 s; see {state.logs}.")
    return Status.DONE
