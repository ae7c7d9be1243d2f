from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from django.core.cache import cache as site_cache
from django.test import Client

from ml.reference_set import load_reference_set
from ml.scorer import Scorer as Network
from server.accounts.models import User
from server.jobs.models import Job
from server.training.models import Lesson
from server.training.services import ask_for_lesson
from tests.labels.street import Shot, Street, driven_street
from tests.server.factories import make_staff
from tests.training.night import label, with_tail_lights
from workers import jobs
from workers.scoring import working_scorer
from workers.training import reference

Taught = Callable[..., Lesson]
seen_once = cache(reference.features_of)


@pytest.fixture(scope="session")
def night(shots: list[Shot], network: Network) -> list[Shot]:
    return with_tail_lights(shots, network)


@pytest.fixture(autouse=True)
def few_references(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four pictures of the reference set, which the network looks at once for all tests."""
    few = load_reference_set().rendered[:4]
    monkeypatch.setattr(reference, "references", lambda: few)
    monkeypatch.setattr(reference, "features_of", seen_once)


@pytest.fixture
def street(db: None, night: list[Shot], network: Network) -> Iterator[Street]:
    site_cache.clear()
    street = driven_street(night, network)
    working_scorer()
    yield street
    site_cache.clear()


@pytest.fixture
def ada(db: None) -> User:
    return make_staff(email="ada@example.org")


@pytest.fixture
def staff(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def five(street: Street, night: list[Shot], ada: User) -> list[Shot]:
    """Five frames that ada labelled with the truth; three more she did not."""
    for shot in night[:5]:
        label(street, shot, ada)
    return night[:5]


@pytest.fixture
def ask(ada: User) -> Callable[..., Job]:
    """Asks for a lesson."""
    return lambda start="live": ask_for_lesson(start=Lesson.Start(start), asked_by=ada)


@pytest.fixture
def taught(ask: Callable[..., Job]) -> Taught:
    """Asks for a lesson, and a worker gives it."""

    def given(start: str = "live") -> Lesson:
        job = ask(start)
        jobs.run_job(job.pk)
        return Lesson.objects.get(job=job)

    return given
