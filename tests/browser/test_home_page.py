"""A driver draws the circle around their home in a real browser: the home itself never leaves it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from server.drives.home.zone import Zone, in_zone
from server.drives.models import HomeZone
from tests.browser.conftest import Watched
from tests.server.factories import HOME, make_user

PASSWORD = "a lantern in the hall"


@pytest.fixture
def page(open_page: Callable[[str], Watched]) -> Page:
    make_user("driver@example.org", PASSWORD)
    watched = open_page("desktop")
    watched.sign_in("driver@example.org")
    return watched.visit("/drives/home/")


def type_home(page: Page) -> None:
    page.get_by_label("Latitude").fill(str(HOME[1]))
    page.get_by_label("Longitude").fill(str(HOME[0]))
    page.get_by_label("Longitude").blur()


def test_only_the_moved_circle_is_sent(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    type_home(page)
    page.get_by_label("500 m").check()
    page.get_by_role("button", name="Leave this out").click()
    page.get_by_text("A circle of 500 m is left out.").wait_for()
    assert any("moved=on" in request for request in sent)
    assert not any(f"={number}&" in f"{request}&" for request in sent for number in HOME)
    home = HomeZone.objects.get()
    zone = Zone(home.centre.x, home.centre.y, home.radius_m)
    assert (zone.lon, zone.lat) != HOME
    assert in_zone(*HOME, zone, beside_m=-249)


def test_a_click_on_the_map_is_a_home(page: Page) -> None:
    page.locator("#home-map").click(position={"x": 300, "y": 200})
    page.get_by_text("The new circle is drawn.").wait_for()
    assert page.get_by_label("Latitude").input_value()


def test_without_a_home_nothing_is_sent(page: Page) -> None:
    page.get_by_role("button", name="Leave this out").click()
    page.get_by_text("Say where your home is").wait_for()
    assert not HomeZone.objects.exists()
