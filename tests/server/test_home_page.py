"""The page of the circle around a home, and what the API tells of it; originals on the page of a drive."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from server.accounts.models import User
from server.drives.home.zone import home_zone_of, in_zone
from server.drives.models import Drive, Footage, HomeZone, Stage
from server.drives.services import create_drive
from tests.server.factories import HOME, make_drive, make_footage, make_superuser, make_user

pytestmark = pytest.mark.django_db
PAGE = "/drives/home/"
GIVEN = {"longitude": str(HOME[0]), "latitude": str(HOME[1]), "radius_m": "300"}


@pytest.fixture
def driver() -> User:
    return make_user()


@pytest.fixture
def client(driver: User) -> Client:
    client = Client()
    client.force_login(driver)
    return client


def test_without_scripts_only_a_moved_place_is_stored(client: Client, driver: User) -> None:
    centres = set()
    for _ in range(3):
        assert client.post(PAGE, GIVEN).status_code == 302
        zone = home_zone_of(driver.pk)
        assert zone
        assert (zone.lon, zone.lat) != HOME
        assert in_zone(*HOME, zone, beside_m=-149)
        centres.add((zone.lon, zone.lat))
    assert len(centres) == 3


def test_what_the_browser_has_moved_is_stored_as_it_is(client: Client, driver: User) -> None:
    client.post(PAGE, {**GIVEN, "moved": "on"})
    centre = HomeZone.objects.get(driver=driver).centre
    assert (centre.x, centre.y) == pytest.approx(HOME)


@pytest.mark.parametrize(
    "changes",
    [{"longitude": ""}, {"latitude": "north"}, {"latitude": "91"}, {"radius_m": "7"}, {"longitude": "nan"}],
)
def test_nonsense_gets_a_sentence(client: Client, changes: dict[str, str]) -> None:
    answer = client.post(PAGE, {**GIVEN, **changes})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not HomeZone.objects.exists()


def test_the_circle_is_forgotten(client: Client, driver: User) -> None:
    client.post(PAGE, GIVEN)
    client.post(reverse("drives:forget-home"))
    assert home_zone_of(driver.pk) is None


def test_the_api_tells_a_driver_their_own_circle(client: Client, driver: User) -> None:
    assert client.get("/api/home/").json() == {"zone": None}
    client.post(PAGE, {**GIVEN, "moved": "on"})
    told = client.get("/api/home/").json()["zone"]
    assert told == {"lon": pytest.approx(HOME[0]), "lat": pytest.approx(HOME[1]), "radius_m": 300.0}
    other = Client()
    other.force_login(make_user())
    assert other.get("/api/home/").json() == {"zone": None}


def test_staff_see_that_there_is_a_circle_and_not_where(client: Client) -> None:
    client.post(PAGE, {**GIVEN, "moved": "on"})
    staff = Client()
    staff.force_login(make_superuser())
    row = reverse("admin:drives_homezone_change", args=[HomeZone.objects.get().pk])
    for page in (reverse("admin:drives_homezone_changelist"), row):
        shown = staff.get(page).content.decode()
        assert "300" in shown
        assert "32.9" not in shown
        assert "117.1" not in shown


def test_whether_originals_are_kept_is_said_with_the_drive(client: Client, driver: User) -> None:
    begun = client.post("/api/drives/", {"title": "Eve", "keep_originals": True}, "application/json").json()
    assert begun["keep_originals"] is True
    changed = client.patch(
        f"/api/drives/{begun['id']}/", {"keep_originals": False}, "application/json"
    ).json()
    assert (changed["keep_originals"], changed["title"]) == (False, "Eve")
    assert create_drive(driver=driver, title="Eve").keep_originals is False


def kept_drive(driver: User) -> Drive:
    drive = make_drive(driver, stage=Stage.DONE, keep_originals=True)
    footage = make_footage(drive)
    Footage.objects.filter(pk=footage.pk).update(file=default_storage.save("a.jpg", ContentFile(b"x" * 1000)))
    return drive


def test_a_driver_sees_what_is_kept_and_deletes_it(client: Client, driver: User) -> None:
    drive = kept_drive(driver)
    page = reverse("drives:drive", args=[drive.public_id])
    assert "1 file as you sent it is kept here" in client.get(page).content.decode()
    answer = client.post(reverse("drives:drop-originals", args=[drive.public_id]), follow=True)
    assert "1 original was deleted." in answer.content.decode()
    assert "No original is kept." in client.get(page).content.decode()
    assert not default_storage.exists("a.jpg")


def test_nobody_deletes_the_originals_of_another(client: Client) -> None:
    drive = kept_drive(make_user())
    assert client.post(reverse("drives:drop-originals", args=[drive.public_id])).status_code == 404
    assert default_storage.exists("a.jpg")


def test_originals_of_a_drive_that_is_not_scored_wait_for_that(client: Client, driver: User) -> None:
    drive = kept_drive(driver)
    Drive.objects.filter(pk=drive.pk).update(stage=Stage.SCORE)
    client.post(reverse("drives:drop-originals", args=[drive.public_id]))
    assert default_storage.exists("a.jpg")
    drive.refresh_from_db()
    assert not drive.keep_originals
