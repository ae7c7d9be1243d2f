"""The zone of the place: of a drive by where it was driven, of the site by most drives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse

from server.core.zone import place_zone
from server.drives.models import HomeZone
from server.drives.places import settle_zone, zone_at
from tests.server.factories import make_drive, make_footage, make_frame, make_track_point

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("lon", "lat", "zone"),
    [
        (-117.15, 32.92, "America/Los_Angeles"),
        (24.94, 60.17, "Europe/Helsinki"),
        (115.86, -31.95, "Australia/Perth"),
        (85.3, 27.7, "Asia/Kathmandu"),
        (179.99, -16.5, "Pacific/Fiji"),
    ],
)
def test_a_place_has_a_zone(lon: float, lat: float, zone: str) -> None:
    assert zone_at(lon, lat) == zone


def test_a_clock_without_a_zone_is_read_in_that_of_the_place_once_it_is_known() -> None:
    drive = make_drive()
    make_track_point(drive)
    read_as_utc = datetime(2025, 12, 7, 17, 28, 13, tzinfo=UTC)
    for clock in ("zone", "offset"):
        make_footage(drive, clock=clock, device_at=read_as_utc)
    settle_zone(drive)
    settle_zone(drive)
    assert drive.time_zone == "America/Los_Angeles"
    at = dict(drive.footage.values_list("clock", "device_at"))
    assert at == {"zone": datetime(2025, 12, 8, 1, 28, 13, tzinfo=UTC), "offset": read_as_utc}


def test_a_drive_without_a_place_takes_the_zone_of_its_drivers_home_or_of_the_site(settings: Any) -> None:
    settings.PLACE_TIME_ZONE = "Asia/Tokyo"
    away, home = make_drive(), make_drive()
    HomeZone.objects.create(driver=home.driver, centre=Point(24.94, 60.17))
    for drive in (away, home):
        settle_zone(drive)
    assert (away.time_zone, home.time_zone) == ("Asia/Tokyo", "Europe/Helsinki")


def test_the_sites_zone_is_that_of_most_drives_unless_it_is_named(settings: Any) -> None:
    assert str(place_zone()) == "UTC"
    for zone in ("Europe/Helsinki", "America/Los_Angeles", "Europe/Helsinki"):
        make_drive(time_zone=zone)
    assert str(place_zone()) == "Europe/Helsinki"
    settings.PLACE_TIME_ZONE = "Asia/Tokyo"
    assert str(place_zone()) == "Asia/Tokyo"


def test_a_drives_page_shows_times_of_where_it_was_driven(client: Client) -> None:
    make_drive(time_zone="Europe/Helsinki")
    make_drive(time_zone="Europe/Helsinki")
    drive = make_drive(time_zone="America/Los_Angeles", stage="done")
    make_frame(drive, at=datetime(2025, 12, 8, 6, tzinfo=UTC))
    client.force_login(drive.driver)
    for address in (reverse("drives:drive", args=[drive.public_id]), reverse("drives:mine")):
        assert "7 December 2025" in client.get(address).content.decode()
