"""Who else has this, in Chromium: from a house's page to the thing, to the houses that have it, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from ml.scorer import Scorer as Network
from server.search.models import PhotoSearch
from tests.browser.conftest import Watched
from tests.browser.test_every_page import serious, sticks_out
from tests.labels.street import Shot
from tests.searching.town import Town, patches_of, town_of
from workers import looking

OpenPage = Callable[..., Watched]


@pytest.fixture
def town(
    transactional_db: None, shots: list[Shot], network: Network, settings: Settings, tmp_path: Path
) -> Iterator[Town]:
    settings.SEARCH_INDEX = tmp_path / "search"
    cache.clear()
    yield town_of(shots, network, patches_of(shots, network))
    cache.clear()


def at(page: Page, selector: str, x: float, y: float) -> tuple[float, float]:
    """Where on the screen a place in a picture is."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_from_a_house_to_a_thing_to_those_who_have_it_and_back(
    open_page: OpenPage, town: Town, size: str
) -> None:
    page = open_page(size).visit(f"/houses/{town.house.public_id}/")
    press = page.touchscreen.tap if size == "phone" else page.mouse.click
    page.get_by_role("link", name="Who else has this?").first.click()
    expect(page.get_by_role("heading", name="Who else has this?")).to_be_visible()
    page.goto(page.url.replace(page.url.split("/")[-2], town.frame.public_id))
    page.get_by_role("button", name="Find it at other houses").click()
    expect(page.get_by_text("Point at a thing in the picture first.")).to_be_visible()
    with page.expect_response("**/api/search/thing/**"):
        press(*at(page, "[data-stage]", town.x, town.y))
    expect(page.get_by_text("This is what will be looked for.")).to_be_visible()
    assert not sticks_out(page)
    assert serious(page) == []
    page.get_by_role("button", name="Find it at other houses").click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    looking.look_for(PhotoSearch.objects.get().pk)
    expect(page.locator("#found .house").first).to_have_attribute("data-number", "1")
    expect(page.locator(".found-number").first).to_be_visible()
    assert not sticks_out(page)
    assert serious(page) == []
    page.get_by_role("link", name="Back to the picture").click()
    expect(page.locator(".thing-shown")).to_be_visible()
    page.get_by_role("link", name="Back to the house").click()
    expect(page).to_have_url(re.compile("/houses/"))


def test_a_click_on_the_picture_of_a_house_is_the_click_on_the_thing(open_page: OpenPage, town: Town) -> None:
    page = open_page().visit(f"/houses/{town.house.public_id}/")
    shot = f'[data-thing*="{town.frame.public_id}"] .shot-picture >> nth=0'
    page.locator(shot).scroll_into_view_if_needed()
    page.mouse.click(*at(page, shot, town.x, town.y))
    expect(page.get_by_text("This is what will be looked for.")).to_be_visible()
    expect(page.locator("[name=box]")).not_to_have_value("")


def test_a_thing_is_pointed_at_and_its_box_corrected_by_keys_alone(open_page: OpenPage, town: Town) -> None:
    page = open_page().visit(f"/search/thing/{town.frame.public_id}/")
    stage = page.locator("[data-stage]")
    stage.focus()
    for key, count in steps_to(town):
        for _ in range(count):
            page.keyboard.press(key)
    with page.expect_response("**/api/search/thing/**"):
        page.keyboard.press("Enter")
    expect(page.get_by_text("This is what will be looked for.")).to_be_visible()
    before = [float(edge) for edge in page.locator("[name=box]").input_value().split(",")]
    corner = page.get_by_role("button", name="Lower right corner of the box. Arrows move it.")
    corner.press("ArrowUp")
    after = [float(edge) for edge in page.locator("[name=box]").input_value().split(",")]
    assert after == pytest.approx([*before[:3], before[3] - 0.01], abs=1e-3)


def steps_to(town: Town) -> list[tuple[str, int]]:
    """The keys that bring the cross from the middle, where the first one puts it, to the thing."""
    across, down = round((town.x - 0.5) / 0.02), round((town.y - 0.5) / 0.02)
    return [
        ("ArrowUp", 1),
        ("ArrowRight" if across > 0 else "ArrowLeft", abs(across)),
        ("ArrowDown" if down > 0 else "ArrowUp", abs(down)),
    ]


def test_a_box_is_drawn_with_the_mouse(open_page: OpenPage, town: Town) -> None:
    page = open_page().visit(f"/search/thing/{town.frame.public_id}/")
    page.mouse.move(*at(page, "[data-stage]", 0.2, 0.3))
    page.mouse.down()
    page.mouse.move(*at(page, "[data-stage]", 0.6, 0.8), steps=4)
    page.mouse.up()
    drawn = [float(edge) for edge in page.locator("[name=box]").input_value().split(",")]
    assert drawn == pytest.approx([0.2, 0.3, 0.6, 0.8], abs=0.01)
    expect(page.locator("[name=x]")).to_have_value("")
