from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from ml.scorer import Scorer as Network
from tests.labels.street import Shot
from tests.scorers.city import City, driven_city


@pytest.fixture
def city(db: None, shots: list[Shot], network: Network, settings: Any, tmp_path: Path) -> Iterator[City]:
    """A street that the live scorer has seen, with houses, scores, a map and votes."""
    settings.SEARCH_INDEX = tmp_path / "search"
    cache.clear()
    yield driven_city(shots, network)
    cache.clear()
