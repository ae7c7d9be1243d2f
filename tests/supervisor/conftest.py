from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supervisor.children import ChildPlan, Children
from supervisor.state import State

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own user can reach, which pytest's tmp_path is not when root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="festivity-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def state(tmp_path: Path) -> State:
    made = State(CHECKOUT, tmp_path / "state")
    made.ensure()
    return made


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def children(state: State, said: list[str]) -> Iterator[Children]:
    made = Children(state, said.append)
    yield made
    made.hurry = True
    made.stop()


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., ChildPlan]:
    """A child that runs a few lines of Python."""

    def make(name: str, code: str, **changes: object) -> ChildPlan:
        argv = (sys.executable, "-u", "-c", code)
        return ChildPlan(name, argv, {"PATH": "/usr/bin:/bin"}, tmp_path, **changes)  # type: ignore[arg-type]

    return make
