"""A tour as a visitor makes it: houses from the map's cards, an order, and what is taken along."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from server.houses.models import House
from tests.browser.conftest import Watched

OpenPage = Callable[..., Watched]


def order_of(page: Page) -> list[str | None]:
    return [row.get_attribute("data-house") for row in page.locator(".tour-stop").all()]


def add_from_list(page: Page, number: int) -> None:
    page.locator("#list .house-link").nth(number).click()
    expect(page.locator(".leaflet-pan-anim")).to_have_count(0)
    page.locator(".card").get_by_role("button", name="Add to tour").click()
    expect(page.locator(".card").get_by_role("button", name="In your tour")).to_be_visible()


def tour_address(houses: list[House]) -> str:
    return f"/tour/?stops={','.join(house.public_id for house in houses)}"


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_from_the_maps_cards_to_a_tour_in_a_good_order(
    open_page: OpenPage, houses: list[House], size: str
) -> None:
    page = open_page(size).visit("/#17/32.9/-117.1")
    if size == "phone":
        page.locator(".sheet-handle").click()
    for number in (0, 4, 1):
        add_from_list(page, number)
        if size == "phone":
            page.get_by_role("button", name="Back to the list").click()
    expect(page.locator(".map-controls [data-tour-count]")).to_have_text("(3)")
    page.goto(page.locator(".map-controls [data-tour-link]").evaluate("link => link.href"))
    names = [house.public_id for house in houses]
    assert order_of(page) == [names[0], names[4], names[1]]
    expect(page.locator(".found-number")).to_have_count(3)
    page.get_by_role("link", name="Best order").click()
    expect(page.get_by_text("No shorter order was found.")).to_be_visible()
    assert order_of(page) == [names[0], names[1], names[4]]
    assert page.url.endswith(tour_address([houses[0], houses[1], houses[4]]))
    with page.expect_download() as downloading:
        page.get_by_role("link", name=re.compile("GPX")).click()
    assert b"<rtept" in downloading.value.path().read_bytes()


def test_stops_are_moved_by_keyboard_and_the_focus_stays_with_them(
    open_page: OpenPage, houses: list[House]
) -> None:
    page = open_page().visit(tour_address(houses[:3]))
    page.get_by_role("link", name="Move stop 3 up").press("Enter")
    expect(page.get_by_role("link", name="Move stop 2 up")).to_be_focused()
    expect(page.locator("#notice")).to_have_text("It is stop 2 now.")
    page.get_by_role("link", name="Remove stop 1").press("Enter")
    expect(page.locator(".tour-stop")).to_have_count(2)
    expect(page.get_by_role("link", name="Remove stop 1")).to_be_focused()
    assert order_of(page) == [houses[2].public_id, houses[1].public_id]
    page.go_back()
    expect(page.locator(".tour-stop")).to_have_count(3)


def test_a_stop_is_dragged_by_its_number(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit(tour_address(houses[:3]))
    page.locator("[data-handle]").nth(2).hover()
    page.mouse.down()
    page.locator("[data-handle]").nth(0).hover(position={"x": 10, "y": 2})
    page.mouse.up()
    expect(page.locator("#notice")).to_have_text("It is stop 1 now.")
    assert page.url.endswith(tour_address([houses[2], houses[0], houses[1]]))


def test_a_shared_tour_becomes_mine_only_when_i_say_so(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit(f"/houses/{houses[5].public_id}/")
    page.get_by_role("button", name="Add to tour").click()
    page.goto(page.url.split("/houses/")[0] + tour_address(houses[:2]))
    page.get_by_role("link", name="Move stop 1 down").click()
    expect(page.locator("#notice")).to_have_text("It is stop 2 now.")
    mine = "() => JSON.parse(localStorage.getItem('festivity-tour'))"
    assert page.evaluate(mine) == [houses[5].public_id]
    page.get_by_role("button", name="Make it my tour").click()
    assert page.evaluate(mine) == [houses[1].public_id, houses[0].public_id]
    page.goto(page.url.split("?")[0])
    page.wait_for_url(re.compile(r"stops="))
    assert order_of(page) == [houses[1].public_id, houses[0].public_id]


def test_a_tour_starts_at_my_position_rounded(open_page: OpenPage, houses: list[House]) -> None:
    watched = open_page()
    watched.page.context.grant_permissions(["geolocation"])
    watched.page.context.set_geolocation({"latitude": 32.901234, "longitude": -117.101234})
    page = watched.visit(tour_address(houses[:2]))
    page.get_by_role("button", name="Start from my position").click()
    expect(page.get_by_text("From your position to the first stop")).to_be_visible()
    assert page.url.endswith("&from=32.901,-117.101")
    assert "from=" not in page.locator("#tour-address").input_value()
    page.get_by_role("link", name="Start at the first stop").click()
    expect(page.locator("[data-start]")).to_have_count(0)
