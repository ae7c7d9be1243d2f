"""Chromium as the browser tests and the screenshots drive it: the system's own, nothing downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)


def find_chromium() -> str | None:
    """The path of FESTIVITY_CHROMIUM, or of the first Chromium of this machine."""
    named = os.environ.get("FESTIVITY_CHROMIUM")
    known = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return named or next(filter(None, known), None)


@contextmanager
def open_chromium() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        raise SystemExit(
            "There is no Chromium here. Install it (apt install chromium) or name it in FESTIVITY_CHROMIUM."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()
