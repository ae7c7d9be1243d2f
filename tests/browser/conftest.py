"""A real server on the tests' database, and Chromium that notes everything that goes wrong on a page."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from server.accounts.models import User
from server.houses.models import House
from tests.browser.chromium import SIZES, find_chromium, open_chromium
from tests.server import factories

PASSWORD = "a lantern in the hall"
STREETS = ("Holly Street", "Ivy Lane", "Fir Avenue")

# Playwright keeps a loop running in the thread of the tests, and Django would refuse to ask the database from there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if find_chromium() is None:
        pytest.skip("There is no Chromium here.")
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The address of the site, on the tests' own database, media and static files."""
    hashed = hasattr(staticfiles_storage, "hashed_files")
    server = LiveServerThread("127.0.0.1", static_handler=served_by_site if hashed else StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


def served_by_site(handler: Any) -> Any:
    """The site sends its collected static files itself."""
    return handler


@dataclass
class Watched:
    """A page of the browser on a site. `problems` are all errors, refused or failed requests since it was opened."""

    page: Page
    site: str
    problems: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.page.on("console", self.note_message)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("requestfailed", self.note_failure)
        self.page.on("response", self.note_refusal)

    def visit(self, path: str) -> Page:
        self.page.goto(self.site + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def sign_in(self, email: str) -> None:
        """As someone who has signed in before."""
        client = Client()
        client.force_login(User.objects.get(email=email))
        session = client.cookies["sessionid"].value
        self.page.context.add_cookies([{"name": "sessionid", "value": session, "url": self.site}])

    def note_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.type}: {message.text}")

    def note_failure(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):
            self.problems.append(f"failed: {request.url} {request.failure}")

    def note_refusal(self, response: Response) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.status}: {response.url}")


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[[str], Watched]]:
    """Opens a page of a size; a test in which anything went wrong on it fails."""
    opened: list[Watched] = []

    def open_sized(size: str = "desktop") -> Watched:
        context = browser.new_context(viewport=SIZES[size], has_touch=size == "phone", locale="en-GB")
        opened.append(Watched(context.new_page(), site))
        return opened[-1]

    yield open_sized
    for watched in opened:
        watched.page.context.close()
    assert [watched.problems for watched in opened] == [[] for _ in opened]


@pytest.fixture
def houses(transactional_db: None) -> list[House]:
    """Six houses on three streets, the brightest first, each with a picture, in drives of one driver."""
    factories.the_scorer()
    drive = factories.make_drive(make_driver(), title="The first snow", stage="done")
    hood = factories.make_neighbourhood()
    streets = [
        factories.make_street(name, factories.place(-150, 60 * row), factories.place(150, 60 * row))
        for row, name in enumerate(STREETS)
    ]
    houses = [make_shown_house(drive, number, streets[number % 3], hood) for number in range(6)]
    factories.publish_map()
    return houses


def make_driver() -> Any:
    return factories.make_user("driver@example.org")


def make_shown_house(drive: Any, number: int, street: Any, neighbourhood: Any) -> House:
    where = factories.place(40 * number - 100, 60 * (number % 3))
    festivity = 0.2 - 0.03 * number
    house = factories.make_house(where, street=street, neighbourhood=neighbourhood, synthetic=number == 5)
    frame = factories.give_picture(factories.make_frame(drive, where=where))
    factories.make_track_point(drive, where=where, at=frame.captured_at)
    factories.score_frame(frame, festivity)
    factories.see(house, frame, festivity)
    factories.score_house(house, festivity, best_frame=frame)
    return house
