"""From the leaderboard to the best house near me; a competition, from the entry to the printed result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.test import Client
from playwright.sync_api import expect

from server.competitions.models import Competition, Entry
from server.competitions.queries import today
from server.competitions.services import announce
from server.houses.models import House
from tests.browser.chromium import SIZES
from tests.browser.conftest import Watched
from tests.browser.test_every_page import serious, sticks_out
from tests.server import factories

OpenPage = Callable[[str], Watched]
HOME_SAID = {"longitude": factories.HOME[0], "latitude": factories.HOME[1]}
PAGES = (
    "/leaderboard/stretches/",
    "/competitions/SLUG/",
    "/competitions/SLUG/result/",
    "/competitions/SLUG/entries/",
    "/entries/RECEIPT/",
)


@pytest.fixture
def competition(houses: list[House]) -> Competition:
    """Under way around all houses, the second and the third of which take part."""
    factories.season_now()
    for house in houses:
        factories.make_evening(house, today())
    held = factories.make_competition(boundary=MultiPolygon(factories.square(half_side_m=2000)))
    for house in houses[1:3]:
        factories.make_entry(held, house, sentence="Two thousand lamps, all on one fuse.")
    return held


def end(competition: Competition) -> None:
    """It was held until yesterday, and saw the houses then."""
    yesterday = today() - today().resolution
    for house in House.objects.all():
        factories.make_evening(house, yesterday)
    Competition.objects.filter(pk=competition.pk).update(ends_on=yesterday)
    competition.refresh_from_db()


@pytest.mark.parametrize("size", SIZES)
def test_the_best_house_near_me_is_found_from_the_leaderboard(
    open_page: OpenPage, houses: list[House], size: str
) -> None:
    far = factories.make_house(factories.place(9000), street=factories.make_street("Far Street"))
    factories.score_house(far, 0.5)
    watched = open_page(size)
    watched.page.context.grant_permissions(["geolocation"])
    watched.page.context.set_geolocation(HOME_SAID)
    page = watched.visit("/leaderboard/streets/")
    page.get_by_role("navigation", name="Boards").get_by_role("link", name="Houses").click()
    expect(page.get_by_text("Far Street")).to_be_visible()
    page.get_by_role("button", name="Near me").click()
    expect(page.get_by_role("heading", name="The brightest houses near you")).to_be_visible()
    expect(page.locator(".board-rows .house")).to_have_count(6)
    page.get_by_role("link", name="Why is this number 2?").click()
    expect(page.get_by_role("heading", name="Why is it number 2?")).to_be_in_viewport()
    expect(page.locator("h1")).to_have_text("Holly Street")


@pytest.mark.parametrize("size", SIZES)
def test_a_house_is_entered_and_the_result_is_printed(
    open_page: OpenPage, houses: list[House], competition: Competition, size: str, tmp_path: Path
) -> None:
    watched = open_page(size)
    page = watched.visit(f"/competitions/{competition.slug}/")
    page.get_by_role("link", name="List my house").click()
    page.locator(f'[data-page="?house={houses[0].public_id}"] .house-link').click()
    page.get_by_label("E-mail address").fill("resident@example.org")
    page.get_by_role("button", name="Enter this house").click()
    expect(page.get_by_text("waiting to be looked at")).to_be_visible()
    Entry.objects.filter(state=Entry.State.WAITING).update(state=Entry.State.APPROVED)
    end(competition)
    announce(competition)
    page = watched.visit(f"/competitions/{competition.slug}/result/")
    expect(page.locator(".podium li")).to_have_count(3)
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    paper = page.pdf(path=tmp_path / "result.pdf", prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 1
    assert b"[0 0 594" in paper
    page.emulate_media(media="print")
    expect(page.locator(".site-header")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("size", SIZES)
def test_boards_and_competitions_are_sound(
    open_page: OpenPage, houses: list[House], competition: Competition, size: str
) -> None:
    staff = factories.make_staff()
    watched = open_page(size)
    watched.sign_in(staff.email)
    receipt = competition.entries.first().receipt  # type: ignore[union-attr]
    for path in PAGES:
        page = watched.visit(path.replace("SLUG", competition.slug).replace("RECEIPT", receipt))
        assert not sticks_out(page), path
        assert serious(page) == [], path


def test_a_badge_is_shown_on_a_page_of_another_site(open_page: OpenPage, houses: list[House]) -> None:
    award = factories.make_award(houses[0])
    snippet = Client().get(f"/entries/{award.entry.receipt}/").context["badges"][0][1]
    watched = open_page("desktop")
    watched.page.set_content(snippet.replace("http://testserver", watched.site))
    badge = watched.page.get_by_role("img", name="#1 in “Brightest house”")
    expect(badge).to_have_js_property("naturalWidth", 320)
