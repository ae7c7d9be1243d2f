from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings

from ml.scorer import Scorer as Network
from tests.labels.street import Shot
from tests.searching.town import Patches, Town, patches_of, town_of


@pytest.fixture(scope="session")
def patches(shots: list[Shot], network: Network) -> Patches:
    return patches_of(shots, network)


@pytest.fixture
def town(
    db: None, shots: list[Shot], network: Network, patches: Patches, settings: Settings, tmp_path: Path
) -> Iterator[Town]:
    settings.SEARCH_INDEX = tmp_path / "search"
    cache.clear()
    yield town_of(shots, network, patches)
    cache.clear()
