from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from supervisor.refusal import Refusal
from supervisor.run import call

from .conftest import CHECKOUT

CONNECT = "import django; django.setup(); from django.db import connection as c; c.ensure_connection(); print(c.vendor)"


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="needs the services of ./festivity test")
def test_a_command_reaches_the_database_from_any_folder_and_ends_with_its_own_status(
    open_folder: Path,
) -> None:
    ran = subprocess.run(
        [CHECKOUT / "festivity", "run", "python", "-c", f"{CONNECT}; raise SystemExit(7)"],
        env={**os.environ, "FESTIVITY_STATE": str(open_folder / "state")},
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
    )
    assert (ran.returncode, ran.stdout) == (7, "postgresql\n")


def test_a_command_that_does_not_exist_is_said() -> None:
    with pytest.raises(Refusal, match="no-such-command cannot be run: No such file or directory"):
        call(["no-such-command"], {"PATH": "/usr/bin:/bin"})


def test_a_killed_command_ends_as_a_shell_would_say_it() -> None:
    suicide = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert call([sys.executable, "-c", suicide], os.environ) == 128 + signal.SIGKILL


def test_ctrl_c_is_the_commands_own_affair() -> None:
    """The terminal sends it to both; the supervisor must outlive the command to stop its services in order."""
    both = "import os, signal; os.kill(os.getppid(), signal.SIGINT); raise SystemExit(3)"
    assert call([sys.executable, "-c", both], os.environ) == 3
