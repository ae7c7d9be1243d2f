"""A tour as a visitor makes it: houses from the map's cards, an order, and what is taken along."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

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


def at(path: str) -> re.Pattern[str]:
    """The address of a page: Playwright hears of a change a moment after the page has made it."""
    return re.compile(re.escape(path) + "$")


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
    expect(page).to_have_url(at(tour_address([houses[0], houses[1], houses[4]])))
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
    expect(page).to_have_url(at(tour_address([houses[2], houses[0], houses[1]])))


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
    expect(page.get_by_text("From the start to the first stop")).to_be_visible()
    expect(page).to_have_url(re.compile(r"&from=32\.901,-117\.101$"))
    assert "from=" not in str(page.get_by_role("link", name=re.compile("GPX")).get_attribute("href"))
    page.get_by_role("link", name="Start at the first stop").click()
    expect(page.locator("[data-start]")).to_have_count(0)


def ask_for_a_tour(page: Page, minutes: str) -> None:
    page.get_by_role("button", name="At my position").click()
    expect(page.locator("[data-chosen]")).to_be_visible()
    page.get_by_label("Minutes").fill(minutes)
    page.get_by_role("button", name="Find the tour").click()
    expect(page.get_by_role("heading", name="Tonight's tour")).to_be_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_forty_five_minutes_from_here_reordered_printed_and_opened_without_network(
    open_page: OpenPage, houses: list[House], size: str
) -> None:
    watched = open_page(size)
    watched.page.context.grant_permissions(["geolocation"])
    watched.page.context.set_geolocation({"latitude": 32.9004, "longitude": -117.1012})
    page = watched.visit("/tour/")
    page.get_by_role("link", name="A tour from here").click()
    ask_for_a_tour(page, "45")
    expect(page.locator(".tour-stop")).to_have_count(6)
    expect(page.locator("[data-sum]")).to_contain_text("minutes left")
    expect(page.get_by_text("Back to the start:")).to_be_visible()
    before = order_of(page)
    page.get_by_role("link", name="Move stop 2 up").click()
    expect(page.locator("#notice")).to_have_text("It is stop 1 now.")
    assert order_of(page) == [before[1], before[0], *before[2:]]
    expect(page.get_by_text("Kept on this device")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#tour-map")).to_be_hidden()
    expect(page.get_by_role("img", name="Drawing of the tour")).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="screen")
    open_without_network(watched, [before[1], before[0], *before[2:]])


def open_without_network(watched: Watched, order: list[str | None]) -> None:
    page = watched.page
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-from-device]")).to_be_visible()
    assert order_of(page) == order
    expect(page.locator(".found-number")).to_have_count(len(order))
    widths = page.locator(".tour-stop img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert len(widths) == len(order)
    assert all(widths)
    with pytest.raises(Error, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        page.goto(watched.site + "/leaderboard/")
    watched.problems.clear()  # what a page says without network
    page.context.set_offline(False)
    page.goto(watched.site + tour_address([]).split("?")[0])
    expect(page.locator(".tour-stop")).to_have_count(len(order))
    expect(page.locator("[data-from-device]")).to_have_count(0)


def test_a_tour_is_shared_by_a_short_link(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit(tour_address(houses[:3]) + "&from=32.901,-117.101")
    page.get_by_role("button", name="Make a short link").click()
    expect(page.get_by_role("heading", name="A shared tour")).to_be_visible()
    link = page.get_by_label("Its short link").input_value()
    assert re.search(r"/tour/[0-9a-z]{10}/$", link)
    page.get_by_role("link", name="Remove stop 1").click()
    expect(page.locator(".tour-stop")).to_have_count(2)
    expect(page).to_have_url(at(tour_address(houses[1:3])))
    page.goto(link)
    assert order_of(page) == [house.public_id for house in houses[:3]]


def test_how_one_goes_and_the_way_back_change_the_sums_at_once(
    open_page: OpenPage, houses: list[House]
) -> None:
    page = open_page().visit(tour_address(houses[:3]))
    driven = page.locator("[data-sum]").inner_text()
    page.get_by_label("How you go").select_option("foot")
    expect(page).to_have_url(re.compile("by=foot"))
    expect(page.locator("[data-sum]")).not_to_have_text(driven)
    page.get_by_label("and back to the first stop").check()
    expect(page.get_by_text("Back to the first stop:")).to_be_visible()
    expect(page.get_by_label("and back to the first stop")).to_be_focused()


def test_a_press_on_the_map_is_where_a_tour_starts(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit("/tour/from-here/")
    page.locator("#start-map").click()
    expect(page.locator("[data-chosen-words]")).to_have_text("At the place on the map")
    page.get_by_role("button", name="30", exact=True).click()
    page.get_by_role("button", name="Find the tour").click()
    expect(page.locator(".tour-stop").first).to_be_visible()
    assert "minutes=30" in page.url
