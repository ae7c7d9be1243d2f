"""The page where a drive is brought, with and without scripts."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from server.accounts.models import User
from server.drives.models import Drive, Stage
from tests.server.factories import make_drive, make_footage, make_user, picture_bytes

pytestmark = pytest.mark.django_db
PAGE = "/drives/new/"


@pytest.fixture
def driver() -> User:
    return make_user()


@pytest.fixture
def client(driver: User) -> Client:
    client = Client()
    client.force_login(driver)
    return client


def photo(name: str, width: int = 160) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_bytes(width), "image/jpeg")


def test_without_scripts_the_form_brings_a_whole_drive(client: Client, driver: User) -> None:
    files = [photo("left_1.jpg", 100), photo("IMG_2.jpg", 101), photo("IMG_3.jpg", 101)]
    answer = client.post(PAGE, {"title": "Advent", "photos": files, "side": "right"})
    drive = Drive.objects.get()
    assert answer.headers["Location"] == f"/drives/{drive.public_id}/"
    assert (drive.title, drive.driver, drive.stage) == ("Advent", driver, Stage.PROBE)
    assert list(drive.footage.values_list("name", "side_hint", "reason")) == [
        ("left_1.jpg", "right", ""),
        ("IMG_2.jpg", "right", ""),
        ("IMG_3.jpg", "right", "duplicate"),
    ]


def test_a_form_without_files_or_title_says_so(client: Client) -> None:
    answer = client.post(PAGE, {"title": "", "side": ""})
    assert (answer.status_code, Drive.objects.count()) == (200, 0)
    assert "Give the drive a title. Choose some files first." in answer.content.decode()


def test_a_form_without_files_brings_no_drive(client: Client) -> None:
    assert "Choose some files first." in client.post(PAGE, {"title": "Advent"}).content.decode()
    assert Drive.objects.count() == 0


def test_a_form_with_a_file_above_the_limit_says_so(client: Client, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    answer = client.post(PAGE, {"title": "Advent", "photos": [photo("a.jpg")]})
    assert b"larger than this site takes" in answer.content
    assert Drive.objects.count() == 0


def test_an_unfinished_drive_is_gone_on_with(client: Client, driver: User) -> None:
    drive = make_drive(driver, title="Half of it")
    page = client.get(f"{PAGE}?drive={drive.public_id}").content.decode()
    assert f'data-drive="{drive.public_id}"' in page
    assert 'value="Half of it"' in page
    client.post(f"{PAGE}?drive={drive.public_id}", {"title": "x", "photos": [photo("left_1.jpg")]})
    assert (drive.footage.count(), Drive.objects.count()) == (1, 1)


def test_a_submitted_drive_leads_to_its_page(client: Client, driver: User) -> None:
    drive = make_drive(driver, stage=Stage.DONE)
    make_footage(drive)
    assert client.get(f"{PAGE}?drive={drive.public_id}").headers["Location"] == f"/drives/{drive.public_id}/"


@pytest.mark.parametrize("asked", ["nowhere", "%00", "../..", "a b", "١٢"])
def test_a_drive_that_is_not_there_is_not_found(client: Client, asked: str) -> None:
    assert client.get(f"{PAGE}?drive={asked}").status_code == 404


def test_anothers_drive_is_not_found(client: Client) -> None:
    assert client.get(f"{PAGE}?drive={make_drive().public_id}").status_code == 404
