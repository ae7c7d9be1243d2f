"""The map page as people use it: filters, slider, search, layers, the address, other languages, a frame elsewhere."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from server.houses.models import House
from server.houses.services import hide_house
from tests.browser.conftest import Watched
from tests.server.factories import NIGHT, make_evening, make_frame, see

OpenPage = Callable[..., Watched]
HERE = "#17/32.9/-117.1"


@pytest.fixture
def page_elsewhere() -> Iterator[Callable[[str], str]]:
    """Serves a page of another site; returns its address."""
    folder = tempfile.TemporaryDirectory()
    handler = partial(SimpleHTTPRequestHandler, directory=folder.name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def serve(body: str) -> str:
        page = f'<!doctype html><title>x</title><link rel="icon" href="data:,">{body}'
        Path(folder.name, "index.html").write_text(page)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    server.shutdown()
    folder.cleanup()


@pytest.fixture
def evenings(houses: list[House]) -> list[House]:
    """The first two houses were seen on the next evening as well."""
    for house in houses[:2]:
        see(house, make_frame(at=NIGHT + timedelta(days=1)))
        make_evening(house, (NIGHT + timedelta(days=1)).date())
    return houses


def test_filters_narrow_the_list_the_counts_and_the_address(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit(f"/{HERE}")
    page.locator(".filters summary").click()
    page.get_by_role("checkbox", name="most lights").check()
    expect(page.locator("#list .house")).to_have_count(2)
    expect(page.locator("[data-class-count=most]")).to_have_text("2")
    expect(page.get_by_text("The heat shows all houses of the season.")).to_be_visible()
    assert "?festivity_class=most#" in page.url
    page.reload()
    expect(page.get_by_role("checkbox", name="most lights")).to_be_checked()
    expect(page.locator("#list .house")).to_have_count(2)
    page.get_by_role("link", name="Clear the filters").click()
    expect(page.locator("#list .house")).to_have_count(6)


def test_the_slider_and_the_filter_say_the_same_evening(open_page: OpenPage, evenings: list[House]) -> None:
    page = open_page().visit(f"/{HERE}")
    slider = page.get_by_role("slider", name="Evening")
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator("#list .house")).to_have_count(2)
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"6.*2026 \(2\)"))
    assert "evening=2026-12-06" in page.url
    page.go_back()
    expect(page.locator("#list .house")).to_have_count(6)
    expect(slider).to_have_attribute("aria-valuetext", "All evenings")


def test_the_back_button_closes_the_card(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit(f"/{HERE}")
    page.locator("#list .house-link").nth(1).click()
    expect(page.locator(".card")).to_be_visible()
    page.go_back()
    expect(page.locator(".card")).to_have_count(0)
    page.go_forward()
    expect(page.locator(".card")).to_have_attribute("data-house", houses[1].public_id)


def test_a_place_is_found_and_gone_to_with_the_keyboard(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit("/#12/33.2/-117.4")
    box = page.get_by_role("combobox", name="Search for a neighbourhood or a street")
    box.press_sequentially("lane")
    expect(page.locator("#search-found [role=option]")).to_have_count(2)
    box.press("ArrowDown")
    expect(page.locator("#search-found [aria-selected=true]")).to_contain_text("Candy Cane Lane")
    box.press("Enter")
    expect(page.locator("#list .house")).to_have_count(6)
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.fill("zzz")
    expect(page.locator("[data-search-said]")).to_have_text("No neighbourhood or street of that name here.")


def test_neighbourhoods_can_be_laid_over_and_chosen(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit("/#14/32.9/-117.1")
    page.get_by_role("checkbox", name="Neighbourhoods").check()
    page.locator(".area-name").click()
    expect(page.locator("#filter-neighbourhood")).to_have_value("candy-cane-lane")
    assert "layers=houses,heat,neighbourhoods" in page.url


def test_the_map_follows_until_it_is_dragged(open_page: OpenPage, houses: list[House]) -> None:
    watched = open_page()
    context = watched.page.context
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 32.9, "longitude": -117.1, "accuracy": 40})
    page = watched.visit("/#12/32.8/-117.3")
    button = page.locator("#near-me")
    button.click()
    page.wait_for_url(re.compile(r"#17/32\.90000/-117\.10000"))
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("You are within 150 ft of the blue dot.")).to_be_visible()
    context.set_geolocation({"latitude": 32.901, "longitude": -117.1, "accuracy": 40})
    page.wait_for_url(re.compile(r"#17/32\.90(09|10)"))
    page.mouse.move(900, 500)
    page.mouse.down()
    page.mouse.move(700, 500, steps=4)
    page.mouse.up()
    expect(button).to_have_text("Follow me")


def test_the_nearest_of_two_lights_is_chosen(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit("/")
    source = """() => import('festivity/map/lights.js').then(({ nearestTo }) => {
      const lights = [{ id: 'near', _point: { x: 3, y: 0 } }, { id: 'top', _point: { x: 9, y: 0 } }];
      return [nearestTo({ x: 4, y: 0 }, lights).id, nearestTo({ x: 0, y: 0 }, [])];
    })"""
    assert page.evaluate(source) == ["near", None]


@pytest.mark.parametrize("path", ["/", "/leaderboard/", "/houses/HOUSE/", "/drives/new/"])
def test_a_page_in_spanish_is_sound(open_page: OpenPage, houses: list[House], path: str) -> None:
    watched = open_page()
    watched.sign_in("driver@example.org")
    cookie = {"name": "django_language", "value": "es", "url": watched.site}
    watched.page.context.add_cookies([cookie])
    page = watched.visit(path.replace("HOUSE", houses[0].public_id))
    assert page.get_attribute("html", "lang") == "es"
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_the_language_is_chosen_in_the_header(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page("phone").visit(f"/houses/{houses[0].public_id}/")
    page.locator(".preferences summary").click()
    page.get_by_label("Español").check()
    page.get_by_label("metres and kilometres").check()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("link", name="Clasificación").first).to_be_visible()
    assert page.get_attribute("html", "data-units") == "metric"


def test_with_reduced_motion_the_map_jumps(open_page: OpenPage, houses: list[House]) -> None:
    watched = open_page()
    watched.page.emulate_media(reduced_motion="reduce")
    page = watched.visit(f"/{HERE}")
    expect(page.locator(".leaflet-zoom-anim")).to_have_count(0)


def test_the_map_stands_in_a_frame_of_another_site(
    open_page: OpenPage, houses: list[House], site: str, page_elsewhere: Callable[[str], str]
) -> None:
    watched = open_page()
    watched.page.goto(page_elsewhere(f'<iframe src="{site}/embed/{HERE}" width="800" height="480"></iframe>'))
    frame = watched.page.frame_locator("iframe")
    link = frame.get_by_role("link", name="Open the full map")
    expect(link).to_have_attribute("href", re.compile(r"/#17/32\.90000/-117\.10000"))
    expect(frame.locator(".leaflet-lights-pane canvas")).to_be_visible()


def test_a_frame_shows_the_names_of_neighbourhoods_where_they_are_asked_for(
    open_page: OpenPage, houses: list[House]
) -> None:
    page = open_page().visit(f"/embed/?layers=heat,houses,neighbourhoods{HERE}")
    expect(page.locator(".area-name")).to_have_count(1)


def test_without_scripts_filters_and_search_are_forms(
    site: str, evenings: list[House], browser: object
) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(site)
    page.locator(".filters summary").click()
    page.get_by_label("Seen on the evening of").select_option("2026-12-06")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#list .house")).to_have_count(2)
    page.get_by_label("Search for a neighbourhood or a street").fill("holly")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("Holly Street")).click()
    expect(page.locator("#list .house").first).to_be_visible()
    context.close()


def test_whoever_comes_back_after_a_while_sees_the_map_as_it_is_now(
    open_page: OpenPage, houses: list[House]
) -> None:
    page = open_page("desktop").visit("/")
    assert page.locator("#list .house").count() == len(houses)
    hide_house(houses[0])
    become(page, "hidden", later_ms=0)
    become(page, "visible", later_ms=61_000)
    expect(page.locator("#list .house")).to_have_count(len(houses) - 1)
    assert page.locator(f"[data-house='{houses[0].public_id}']").count() == 0
    page.wait_for_load_state("networkidle")


def become(page: Page, state: str, later_ms: int) -> None:
    page.evaluate(
        """([state, laterMs]) => {
          const now = performance.now();
          performance.now = () => now + laterMs;
          Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }""",
        [state, later_ms],
    )
