"""The virtual environment from the lock, and the variables that every part of Festivity Map is started with."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .indexes import uv_variables
from .refusal import Refusal, start_failed
from .state import State

# The tests' lock holds the users' lock, version by version; a test sees to it.
CONTAINS = {"run": ("run",), "test": ("run", "test")}


def lock_path(state: State, name: str) -> Path:
    return state.checkout / "requirements" / f"{name}.txt"


def stamp_path(state: State, name: str) -> Path:
    """Holds the hash of the lock that was installed last."""
    return state.venv / f"festivity-{name}.sha256"


def lock_hash(state: State, name: str) -> str:
    return hashlib.sha256(lock_path(state, name).read_bytes()).hexdigest()


def is_installed(state: State, name: str) -> bool:
    """Whether the lock `name` (run, test) is installed as it stands now."""
    stamp = stamp_path(state, name)
    return python_path(state).exists() and stamp.exists() and stamp.read_text() == lock_hash(state, name)


def has_venv_module() -> bool:
    """Debian's python3 comes without ensurepip, which `python3 -m venv` needs; python3-venv brings it."""
    return importlib.util.find_spec("ensurepip") is not None and importlib.util.find_spec("venv") is not None


def python_path(state: State) -> Path:
    return state.venv / "bin" / "python"


def site_packages(state: State) -> Path:
    """The environment's site-packages. Raises Refusal where the environment was not made."""
    found = sorted(state.venv.glob("lib/python3*/site-packages"))
    if not found:
        raise Refusal(f"There is no Python environment in {state.venv}.")
    return found[-1]


def install(state: State, name: str) -> str:
    """Makes the environment where it is missing and installs the lock, every file checked against its hash.

    Returns the name of the installer that did it: uv, or pip where uv cannot.
    """
    if not is_whole(state):
        _call(state, [sys.executable, "-m", "venv", "--clear", str(state.venv)])
    lock = ["--require-hashes", "-r", str(lock_path(state, name))]
    installer = "uv"
    if not _uv(state, ["pip", "install", "--quiet", *lock]):
        installer = "pip"
        _call(state, [*_pip(state), "install", "--quiet", *lock])
    for contained in CONTAINS[name]:
        stamp_path(state, contained).write_text(lock_hash(state, contained))
    return installer


def install_wheel(state: State, requirement: str) -> bool:
    """Installs one requirement outside the locks, such as a local build of torch; False where that fails."""
    return _uv(state, ["pip", "install", "--quiet", requirement])


def is_whole(state: State) -> bool:
    """Whether the environment has something to install with; one that was interrupted in its making has not."""
    has_pip = any(state.venv.glob("lib/python3*/site-packages/pip/__main__.py"))
    return python_path(state).exists() and (has_pip or (state.venv / "bin" / "uv").exists())


def _uv(state: State, arguments: Sequence[str]) -> bool:
    uv = state.venv / "bin" / "uv"
    if not uv.exists():
        lock = ["--require-hashes", "-r", str(lock_path(state, "uv"))]
        if _try(state, [*_pip(state), "install", "--quiet", *lock]):
            return False
    settings = subprocess.run([*_pip(state), "config", "list"], capture_output=True, text=True).stdout
    return not _try(
        state, [str(uv), *arguments, "--python", str(python_path(state))], uv_variables(settings, os.environ)
    )


def _pip(state: State) -> list[str]:
    return [str(python_path(state)), "-m", "pip"]


def _try(state: State, argv: Sequence[str], extra: Mapping[str, str] | None = None) -> int:
    with state.log("install").open("ab") as log:
        return subprocess.run(
            argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | (extra or {})
        ).returncode


def _call(state: State, argv: Sequence[str]) -> None:
    if _try(state, argv):
        raise start_failed("The Python environment", state.log("install"))


def geo_variables(packages: Path) -> dict[str, str]:
    """GDAL, GEOS and PROJ for GeoDjango, found inside the pyogrio and shapely wheels without importing them.

    The wheels keep their libraries beside the package under hashed names, such as
    `pyogrio.libs/libgdal-253d08a6.so.38.3.12.4`. Raises Refusal where one is not there.
    """
    found = {
        "GDAL_LIBRARY_PATH": sorted(packages.glob("pyogrio.libs/libgdal-*.so*")),
        "GEOS_LIBRARY_PATH": sorted(packages.glob("shapely.libs/libgeos_c-*.so*")),
        "GDAL_DATA": sorted(packages.glob("pyogrio/gdal_data")),
        "PROJ_DATA": sorted(packages.glob("pyogrio/proj_data")),
    }
    for name, paths in found.items():
        if not paths:
            raise Refusal(
                f"The wheels in {packages} have no library for {name}. Set it to the system's own, or reinstall."
            )
    return {name: str(paths[-1]) for name, paths in found.items()}


def part_environment(
    state: State, database_url: str, redis_url: str, host: str = "127.0.0.1"
) -> dict[str, str]:
    """What every part and every command of `./festivity run` sees. What the operator has set stays as it is."""
    packages = site_packages(state)
    chosen = {
        **geo_variables(packages),
        "SECRET_KEY": state.secret("secret-key"),
        "FESTIVITY_MEDIA": str(state.media),
        "FESTIVITY_HOSTS": ",".join(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", host])),
        "DJANGO_SETTINGS_MODULE": "server.settings",
    }
    forced = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "FESTIVITY_STATE": str(state.folder),
        "VIRTUAL_ENV": str(state.venv),
        "PYTHONPATH": str(state.checkout),
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{state.venv / 'bin'}:{os.environ.get('PATH', '/usr/bin:/bin')}",
    }
    environment = chosen | dict(os.environ) | forced
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the second start lives from the first one's bytecode
    return environment
