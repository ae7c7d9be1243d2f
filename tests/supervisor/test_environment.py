from __future__ import annotations

import ctypes
import os
import re
import sys
from pathlib import Path

import pytest

from supervisor.apt import install_hint
from supervisor.environment import geo_variables, is_whole, lock_hash, part_environment, site_packages
from supervisor.extras import find_torch_wheel
from supervisor.indexes import pip_settings, uv_variables
from supervisor.refusal import Refusal
from supervisor.state import State, find_state

from .conftest import CHECKOUT

PIP_CONFIG = """:env:.find-links='/wheels /more'
global.cert='/etc/ssl/ca.pem'
global.index-url='https://one.example/simple'
global.find-links='/other'
freeze.timeout='10'
"""


def test_the_geo_libraries_inside_the_wheels_load() -> None:
    found = geo_variables(site_packages(State(CHECKOUT, CHECKOUT)))
    geos = ctypes.CDLL(found["GEOS_LIBRARY_PATH"])
    geos.GEOSversion.restype = ctypes.c_char_p
    assert geos.GEOSversion().startswith(b"3.")
    assert (Path(found["PROJ_DATA"]) / "proj.db").exists()
    assert (Path(found["GDAL_DATA"]) / "gdalvrt.xsd").exists()


def test_wheels_without_libraries_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="GDAL_LIBRARY_PATH"):
        geo_variables(tmp_path)


def test_what_the_operator_has_set_reaches_the_parts(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FESTIVITY_HOSTS", "lights.example")
    monkeypatch.setenv("PATH", "/opt/bin")
    environment = part_environment(state, "postgis://database", "redis://broker")
    assert environment["FESTIVITY_HOSTS"] == "lights.example"
    assert environment["DATABASE_URL"] == "postgis://database"
    assert environment["PATH"] == f"{state.venv}/bin:/opt/bin"


def test_the_secret_key_stays_the_same_and_is_private(state: State) -> None:
    first = state.secret("secret-key")
    assert state.secret("secret-key") == first
    assert len(first) >= 50
    assert os.stat(state.folder / "secrets" / "secret-key").st_mode & 0o777 == 0o600


def test_the_state_folder_can_be_named(tmp_path: Path) -> None:
    assert find_state({"FESTIVITY_STATE": str(tmp_path)}).folder == tmp_path
    assert find_state({}).folder == CHECKOUT / ".festivity"


def test_the_environment_of_pip_wins_over_its_files() -> None:
    assert pip_settings(PIP_CONFIG) == {
        "find-links": "/wheels /more",
        "cert": "/etc/ssl/ca.pem",
        "index-url": "https://one.example/simple",
    }


def test_uv_hears_what_pip_was_told_unless_it_was_told_itself() -> None:
    variables = uv_variables(PIP_CONFIG, {"SSL_CERT_FILE": "/own.pem"})
    assert variables["UV_FIND_LINKS"] == "/wheels,/more"
    assert variables["UV_DEFAULT_INDEX"] == "https://one.example/simple"
    assert "SSL_CERT_FILE" not in variables


def test_an_environment_that_was_cut_off_in_its_making_is_made_anew(tmp_path: Path) -> None:
    state = State(tmp_path, tmp_path / "state")
    assert not is_whole(state)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    assert not is_whole(state)
    (tmp_path / ".venv" / "bin" / "uv").touch()
    assert is_whole(state)


def pins(name: str) -> dict[str, str]:
    text = (CHECKOUT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([\w.-]+)==([^ \\;]+)", text, re.MULTILINE))


def test_the_tests_run_with_the_versions_that_users_run() -> None:
    assert pins("run").items() <= pins("test").items()


def test_every_lock_is_checked_against_hashes(state: State) -> None:
    for name in ("run", "test", "uv"):
        text = (CHECKOUT / "requirements" / f"{name}.txt").read_text()
        assert text.count("--hash=sha256:") >= len(pins(name))
        assert len(lock_hash(state, name)) == 64


def test_missing_packages_are_named_in_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supervisor.apt.shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("supervisor.apt.os.geteuid", lambda: 1000)
    hint = install_hint(["python3-venv", "postgresql-15-postgis-3"])
    assert hint.endswith(
        "    sudo apt-get install --no-install-recommends python3-venv postgresql-15-postgis-3"
    )


def test_torch_is_taken_from_a_local_folder_only(tmp_path: Path) -> None:
    tag = f"cp3{sys.version_info.minor}"
    wheel = tmp_path / f"torch-2.13.0+cpu-{tag}-{tag}-linux_x86_64.whl"
    wheel.touch()
    assert find_torch_wheel(f"/nowhere {tmp_path}") == wheel
    assert find_torch_wheel("https://wheels.example/") is None
