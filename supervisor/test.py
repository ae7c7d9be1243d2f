"""`./festivity test`: every check of the project, against a database and a broker of its own."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .children import Children
from .commands import Commands
from .environment import part_environment
from .extras import ensure_browser_and_node, ensure_torch, find_browser
from .interrupts import interruptible
from .lock import Lock
from .parts import ONE_THREAD
from .progress import Progress
from .refusal import Interruption, Refusal, Status, last_lines
from .services import clear_leftovers, launch_services, prepare_machine, wait_for_services
from .state import State

PYTEST = "pytest"
SHOWN_LINES = 60
MOST_PROCESSES = 4
IN_PROCESSES = ("-p", "tests.parallel", "--dist", "worksteal")


@dataclass(frozen=True)
class Check:
    """One command of the test run. `variables` are set on top of the environment."""

    name: str
    argv: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    aloud: bool = False


def checks(state: State, pytest_arguments: Sequence[str]) -> list[Check]:
    """All checks in their order; with arguments for pytest, only the tests that they choose."""
    manage = ("python", str(state.checkout / "manage.py"))
    pytest = ("python", "-m", "pytest")
    if pytest_arguments:
        return [Check(PYTEST, (*pytest, *pytest_arguments), ONE_THREAD, aloud=True)]
    return [
        Check("ruff check", ("ruff", "check", "--no-cache")),
        Check("ruff format", ("ruff", "format", "--no-cache", "--check")),
        Check("mypy", ("mypy",)),
        Check("import contracts", ("lint-imports",)),
        Check("migrations", (*manage, "makemigrations", "--check", "--dry-run")),
        Check(
            "check --deploy", (*manage, "check", "--deploy", "--fail-level=WARNING"), production_variables()
        ),
        Check("API schema", (*manage, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)),
        Check(PYTEST, (*pytest, *IN_PROCESSES, "-n", str(processes())), ONE_THREAD, aloud=True),
        *node_checks(state),
    ]


def processes() -> int:
    """In how many processes the tests run: one per core, and not so many that memory runs out."""
    return min(MOST_PROCESSES, os.cpu_count() or 1)


def production_variables() -> dict[str, str]:
    """What an operator would set behind HTTPS."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FESTIVITY_HTTPS": "1",
        "FESTIVITY_HOSTS": "festivity.example",
        "FESTIVITY_ORIGINS": "https://festivity.example",
        "FESTIVITY_DEBUG": "0",
    }


def node_checks(state: State) -> list[Check]:
    """The tests of the pure JavaScript. Named one by one, since node has changed what it makes of a folder."""
    files = sorted(str(path) for path in (state.checkout / "tests/js").glob("*.test.*js"))
    return [Check("node --test", ("node", "--test", "--test-reporter=spec", *files))] if files else []


def test(checkout_state: State, pytest_arguments: Sequence[str], progress: Progress) -> Status:
    """Runs the checks; goes on after one that fails, and names what failed at the end."""
    state = State(checkout_state.checkout, checkout_state.folder / "test")
    checkout_state.ensure()
    state.ensure()
    lock = Lock(state, "test")
    if not lock.take():
        raise Refusal(f"Another ./festivity test is running in {state.folder}.", Status.HELD)
    children = Children(state, progress.say)
    with interruptible(children) as interrupts:
        try:
            environment = prepare_tests(state, children, progress)
            return run_checks(state, checks(state, pytest_arguments), environment, progress)
        except Interruption:
            return Status.INTERRUPTED
        finally:
            interrupts.armed = False
            children.stop()
            lock.release()


def prepare_tests(state: State, children: Children, progress: Progress) -> dict[str, str]:
    """Brings tools and services for the tests; returns the environment that the checks run in."""
    clear_leftovers(state, progress)
    prepare_machine(state, progress, lock="test")
    for sentence in ensure_browser_and_node(state, progress) + ensure_torch(state, progress):
        progress.say(f"  {sentence}")
    services = launch_services(state, children, progress, durable=False)
    with progress.stage("database and broker"):
        wait_for_services(services, children)
    environment = part_environment(state, services.database_url, services.redis_url)
    with progress.stage("static files"):
        collect = ["python", str(state.checkout / "manage.py"), "collectstatic", "--noinput", "--verbosity=0"]
        Commands(environment, state.checkout).answer("collectstatic", collect, state.log("collectstatic"))
    browser = find_browser()
    return environment | ({"FESTIVITY_CHROMIUM": browser} if browser else {})


def run_checks(
    state: State, chosen: Sequence[Check], environment: Mapping[str, str], progress: Progress
) -> Status:
    """One line per check; what a failed one has to say follows its line. pytest's closing line comes last."""
    failed = [check.name for check in chosen if not run_check(state, check, environment, progress)]
    verdict = f"FAILED: {', '.join(failed)}" if failed else "All checks passed"
    progress.say(f"{verdict}. {len(chosen)} checks in {progress.seconds:.0f} s.")
    progress.say(closing_line(state.log(PYTEST)))
    return Status.FAILED if failed else Status.DONE


def run_check(state: State, check: Check, environment: Mapping[str, str], progress: Progress) -> bool:
    """Whether the check passed. Its words go to a log, and to the operator where they are wanted."""
    log = state.log(check.name.replace(" ", "-").strip("-"))
    log.unlink(missing_ok=True)
    commands = Commands({**environment, **check.variables}, state.checkout)
    with log.open("w") as stream:

        def note(line: str) -> None:
            stream.write(line + "\n")
            if check.aloud:
                progress.say(line)

        with progress.stage(check.name) as stage:
            passed = commands.follow(check.argv, note) == 0
            stage.detail = "ok" if passed else f"FAILED (see {log})"
    if not passed and not check.aloud:
        progress.say(last_lines(log, SHOWN_LINES))
    return passed


def closing_line(log: Path) -> str:
    """pytest's last line, such as `=== 12 passed in 3.45s ===`."""
    return last_lines(log, 1).strip() or "pytest wrote nothing."
