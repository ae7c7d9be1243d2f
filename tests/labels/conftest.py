from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from ml.scorer import Scorer as Network
from tests.labels.street import Shot, Street, driven_street
from tests.server.factories import make_staff


@pytest.fixture
def street(db: None, shots: list[Shot], network: Network) -> Iterator[Street]:
    cache.clear()
    yield driven_street(shots, network)
    cache.clear()


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(make_staff(email="ada@example.org"))
    return client


@pytest.fixture
def bright(shots: list[Shot]) -> Shot:
    """The most festive picture."""
    return max(shots, key=lambda shot: shot.scored.festivity)
