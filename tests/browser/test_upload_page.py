"""A driver brings photos through the page, in a real browser, over a connection that drops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from server.accounts.models import User
from server.drives.models import Drive, Stage
from tests.browser.chromium import find_chromium, open_chromium
from tests.live import running_site
from tests.server.factories import make_user, picture_bytes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(find_chromium() is None, reason="Chromium is not installed"),
]
NAMES = ("left_1.jpg", "left_2.jpg", "right_1.jpg", "right_2.jpg", "IMG_1.jpg", "IMG_2.jpg")
SEND = "#upload button[type=submit]"


@pytest.fixture
def origin(media: Path, transactional_db: None) -> Iterator[str]:
    with running_site(media) as address:
        yield address


@pytest.fixture
def driver(transactional_db: None) -> User:
    return make_user()


@pytest.fixture
def session(driver: User) -> str:
    client = Client()
    client.force_login(driver)
    return client.cookies["sessionid"].value


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    for number, name in enumerate(NAMES):
        (tmp_path / name).write_bytes(picture_bytes(400 + number, 300) + bytes(200_000))
    return [tmp_path / name for name in NAMES]


def test_files_without_a_side_are_asked_for_it_and_a_drop_is_waited_out(
    origin: str, session: str, photos: list[Path]
) -> None:
    with open_chromium() as browser:
        page = signed_in(browser, origin, session)
        page.goto(f"{origin}/drives/new/")
        page.fill("[name=title]", "Advent")
        page.set_input_files("#id_photos", photos)
        page.click(SEND)
        assert "2 files do not tell which side" in page.inner_text("#trouble")
        page.select_option("#id_side", "front")
        line = Line(page)
        page.click(SEND)
        page.wait_for_selector(".file[data-state=sending]")
        line.cut()
        page.wait_for_selector(".totals[data-state=waiting]")
        line.mend()
        page.wait_for_url(lambda url: "/new/" not in url)
    drive = Drive.objects.get()
    assert (drive.title, drive.stage) == ("Advent", Stage.PROBE)
    assert dict(drive.footage.values_list("name", "side_hint")) == {
        **{name: name.partition("_")[0] for name in NAMES[:4]},
        **dict.fromkeys(NAMES[4:], "front"),
    }


def test_a_closed_page_goes_on_with_what_is_missing(origin: str, session: str, photos: list[Path]) -> None:
    with open_chromium() as browser:
        page = signed_in(browser, origin, session)
        page.goto(f"{origin}/drives/new/")
        page.set_input_files("#id_photos", photos[:4])
        Line(page)
        page.click(SEND)
        page.wait_for_selector(".file[data-state=received]")
        address = page.url
        page.close()
        page = page.context.new_page()
        page.goto(address)
        page.wait_for_selector("#trouble:not([hidden])")
        page.set_input_files("#id_photos", photos[:4])
        assert page.locator(".file-state", has_text="already here").count() >= 1
        page.click(SEND)
        page.wait_for_url(lambda url: "/new/" not in url)
    drive = Drive.objects.get()
    assert sorted(drive.footage.values_list("name", "reason")) == [(name, "") for name in sorted(NAMES[:4])]


def signed_in(browser: Browser, origin: str, session: str) -> Page:
    context = browser.new_context()
    context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
    return context.new_page()


class Line:
    """The page's line to the site: 150 kB a second upwards, so that there is time to cut it."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.mend()

    def mend(self) -> None:
        self.say(offline=False)

    def cut(self) -> None:
        self.say(offline=True)

    def say(self, *, offline: bool) -> None:
        speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": 150_000}
        self.session.send("Network.emulateNetworkConditions", {"offline": offline, **speed})
