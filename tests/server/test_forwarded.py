"""Absolute links name the host that the visitor asked, and only a proxy of ours may say another."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.server.factories import make_drive, make_user

pytestmark = pytest.mark.django_db
SAID = {"X-Forwarded-Host": "lights.example.org", "X-Forwarded-Proto": "https"}


@pytest.fixture
def client(settings: Settings) -> Client:
    settings.ALLOWED_HOSTS = ["testserver", "lights.example.org"]
    driver = make_user()
    for _number in range(2):
        make_drive(driver)
    client = Client()
    client.force_login(driver)
    return client


def next_link(client: Client, said: dict[str, str] = SAID) -> str:
    link: str = client.get("/api/drives/?limit=1", headers=said).json()["next"]
    return link.partition("/api/")[0]


def test_without_a_proxy_nobody_names_another_host(client: Client) -> None:
    assert next_link(client) == "http://testserver"


def test_a_proxy_of_ours_names_host_and_scheme(client: Client, settings: Settings) -> None:
    settings.PROXIES = 1
    assert next_link(client) == "https://lights.example.org"


def test_what_the_client_wrote_before_our_proxy_added_its_word_is_not_believed(
    client: Client, settings: Settings
) -> None:
    settings.PROXIES = 1
    said = {"X-Forwarded-Host": "evil.example, lights.example.org", "X-Forwarded-Proto": "http, https"}
    assert next_link(client, said) == "https://lights.example.org"


def test_a_host_that_is_not_ours_is_refused_behind_a_proxy_too(client: Client, settings: Settings) -> None:
    settings.PROXIES = 1
    assert client.get("/api/drives/", headers={"X-Forwarded-Host": "evil.example"}).status_code == 400


def test_where_an_upload_goes_on_is_said_without_a_host(client: Client) -> None:
    from tests.server.tus import begin

    drive = make_drive(make_user())
    client.force_login(drive.driver)
    assert begin(client, drive, 5).startswith("/api/uploads/")
