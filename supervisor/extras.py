"""What the tests want beyond the locks: a browser, node and, where it costs no gigabytes, torch."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import sys
from pathlib import Path

from .apt import ensure_packages, install_hint
from .environment import install_wheel, site_packages
from .progress import Progress
from .refusal import Refusal
from .state import State

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """A Chromium of this machine: FESTIVITY_CHROMIUM, or one on the PATH."""
    named = os.environ.get("FESTIVITY_CHROMIUM")
    return named or next((path for path in map(shutil.which, BROWSERS) if path), None)


def missing_packages() -> list[str]:
    """The Debian packages that the tests of pages and scripts need and this machine lacks."""
    missing = [] if find_browser() else ["chromium"]
    if shutil.which("node") is None:
        missing.append("nodejs")
    if ctypes.util.find_library("atomic") is None:
        missing.append("libatomic1")  # for the node inside playwright's wheel
    return missing


def ensure_browser_and_node(state: State, progress: Progress) -> list[str]:
    """Installs what is missing where this user can; returns sentences about what stays missing."""
    missing = missing_packages()
    if not missing:
        return []
    try:
        with progress.stage("packages") as stage:
            ensure_packages(state, missing)
            stage.detail = ", ".join(missing)
    except Refusal:
        return [f"The tests that need {', '.join(missing)} cannot run. {install_hint(missing)}"]
    return []


def ensure_torch(state: State, progress: Progress) -> list[str]:
    """Installs a local build of torch; returns a sentence where there is none and its tests will be skipped."""
    if (site_packages(state) / "torch").is_dir():
        return []
    wheel = find_torch_wheel(os.environ.get("PIP_FIND_LINKS", ""))
    if wheel is None:
        return [
            "torch is not installed and PIP_FIND_LINKS names no folder with a build of it: its tests will be skipped."
        ]
    with progress.stage("torch") as stage:
        stage.detail = wheel.name
        if install_wheel(state, f"torch=={wheel.name.split('-')[1]}"):
            return []
        stage.detail = "could not be installed"
    return [
        f"{wheel} could not be installed (see {state.log('install')}): the tests that need torch will be skipped."
    ]


def find_torch_wheel(find_links: str) -> Path | None:
    """A wheel of torch for this Python in the folders of PIP_FIND_LINKS (separated by spaces)."""
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    found = [wheel for folder in find_links.split() for wheel in Path(folder).glob(f"torch-*-{tag}-*.whl")]
    return found[0] if found else None
