"""Debian's packages: installed when root, otherwise named in one command for the operator to run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .refusal import Refusal, Status, start_failed
from .state import State

# Debian's package would start a cluster of its own on port 5432; this is postgresql-common's switch for it.
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/festivity.conf")
OPTIONS = ("-y", "-q", "--no-install-recommends", "-o", "Dpkg::Options::=--force-unsafe-io")


def ensure_packages(state: State, packages: Sequence[str]) -> None:
    """Installs what is missing.

    Raises Refusal with the exact command where this user cannot install, or with apt's words where it fails.
    """
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Refusal(install_hint(packages), Status.PACKAGES_MISSING)
    if any(name.startswith("postgresql") for name in packages) and not any(
        Path("/etc/postgresql").glob("*/*")
    ):
        NO_MAIN_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        NO_MAIN_CLUSTER.write_text(
            "# Written by Festivity Map, which keeps a cluster of its own.\ncreate_main_cluster = false\n"
        )
    install = ("apt-get", "install", *OPTIONS, *packages)
    if run_apt(state, install) and (run_apt(state, ("apt-get", "update", "-q")) or run_apt(state, install)):
        raise start_failed("apt-get", state.log("apt"))


def install_hint(packages: Sequence[str]) -> str:
    """What is missing and the one command that brings it."""
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        return f"Missing: {names} (Debian's names). Install them with this system's package manager and try again."
    command = f"apt-get install --no-install-recommends {names}"
    return f"Missing: {names}. Install what is missing and try again:\n    {'' if os.geteuid() == 0 else 'sudo '}{command}"


def run_apt(state: State, argv: Sequence[str]) -> int:
    """apt-get's exit status. It is always waited for: dpkg must not be cut off in the middle."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with state.log("apt").open("ab") as log:
        popen = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
        )
        try:
            return popen.wait()
        except BaseException:
            popen.wait()
            raise
