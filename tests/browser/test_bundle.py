"""An exported season, opened from a static host that knows nothing of the site."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from server.houses.models import House
from server.maps.bundle.season import edition_or_refusal, write_bundle
from tests.browser.chromium import SIZES
from tests.browser.conftest import Watched
from tests.browser.test_every_page import serious, sticks_out
from tests.server import factories

OpenPage = Callable[[str], Watched]


class Plain(SimpleHTTPRequestHandler):
    """A host that sends files whole, whatever range is asked for."""

    def log_message(self, *arguments: Any) -> None:
        pass


class Ranged(Plain):
    """A host that sends the range that is asked for."""

    def do_GET(self) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if asked is None:
            super().do_GET()
            return
        content = Path(self.translate_path(self.path)).read_bytes()
        part = content[int(asked[1]) : int(asked[2]) + 1]
        self.send_response(206)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {asked[1]}-{int(asked[1]) + len(part) - 1}/{len(content)}")
        self.end_headers()
        self.wfile.write(part)


@pytest.fixture(params=[Plain, Ranged])
def host(request: pytest.FixtureRequest, houses: list[House], tmp_path: Path) -> Iterator[str]:
    shown = edition_or_refusal(None)
    factories.publish_map()
    write_bundle(tmp_path / "season", shown, say=print)
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(request.param, directory=tmp_path / "season")
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("size", SIZES)
def test_the_season_opens_without_the_site(
    host: str, open_page: OpenPage, houses: list[House], size: str
) -> None:
    watched = open_page(size)
    watched.site = host
    page = watched.visit("/index.html")
    page.wait_for_function("document.querySelectorAll('.heat-tile img[src]').length > 0")
    assert page.locator("[data-house]").count() == len(houses)
    page.locator("[data-house] button").first.click()
    assert page.locator("[data-house]").first.get_attribute("aria-current") == "true"
    assert drawn_pixels(page) > 50
    assert not sticks_out(page)
    assert serious(page) == []


def drawn_pixels(page: Any) -> int:
    """How many pixels of the canvas of lights are not clear."""
    return int(
        page.evaluate(
            """() => {
              const canvas = document.querySelector('.leaflet-lights-pane canvas');
              const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
              return data.filter((value, index) => index % 4 === 3 && value > 0).length;
            }"""
        )
    )
