"""The queue in Chromium: from the list to the desk, and from frame to frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from ml.scorer import Scorer
from server.labelling.models import QueueEntry, Skip
from server.labelling.services import want_ranking
from server.labels.models import Label
from tests.browser.conftest import Watched
from tests.browser.test_every_page import serious, sticks_out
from tests.labels.street import Shot, Street, driven_street
from tests.server.factories import make_user
from workers.ranking.queue import rank

OpenPage = Callable[..., Watched]


@pytest.fixture
def street(transactional_db: None, shots: list[Shot], network: Scorer) -> Iterator[Street]:
    """A rendered street whose frames were ranked."""
    cache.clear()
    street = driven_street(shots, network)
    want_ranking(street.scorer)
    rank(street.scorer.pk)
    yield street
    cache.clear()


@pytest.fixture
def order(street: Street) -> list[str]:
    """Public ids in the order of the queue."""
    return list(QueueEntry.objects.order_by("place").values_list("frame__public_id", flat=True))


def opened(watched: Watched) -> Page:
    watched.sign_in(make_user("grace@example.org", is_labeller=True).email)
    return watched.visit("/labels/")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_queue_is_sound(open_page: OpenPage, order: list[str], size: str) -> None:
    page = opened(open_page(size))
    assert page.locator(".queue-row").count() == len(order)
    assert not sticks_out(page)
    assert serious(page) == []


def test_from_the_queue_to_the_first_frame_nothing_festive_and_on(
    open_page: OpenPage, order: list[str]
) -> None:
    page = opened(open_page("desktop"))
    with page.expect_response(f"**/frames/{order[1]}/picture.jpg"):
        page.locator(".queue-row .pair-pictures").first.click()
    page.wait_for_url(f"**/labels/{order[0]}/?from=queue")
    strip = page.locator("[data-queue-strip]")
    expect(strip).to_contain_text(f"1 of {len(order)}")
    with page.expect_response(f"**/labels/{order[0]}/next/"):
        page.get_by_role("button", name="Nothing festive here").click()
    expect(strip).to_contain_text("On to the next one.")
    page.keyboard.press("n")
    page.wait_for_url(f"**/labels/{order[1]}/?from=queue")
    expect(strip).to_contain_text(f"2 of {len(order)}")
    (label,) = Label.objects.all()
    assert (label.frame.public_id, label.mask_share, label.author.email) == (order[0], 0, "grace@example.org")


def test_what_is_skipped_is_passed_over(open_page: OpenPage, order: list[str]) -> None:
    watched = open_page("phone")
    page = opened(watched)
    page.get_by_role("button", name="Start a round of 20").click()
    page.wait_for_url(f"**/labels/{order[0]}/?from=queue")
    page.get_by_role("button", name="Skip").click()
    page.wait_for_url(f"**/labels/{order[1]}/?from=queue")
    assert not sticks_out(page)
    assert serious(page) == []
    assert Skip.objects.get().frame.public_id == order[0]
    page.goto(f"{watched.site}/labels/")
    expect(page.locator(f"#frame-{order[0]}")).to_have_count(0)
