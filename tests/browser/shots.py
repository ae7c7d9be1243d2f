"""Screenshots of every page of a running site, at both sizes.

`python -m tests.browser.shots FOLDER --site http://127.0.0.1:8000 [--email ADDRESS --password WORD]`
The signed-in pages are taken where an account is given; one drive of it and the first house of the list stand for all.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page

from tests.browser.chromium import SIZES, open_chromium

SETTLE_MS = 900


class Camera:
    """Takes pictures of one page, in one size, into a folder."""

    def __init__(self, page: Page, site: str, folder: Path, size: str) -> None:
        self.page, self.site, self.folder, self.size = page, site.rstrip("/"), folder, size

    def visit(self, path: str, name: str, whole: bool = True) -> None:
        self.page.goto(self.site + path)
        self.take(name, whole)

    def take(self, name: str, whole: bool = False) -> None:
        self.page.wait_for_load_state("networkidle")
        if whole:
            self.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
            self.page.wait_for_load_state("networkidle")
            self.page.evaluate("window.scrollTo(0, 0)")
        self.page.wait_for_timeout(SETTLE_MS)
        self.page.screenshot(path=self.folder / f"{name}-{self.size}.png", full_page=whole)
        print(f"{name}-{self.size}.png", flush=True)


def take_public(camera: Camera) -> None:
    camera.visit("/", "map", whole=False)
    take_card(camera)
    camera.visit("/leaderboard/", "leaderboard")
    camera.page.locator("main .house-link").first.click()
    camera.take("house", whole=True)
    camera.page.locator("[data-overlay]").first.click()
    camera.take("house-overlay")
    camera.visit("/accounts/sign-in/", "sign-in")
    camera.visit("/accounts/sign-up/", "sign-up")
    camera.visit("/no-such-page/", "missing")


def take_card(camera: Camera) -> None:
    first = camera.page.locator("#list .house-link").first
    if camera.size == "phone":
        camera.page.locator(".sheet-handle").click()
        camera.take("map-list")
    first.click()
    camera.page.wait_for_selector(".card h2")
    camera.take("map-card")
    camera.page.locator(".card [data-overlay]").click()
    camera.take("map-card-overlay")


def take_private(camera: Camera, email: str, password: str) -> None:
    camera.page.goto(f"{camera.site}/accounts/sign-in/")
    camera.page.fill("[name=username]", email)
    camera.page.fill("[name=password]", password)
    camera.page.press("[name=password]", "Enter")
    camera.page.wait_for_url("**/drives/")
    camera.take("drives", whole=True)
    camera.visit("/drives/new/", "upload")
    camera.visit("/drives/", "drives")
    drives = camera.page.locator(".drive-name a").evaluate_all("links => links.map(link => link.pathname)")
    for number, path in enumerate(drives[:4]):
        camera.visit(path, f"drive-{number}")
    camera.visit("/accounts/password/", "password")


def complain(message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        print(f"  {message.type}: {message.text}")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("folder", type=Path)
    reader.add_argument("--site", default="http://127.0.0.1:8000")
    reader.add_argument("--email")
    reader.add_argument("--password", default="")
    asked = reader.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with open_chromium() as browser:
        for size, viewport in SIZES.items():
            page = browser.new_page(viewport=viewport, has_touch=size == "phone", device_scale_factor=1)
            page.on("pageerror", lambda error: print(f"  error: {error}"))
            page.on("console", complain)
            camera = Camera(page, asked.site, asked.folder, size)
            take_public(camera)
            if asked.email:
                take_private(camera, asked.email, asked.password)


if __name__ == "__main__":
    main()
