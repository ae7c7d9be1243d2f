"""How much may be brought, and what of it is kept when it is no longer wanted."""

from __future__ import annotations

import os
import time

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from server.accounts.models import User
from server.drives.models import Drive, Upload
from server.drives.uploads import parts, room
from server.drives.uploads import services as uploads
from tests.server.factories import make_drive, make_footage, make_user
from tests.server.tus import begin, create, head, patch, upload_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def driver() -> User:
    return make_user()


@pytest.fixture
def drive(driver: User) -> Drive:
    return make_drive(driver)


@pytest.fixture
def client(driver: User) -> Client:
    client = Client()
    client.force_login(driver)
    return client


def test_kept_originals_and_open_uploads_use_up_the_quota(
    client: Client, drive: Drive, settings: Settings
) -> None:
    settings.DRIVER_QUOTA_BYTES = 10_000_000_000
    make_footage(drive, size_bytes=4_000_000_000)
    make_footage(drive, size_bytes=9_000_000_000, file="")
    make_footage(make_drive(make_user()), size_bytes=9_000_000_000)
    assert create(client, drive, length=5_000_000_000).status_code == 201
    refused = create(client, drive, length=2_000_000_000, name="more.mp4")
    assert refused.status_code == 413
    assert "would come to 11.0 GB, and the limit is 10.0 GB" in refused.json()["detail"]


def test_a_quota_that_shrinks_stops_an_upload_and_keeps_its_bytes(
    client: Client, drive: Drive, settings: Settings
) -> None:
    address = begin(client, drive, 100)
    patch(client, address, b"a" * 50)
    settings.DRIVER_QUOTA_BYTES = 99
    assert patch(client, address, b"a" * 50, 50).status_code == 413
    assert head(client, address).headers["Upload-Offset"] == "50"


def test_a_disk_that_would_be_full_takes_no_new_file(
    client: Client, drive: Drive, settings: Settings
) -> None:
    begin(client, drive, room.free_bytes() // 2)
    settings.FREE_BYTES = room.free_bytes() // 4
    refused = create(client, drive, length=room.free_bytes() // 2, name="more.mp4")
    assert refused.status_code == 507
    assert "go on later, from where it stopped" in refused.json()["detail"]


def test_a_disk_that_fills_up_stops_an_upload_and_keeps_its_bytes(
    client: Client, drive: Drive, settings: Settings
) -> None:
    address = begin(client, drive, 100)
    patch(client, address, b"a" * 50)
    settings.FREE_BYTES = 2**62
    assert patch(client, address, b"a" * 50, 50).status_code == 507
    settings.FREE_BYTES = 0
    assert patch(client, address, b"a" * 50, 50).status_code == 204


def test_the_form_without_scripts_says_it_too(client: Client, settings: Settings) -> None:
    settings.FREE_BYTES = 2**62
    from tests.server.test_upload_page import photo

    answer = client.post("/drives/new/", {"title": "Advent", "photos": [photo("left_1.jpg")]})
    assert b"disk is full" in answer.content
    assert Drive.objects.count() == 0


def test_parts_that_belong_to_no_upload_are_swept_after_an_hour(client: Client, drive: Drive) -> None:
    addresses = [begin(client, drive, 100, name=f"{number}.jpg") for number in range(3)]
    paths = []
    for address in addresses:
        patch(client, address, b"a")
        paths.append(parts.part_path(upload_at(address)))
    Upload.objects.filter(public_id__in=[path.name for path in paths[1:]]).delete()
    for path in paths[:2]:
        os.utime(path, (time.time() - 7200,) * 2)
    uploads.drop_expired()
    assert [path.exists() for path in paths] == [True, False, True]


def test_an_expired_upload_counts_no_more(driver: User, drive: Drive) -> None:
    Upload.objects.create(drive=drive, name="a", length=100, expires_at="2020-01-01T00:00Z")
    assert room.used_bytes(driver.pk) == 0
