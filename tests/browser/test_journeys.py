"""What people come to do, done in Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from server.accounts.models import User
from server.houses.models import House, HouseScore
from server.search.models import PhotoSearch
from server.search.services import claim, conclude
from server.votes.models import Vote
from tests.browser.conftest import PASSWORD, Watched
from tests.server.factories import make_staff, make_user, picture_bytes

OpenPage = Callable[..., Watched]


def light_at(page: Page, house: House) -> tuple[float, float]:
    """Where on the screen the house's light is, by the projection of the address."""
    zoom, lat, lon = (float(part) for part in page.url.split("#")[1].split("/")[:3])
    box = page.locator("#map").bounding_box()
    assert box is not None
    project = "([lat, lon, zoom]) => L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lon), zoom)"
    centre = page.evaluate(project, [lat, lon, zoom])
    light = page.evaluate(project, [house.position.y, house.position.x, zoom])
    across, down = light["x"] - centre["x"], light["y"] - centre["y"]
    return box["x"] + box["width"] / 2 + across, box["y"] + box["height"] / 2 + down


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_from_the_list_to_the_card_the_overlay_and_a_vote(
    open_page: OpenPage, houses: list[House], size: str
) -> None:
    voter = make_user("voter@example.org")
    watched = open_page(size)
    watched.sign_in(voter.email)
    page = watched.visit("/")
    if size == "phone":
        page.locator(".sheet-handle").click()
    page.get_by_role("link", name=re.compile("Holly Street")).first.click()
    card = page.locator(".card")
    expect(card.get_by_role("heading", name="Holly Street")).to_be_focused()
    expect(page.locator(".leaflet-pan-anim")).to_have_count(0)
    card.get_by_role("button", name="What counts").click()
    expect(card.locator(".shot-overlay")).to_be_visible()
    card.get_by_role("button", name="Vote · Most festive").click()
    expect(card.get_by_text("your vote", exact=True)).to_be_visible()
    assert list(Vote.objects.values_list("voter__user", "house")) == [(voter.pk, houses[0].pk)]
    card.get_by_role("button", name="Take back · Most festive").click()
    expect(card.get_by_role("button", name="Vote · Most festive")).to_be_visible()
    assert not Vote.objects.exists()


