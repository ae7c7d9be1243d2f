"""A driver brings photos through the page, in a real browser, over a connection that drops."""

from __future__ import annotations

import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, Request

from server.accounts.models import User
from server.drives.models import Drive, Footage, Stage, Upload
from tests.browser.chromium import find_chromium, open_chromium
from tests.live import running_site
from tests.server.factories import make_drive, make_footage, make_user, picture_bytes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(find_chromium() is None, reason="Chromium is not installed"),
]
NAMES = ("left_1.jpg", "left_2.jpg", "right_1.jpg", "right_2.jpg", "IMG_1.jpg", "IMG_2.jpg")
SIZE, CHUNK = 800_000, 100_000
SEND = "#upload button[type=submit]"


@pytest.fixture
def origin(media: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("FESTIVITY_UPLOAD_CHUNK_BYTES", str(CHUNK))
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
def video(tmp_path: Path) -> Path:
    """Bytes that nobody looks into before the drive is sent on its way."""
    path = tmp_path / "night.mp4"
    path.write_bytes(Random(1).randbytes(SIZE))
    return path


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    for number, name in enumerate(NAMES):
        (tmp_path / name).write_bytes(picture_bytes(400 + number, 300) + bytes(200_000))
    return [tmp_path / name for name in NAMES]


def test_files_that_tell_no_side_are_sent_too_and_a_drop_is_waited_out(
    origin: str, session: str, photos: list[Path]
) -> None:
    with open_chromium() as browser:
        page = signed_in(browser, origin, session)
        page.goto(f"{origin}/drives/new/")
        page.fill("[name=title]", "Advent")
        page.set_input_files("#id_photos", photos)
        page.locator(".file", has_text="IMG_2.jpg").locator("select").select_option("front")
        line = Line(page)
        page.click(SEND)
        page.wait_for_selector(".file[data-state=sending]")
        line.cut()
        page.wait_for_selector(".totals[data-state=waiting]")
        line.mend()
        page.wait_for_url(lambda url: "/new/" not in url)
    drive = Drive.objects.get()
    assert (drive.title, drive.stage) == ("Advent", Stage.PROBE)
    told = {name: name.partition("_")[0] for name in NAMES[:4]}
    assert dict(drive.footage.values_list("name", "side_hint")) == {
        **told,
        "IMG_1.jpg": "",
        "IMG_2.jpg": "front",
    }
    assert {footage.sha256 for footage in drive.footage.all()} == {hash_of(photo) for photo in photos}


def test_another_device_goes_on_where_the_first_stopped(origin: str, session: str, video: Path) -> None:
    with open_chromium() as browser:
        page = signed_in(browser, origin, session)
        page.goto(f"{origin}/drives/new/")
        page.set_input_files("#id_photos", video)
        Line(page)
        page.click(SEND)
        wait_for_bytes(SIZE // 4)
        address = page.evaluate("location.href")
        page.context.close()
        stopped_at = Upload.objects.get().offset
        other = signed_in(browser, origin, session)
        sent = sent_bytes(other)
        other.goto(address)
        assert "night.mp4" in other.inner_text("#unfinished")
        other.set_input_files("#id_photos", video)
        other.wait_for_selector("#unfinished", state="hidden")
        other.click(SEND)
        other.wait_for_url(lambda url: "/new/" not in url)
    footage = Footage.objects.get()
    assert (footage.sha256, footage.modified_at is not None) == (hash_of(video), True)
    assert sum(sent) <= SIZE - stopped_at


def test_a_paused_upload_stands_still_and_goes_on(origin: str, session: str, video: Path) -> None:
    with open_chromium() as browser:
        page = signed_in(browser, origin, session)
        page.goto(f"{origin}/drives/new/")
        page.set_input_files("#id_photos", video)
        line = Line(page)
        page.click(SEND)
        wait_for_bytes(SIZE // 4)
        page.click("#pause")
        page.wait_for_selector(".totals[data-state=paused]")
        time.sleep(0.5)
        paused_at = Upload.objects.get().offset
        time.sleep(0.5)
        assert Upload.objects.get().offset == paused_at < SIZE
        assert page.inner_text(SEND) == "Go on"
        line.say(offline=False, speed=-1)
        page.click(SEND)
        page.wait_for_url(lambda url: "/new/" not in url)
    assert Footage.objects.get().sha256 == hash_of(video)


def test_what_was_sent_with_another_drive_is_not_sent_again(
    origin: str, driver: User, session: str, photos: list[Path]
) -> None:
    before = make_drive(driver, title="Third of Advent")
    make_footage(before, name="left_1.jpg", sha256=hash_of(photos[0]))
    with open_chromium() as browser:
        page = signed_in(browser, origin, session)
        page.goto(f"{origin}/drives/new/")
        page.set_input_files("#id_photos", photos[:1])
        page.wait_for_selector(".file[data-state=elsewhere]")
        assert "you sent this file with the drive Third of Advent" in page.inner_text(".file")
        page.click(SEND)
        assert "Nothing is left to send" in page.inner_text("#trouble")
        page.set_input_files("#id_photos", photos[1:2])
        page.click(SEND)
        page.wait_for_url(lambda url: "/new/" not in url)
    assert [footage.name for footage in Drive.objects.latest("pk").footage.all()] == ["left_2.jpg"]


def hash_of(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def sent_bytes(page: Page) -> list[int]:
    """Grows by the length of each body that the page sends by PATCH or POST to the uploads."""
    sent: list[int] = []

    def note(request: Request) -> None:
        if "/api/uploads/" in request.url and request.method in ("PATCH", "POST"):
            sent.append(request.sizes()["requestBodySize"])

    page.on("requestfinished", note)
    return sent


def wait_for_bytes(count: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if Upload.objects.filter(offset__gte=count).exists():
            return
        time.sleep(0.05)
    raise TimeoutError("The upload did not get going.")


def signed_in(browser: Browser, origin: str, session: str) -> Page:
    context = browser.new_context()
    context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
    return context.new_page()


class Line:
    """The page's line to the site: 200 kB a second upwards, so that there is time to cut it."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.mend()

    def mend(self) -> None:
        self.say(offline=False)

    def cut(self) -> None:
        self.say(offline=True)

    def say(self, *, offline: bool, speed: int = 200_000) -> None:
        how = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": speed}
        self.session.send("Network.emulateNetworkConditions", {"offline": offline, **how})
