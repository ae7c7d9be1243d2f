from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.files.storage import storages

if TYPE_CHECKING:
    from ml.scorer import Scorer
    from tests.labels.street import Shot


def pytest_configure() -> None:
    """The plugin cannot stand in pyproject.toml: `pytest` by itself reads that before it finds this folder."""
    if "PYTEST_XDIST_WORKER" in os.environ and "tests.parallel" not in sys.modules:
        raise pytest.UsageError("Tests in several processes need -p tests.parallel, as in ./festivity test.")


@pytest.fixture(autouse=True)
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a media folder of its own: `private` for originals, `derivatives` for what pages show."""
    folder = tmp_path / "media"
    for alias, name in (("default", "private"), ("derivatives", "derivatives")):
        for attribute in ("base_location", "location"):
            monkeypatch.setattr(storages[alias], attribute, str(folder / name))
    return folder


@pytest.fixture(autouse=True)
def no_zone_of_another_test() -> None:
    """The site's zone is kept for a minute; each test finds its own."""
    from server.core.zone import forget_zone

    forget_zone()


@pytest.fixture(scope="session")
def network() -> Scorer:
    """The shipped scorer."""
    from ml.scorer import load_scorer

    return load_scorer(threads=1)


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory, network: Scorer) -> list[Shot]:
    """A few rendered photos with their truth and their scores, in order of time."""
    from tests.labels.street import taken_shots

    return taken_shots(tmp_path_factory.mktemp("street"), network)
