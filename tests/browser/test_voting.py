"""Voting in Chromium: on the page of a house, in a row, by a link in a mail, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from server.houses.models import House, HouseScore
from server.votes.models import Vote
from tests.browser.chromium import SIZES
from tests.browser.conftest import Watched
from tests.server.factories import make_staff, make_user, make_vote

OpenPage = Callable[..., Watched]


@pytest.fixture(autouse=True)
def no_limits_of_other_tests() -> None:
    cache.clear()


def row_of(page: Page, house: House) -> Any:
    return page.locator(f'.house[data-house="{house.public_id}"]')


def counted(house: House) -> int:
    return HouseScore.objects.get(house=house).votes


@pytest.mark.parametrize("size", SIZES)
def test_vote_change_the_vote_and_take_it_back(open_page: OpenPage, houses: list[House], size: str) -> None:
    watched = open_page(size)
    watched.sign_in(make_user("voter@example.org").email)
    page = watched.visit(f"/houses/{houses[0].public_id}/")
    votes = page.locator("#votes")
    votes.get_by_role("button", name="Vote · Most festive").click()
    expect(votes.get_by_role("button", name="Take back · Most festive")).to_be_focused()
    votes.get_by_role("button", name="Vote · Most creative").click()
    expect(votes.get_by_role("button", name="Take back · Most creative")).to_be_visible()
    page = watched.visit("/leaderboard/")
    expect(row_of(page, houses[0]).locator("summary")).to_have_text(re.compile("1.*Voted", re.DOTALL))
    row_of(page, houses[2]).locator("summary").click()
    row_of(page, houses[2]).get_by_role("button", name="Move here · Most festive").click()
    expect(row_of(page, houses[2]).locator(".is-mine .vote-name").first).to_contain_text("your vote")
    expect(row_of(page, houses[0]).locator('[data-mine="most-festive"]')).to_have_count(0)
    assert (counted(houses[0]), counted(houses[2])) == (0, 1)
    page = watched.visit("/votes/")
    page.get_by_role("button", name="Take back · Most festive").click()
    expect(page.get_by_text("Your vote is taken back.")).to_be_visible()
    expect(page.get_by_role("button", name="Take back")).to_have_count(1)
    assert counted(houses[2]) == 0


@pytest.mark.parametrize("size", SIZES)
def test_a_visitor_votes_by_a_link(
    open_page: OpenPage, houses: list[House], settings: Any, size: str
) -> None:
    settings.MAIL_GOES_OUT = True
    watched = open_page(size)
    page = watched.visit(f"/houses/{houses[1].public_id}/")
    page.get_by_role("link", name="Vote · Most festive").click()
    page.get_by_label("E-mail address").fill("ann@example.org")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    link = re.search(r"/votes/link/\S+", mail.outbox[-1].body)
    assert link
    page = watched.visit(link[0])
    page.get_by_role("button", name="Yes, let me vote here").click()
    page.get_by_role("button", name="Vote · Most festive").click()
    expect(page.get_by_role("button", name="Take back · Most festive")).to_be_visible()
    assert counted(houses[1]) == 1


def test_without_scripts_a_row_votes_and_comes_back_to_its_list(
    browser: Browser, site: str, houses: list[House]
) -> None:
    context = browser.new_context(viewport=SIZES["phone"], java_script_enabled=False)
    watched = Watched(context.new_page(), site)
    watched.sign_in(make_user("voter@example.org").email)
    page = watched.visit("/leaderboard/")
    row_of(page, houses[1]).locator("summary").click()
    row_of(page, houses[1]).get_by_role("button", name="Vote · Most festive").click()
    expect(page.get_by_text("Thank you. Your vote counts.")).to_be_visible()
    assert page.url == f"{site}/leaderboard/"
    assert (counted(houses[1]), watched.problems) == (1, [])
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_staff_tick_all_held_votes_and_count_them(
    open_page: OpenPage, houses: list[House], size: str
) -> None:
    for _vote in range(3):
        make_vote(houses[0])
    Vote.objects.update(state="held", reasons=["network", "fresh"], network_hash="0a1b2c3d")
    make_staff(email="staff@example.org")
    watched = open_page(size)
    watched.sign_in("staff@example.org")
    page = watched.visit("/votes/held/")
    page.get_by_label("Tick all on this page").check()
    page.get_by_role("button", name="Count the ticked ones").click()
    expect(page.get_by_text("3 votes count now.")).to_be_visible()
    expect(page.get_by_role("heading", name="No vote is held")).to_be_visible()
    assert Vote.objects.counted().count() == 3
