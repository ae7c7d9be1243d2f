"""Every page, at both sizes: nothing fails, nothing sticks out, nothing serious is found by axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from server.accounts.models import User
from server.drives.models import Drive
from server.houses.models import House
from server.search.models import Asker
from server.search.services import ask_by_house, claim, conclude
from tests.browser.chromium import SIZES
from tests.browser.conftest import Watched

OpenPage = Callable[[str], Watched]
PUBLIC = (
    "/",
    "/embed/",
    "/places/?q=lane",
    "/leaderboard/",
    "/points/",
    "/votes/",
    "/houses/HOUSE/",
    "/houses/HOUSE/report/",
    "/search/",
    "/tour/?stops=TOUR&from=32.9,-117.1&minutes=10&by=foot&back=1",
    "/tour/from-here/",
    "/accounts/sign-in/",
    "/accounts/sign-up/",
)
PRIVATE = (
    "/drives/",
    "/frames/",
    "/drives/new/",
    "/drives/home/",
    "/drives/DRIVE/",
    "/labels/FRAME/",
    "/accounts/password/",
)

pytestmark = pytest.mark.parametrize("size", SIZES)


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical, as `rule: element`."""
    found = Axe().run(page).response["violations"]
    bad = [violation for violation in found if violation["impact"] in ("serious", "critical")]
    return [f"{violation['id']}: {node['html'][:120]}" for violation in bad for node in violation["nodes"]]


def sticks_out(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_sound(open_page: OpenPage, houses: list[House], path: str, size: str) -> None:
    stops = ",".join(house.public_id for house in houses)
    page = open_page(size).visit(path.replace("HOUSE", houses[0].public_id).replace("TOUR", stops))
    assert not sticks_out(page)
    assert serious(page) == []


@pytest.mark.parametrize("path", PRIVATE)
def test_a_drivers_page_is_sound(open_page: OpenPage, houses: list[House], path: str, size: str) -> None:
    watched = open_page(size)
    watched.sign_in("driver@example.org")
    drive = Drive.objects.get()
    frame = drive.frames.in_order()[0]
    page = watched.visit(path.replace("DRIVE", drive.public_id).replace("FRAME", frame.public_id))
    assert not sticks_out(page)
    assert serious(page) == []


def test_a_search_is_sound_at_work_and_answered(open_page: OpenPage, houses: list[House], size: str) -> None:
    watched = open_page(size)
    watched.sign_in("driver@example.org")
    search = ask_by_house(asker=Asker(user=User.objects.get()), house=houses[0])
    taken = claim(search.pk)
    assert taken is not None
    page = watched.visit(f"/search/{search.public_id}/")
    assert serious(page) == []
    rows = [{"house": house.public_id, "likeness": 0.8, "crop": [0, 0, 0.5, 0.5]} for house in houses[1:]]
    conclude(taken, matches=rows, scorer_hash="a")
    page.wait_for_selector("#found")
    assert page.locator(".found-number").count() == 5
    assert not sticks_out(page)
    assert serious(page) == []


def test_the_map_is_sound_before_the_first_drive(
    open_page: OpenPage, transactional_db: None, size: str
) -> None:
    page = open_page(size).visit("/")
    assert page.get_by_role("heading", name="No house on the map yet").is_visible()
    assert serious(page) == []


def test_an_open_card_is_sound(open_page: OpenPage, houses: list[House], size: str) -> None:
    page = open_page(size).visit(f"/#17/32.9/-117.1/{houses[0].public_id}")
    page.wait_for_selector(".card h2")
    assert not sticks_out(page)
    assert serious(page) == []
