from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest

from supervisor.checks import tile_of
from supervisor.commands import Commands
from supervisor.demo import read_figures
from supervisor.progress import Progress
from supervisor.refusal import Refusal, Status
from supervisor.state import State
from supervisor.test import Check, checks, closing_line, run_checks

from .conftest import CHECKOUT


def festivity(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CHECKOUT / "festivity", *arguments],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "FESTIVITY_STATE": str(folder)},
        capture_output=True,
        text=True,
        cwd="/",
    )


def test_help_lists_every_command_and_exit_status(tmp_path: Path) -> None:
    shown = festivity(tmp_path, "help").stdout
    assert all(f"    {command} " in shown for command in ("up", "down", "run", "test", "help"))
    assert all(f"  {int(status)}  " in shown for status in Status if status != Status.INTERRUPTED)


@pytest.mark.parametrize("arguments", [(), ("fly",), ("up", "--port", "0"), ("up", "--fast"), ("run",)])
def test_a_wrong_call_is_explained_and_ends_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    called = festivity(tmp_path, *arguments)
    assert called.returncode == Status.USAGE
    assert "usage: ./festivity" in called.stderr


def test_down_with_nothing_running_says_so(tmp_path: Path) -> None:
    called = festivity(tmp_path, "down")
    assert (called.returncode, called.stdout) == (0, "Festivity Map is not running.\n")


def test_a_stage_shows_its_name_seconds_and_detail() -> None:
    stream = io.StringIO()
    with Progress(stream).stage("packages") as stage:
        stage.detail = "python3-venv"
    assert stream.getvalue() == "  packages ·············   0.0 s  python3-venv\n"


def test_a_sentence_in_the_middle_of_a_stage_has_a_line_of_its_own() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    with progress.stage("demo"):
        progress.say("half of it")
    lines = stream.getvalue().splitlines()
    assert lines[1] == "half of it"
    assert lines[2].startswith("  demo ·")


def test_a_command_is_tended_while_it_runs(tmp_path: Path) -> None:
    calls: list[int] = []
    commands = Commands({"PATH": "/usr/bin:/bin"}, tmp_path, lambda: calls.append(1))
    assert commands.watched(["sh", "-c", "sleep 0.7; echo done"]) == (0, ["done"])
    assert calls


def test_a_failed_command_shows_what_it_complained_of(tmp_path: Path) -> None:
    commands = Commands({"PATH": "/usr/bin:/bin"}, tmp_path)
    with pytest.raises(Refusal, match="no such street"):
        commands.answer("Importing places", ["sh", "-c", "echo no such street >&2; exit 1"], tmp_path / "log")


def test_a_failed_check_is_named_and_the_others_still_run(state: State) -> None:
    stream = io.StringIO()
    state.log("pytest").write_text("collected\n===== 2 passed in 0.01s =====\n")
    chosen = [Check("broken", ("sh", "-c", "echo what is wrong; exit 1")), Check("sound", ("true",))]
    status = run_checks(state, chosen, {"PATH": "/usr/bin:/bin"}, Progress(stream))
    lines = stream.getvalue().splitlines()
    assert status == Status.FAILED
    assert "    what is wrong" in lines
    assert lines[-2].startswith("FAILED: broken. 2 checks in")
    assert lines[-1] == "===== 2 passed in 0.01s ====="


def test_the_last_line_of_a_test_run_is_that_of_pytest(tmp_path: Path) -> None:
    log = tmp_path / "pytest.log"
    log.write_text("....\n12 passed in 3.45s\n")
    assert closing_line(log) == "12 passed in 3.45s"


def test_arguments_for_pytest_choose_tests_and_nothing_else(state: State) -> None:
    assert [check.name for check in checks(state, ["-k", "lamp"])] == ["pytest"]
    assert len(checks(state, [])) >= 8


def test_figures_are_the_last_line_of_an_import() -> None:
    line = '{"drive": "a1", "frames": 2, "scored": 2, "rejected": 0, "houses": 1, "seconds": 3.5}'
    assert read_figures(["scoring", line])["frames"] == 2


@pytest.mark.parametrize("lines", [[], ["Traceback"], ["{}"], ["[1]"]])
def test_an_import_without_figures_is_refused_with_its_last_lines(lines: list[str]) -> None:
    with pytest.raises(Refusal, match="without figures"):
        read_figures(lines)


def test_a_position_lies_in_its_tile() -> None:
    assert tile_of(0.0, 0.0, 1) == (1, 1)
    assert tile_of(-179.9, 85.0, 2) == (0, 0)
    assert tile_of(24.94, 60.17, 10) == (582, 296)