def test_a_light_on_the_map_opens_its_house(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit("/#17/32.9/-117.1")
    page.wait_for_timeout(300)
    page.mouse.click(*light_at(page, houses[1]))
    expect(page.locator(".card")).to_have_attribute("data-house", houses[1].public_id)
    assert page.url.endswith(houses[1].public_id)


def test_the_list_follows_the_view(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit("/#17/32.9/-117.1")
    expect(page.locator("#list .house")).to_have_count(6)
    page.goto(page.url.split("#")[0] + "#17/33.9/-117.1")
    expect(page.get_by_text("No decorated house in this part")).to_be_visible()


def test_layers_can_be_put_away(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit("/#17/32.9/-117.1")
    expect(page.locator(".heat-tile .leaflet-tile-loaded").first).to_be_visible()
    page.get_by_role("checkbox", name="Heat").uncheck()
    expect(page.locator(".heat-tile")).to_have_count(0)
    page.get_by_role("checkbox", name="Houses").uncheck()
    expect(page.locator(".leaflet-lights-pane canvas")).to_have_count(0)


def test_near_me_shows_where_one_is(open_page: OpenPage, houses: list[House]) -> None:
    watched = open_page("phone")
    watched.page.context.grant_permissions(["geolocation"])
    watched.page.context.set_geolocation({"latitude": 32.9, "longitude": -117.1})
    page = watched.visit("/#12/32.8/-117.3")
    page.get_by_role("button", name="Near me").click()
    page.wait_for_url(re.compile(r"#17/32\.90000/-117\.10000"))


def test_a_house_is_reached_with_the_keyboard_alone(open_page: OpenPage, houses: list[House]) -> None:
    page = open_page().visit("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.house-link')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".card h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".card")).to_have_count(0)
    expect(page.locator(f'[data-house="{houses[0].public_id}"] a')).to_be_focused()


def test_signing_up_and_in(open_page: OpenPage, houses: list[House]) -> None:
    watched = open_page("phone")
    page = watched.visit(f"/houses/{houses[0].public_id}/")
    page.get_by_role("link", name="Vote · Most festive").click()
    page.get_by_role("link", name="Sign in to vote").click()
    page.get_by_role("link", name="Make one").click()
    page.get_by_label("E-mail address").fill("new@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("button", name="Vote · Most festive").click()
    expect(page.get_by_text("your vote", exact=True)).to_be_visible()
    page.locator(".account summary[aria-label^=Account]").click()
    page.get_by_role("button", name="Sign out").click()
    page = watched.visit("/accounts/sign-in/")
    page.get_by_label("E-mail address").fill("new@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/drives/")
    assert User.objects.get(email="new@example.org").voter.votes.count() == 1


def test_staff_mark_a_frame_not_festive_and_the_house_loses_its_score(
    open_page: OpenPage, houses: list[House]
) -> None:
    make_staff(email="staff@example.org")
    watched = open_page()
    watched.sign_in("staff@example.org")
    frame = houses[0].sightings.get().frame
    page = watched.visit(f"/drives/{frame.drive.public_id}/")
    tile = page.locator(f"#frame-{frame.public_id}")
    tile.get_by_role("button", name="not festive").click()
    expect(tile.get_by_role("button", name="not festive")).to_have_attribute("aria-pressed", "true")
    assert not HouseScore.objects.filter(house=houses[0]).exists()
    tile.get_by_role("button", name="festive", exact=True).click()
    expect(tile.get_by_role("button", name="festive", exact=True)).to_have_attribute("aria-pressed", "true")
    assert HouseScore.objects.filter(house=houses[0]).exists()


def test_progress_moves_without_loading_the_page_again(open_page: OpenPage, houses: list[House]) -> None:
    drive = houses[0].sightings.get().frame.drive
    drive.stage = "score"
    drive.save()
    watched = open_page()
    watched.sign_in("driver@example.org")
    page = watched.visit(f"/drives/{drive.public_id}/")
    expect(page.locator(".stage-waiting")).to_have_text(re.compile("Scoring"))
    drive.stage = "done"
    drive.save()
    expect(page.get_by_text("on the map")).to_be_visible()
    expect(page.locator("[data-announcer]")).to_have_text("The drive is done.")
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


def test_frames_can_be_put_in_order_in_place(open_page: OpenPage, houses: list[House]) -> None:
    drive = houses[0].sightings.get().frame.drive
    watched = open_page()
    watched.sign_in("driver@example.org")
    page = watched.visit(f"/drives/{drive.public_id}/")
    page.get_by_role("link", name="As driven").click()
    expect(page.get_by_role("link", name="As driven")).to_have_attribute("aria-current", "true")
    assert page.url.endswith("?sort=time#frames")


def test_the_page_works_as_a_list_without_scripts(site: str, houses: list[House], browser: object) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(site)
    page.get_by_role("link", name=re.compile("Holly Street")).first.click()
    expect(page.get_by_role("heading", name="Holly Street")).to_be_visible()
    context.close()


def test_a_photo_is_chosen_sent_and_answered_without_loading_the_page_again(
    open_page: OpenPage, houses: list[House]
) -> None:
    page = open_page("phone").visit("/search/")
    page.get_by_role("button", name="Find houses like it").click()
    expect(page.get_by_text("Choose a picture first.")).to_be_visible()
    photo = {"name": "ours.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes()}
    page.get_by_label("Choose a picture").set_input_files(photo)
    expect(page.get_by_alt_text("The chosen picture")).to_be_visible()
    page.get_by_role("button", name="Find houses like it").click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    search = claim(PhotoSearch.objects.get().pk)
    assert search is not None
    row = {"house": houses[2].public_id, "likeness": 0.93, "crop": [0, 0, 0.5, 0.5]}
    conclude(search, matches=[row], scorer_hash="a")
    expect(page.locator("#found .house")).to_have_attribute("data-number", "1")
    page.locator(".found-number").click()
    expect(page).to_have_url(re.compile(houses[2].public_id))
    page.get_by_role("button", name="Find displays like this one").click()
    expect(page.get_by_role("heading", name="Displays like this house's")).to_be_visible()
