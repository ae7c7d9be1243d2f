"""Beside the desk, in Chromium: drafts, two at one frame, history, masks as files, and where else the same thing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from ml.scorer import Scorer
from server.frames.models import Frame
from server.labels.exchange.gimp import written_mask
from server.labels.models import Draft, Label
from tests.browser.chromium import SIZES
from tests.browser.conftest import Watched
from tests.browser.test_every_page import serious, sticks_out
from tests.browser.test_labelling import point
from tests.labels.pointing import marks_on
from tests.labels.street import Shot, Street, driven_street
from tests.server.factories import draw_label, make_staff

OpenPage = Callable[..., Watched]
MARK = ".stage-marks .mark, [data-pane=drawing] .mark"


@pytest.fixture
def street(transactional_db: None, shots: list[Shot], network: Scorer) -> Iterator[Street]:
    cache.clear()
    yield driven_street(shots, network)
    cache.clear()


@pytest.fixture
def frame(street: Street, bright: Shot) -> Frame:
    return street.frame(bright)


@pytest.fixture
def bright(shots: list[Shot]) -> Shot:
    return max(shots, key=lambda shot: shot.scored.festivity)


@pytest.fixture
def ada(open_page: OpenPage, frame: Frame) -> Watched:
    make_staff(email="ada@example.org")
    return at(open_page(), frame, "ada@example.org")


def at(watched: Watched, frame: Frame, email: str) -> Watched:
    watched.sign_in(email)
    watched.visit(f"/labels/{frame.public_id}/")
    return watched


def mark(page: Page, bright: Shot, which: int = 0) -> None:
    page.keyboard.press("p")
    point(page, marks_on(bright.festive, bright)[which])


def test_a_drawing_waits_for_its_author_on_another_device(
    ada: Watched, open_page: OpenPage, frame: Frame, bright: Shot
) -> None:
    mark(ada.page, bright)
    expect(ada.page.locator("[data-state]")).to_contain_text("Draft kept")
    phone = at(open_page("phone"), frame, "ada@example.org").page
    expect(phone.locator(MARK)).to_have_count(1)
    expect(phone.locator("#notice")).to_contain_text("not saved yet")


def test_two_devices_at_once_ask_which_drawing_to_keep(
    ada: Watched, browser: Browser, site: str, frame: Frame, bright: Shot
) -> None:
    context = browser.new_context()
    other = at(Watched(context.new_page(), site), frame, "ada@example.org").page
    mark(ada.page, bright)
    expect(ada.page.locator("[data-state]")).to_contain_text("Draft kept")
    mark(other, bright, which=1)
    expect(other.locator("[data-state]")).to_contain_text("another page or device")
    here = other.locator(MARK).get_attribute("style")
    other.get_by_role("button", name="Take that one").click()
    expect(other.locator("[data-state]")).to_contain_text("Draft kept")
    assert other.locator(MARK).get_attribute("style") == ada.page.locator(MARK).get_attribute("style") != here
    context.close()


def test_without_a_connection_nothing_is_lost(
    street: Street, browser: Browser, site: str, frame: Frame, bright: Shot
) -> None:
    make_staff(email="ada@example.org")
    context = browser.new_context()
    page = at(Watched(context.new_page(), site), frame, "ada@example.org").page
    context.route("**/draft/", lambda route: route.abort())
    mark(page, bright)
    expect(page.locator("[data-state]")).to_have_text("Not kept: no connection, trying again")
    context.set_offline(True)
    page.goto("about:blank")
    assert not Draft.objects.exists()
    context.unroute("**/draft/")
    context.set_offline(False)
    page.goto(f"{site}/labels/{frame.public_id}/")
    expect(page.locator(MARK)).to_have_count(1)
    expect(page.locator("[data-state]")).to_contain_text("Draft kept")
    assert len(Draft.objects.get().drawing["marks"]) == 1
    context.close()


def test_a_discarded_draft_is_gone(ada: Watched, bright: Shot) -> None:
    mark(ada.page, bright)
    expect(ada.page.locator("[data-state]")).to_contain_text("Draft kept")
    with ada.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        ada.page.get_by_role("button", name="Discard draft").click()
    expect(ada.page.locator(MARK)).to_have_count(0)
    expect(ada.page.locator("[data-state]")).to_have_text("")
    assert not Draft.objects.exists()


def test_a_saved_label_leaves_no_draft(ada: Watched, bright: Shot) -> None:
    mark(ada.page, bright)
    with ada.page.expect_response("**/labels/"):
        ada.page.keyboard.press("s")
    expect(ada.page.locator(".history .counts")).to_contain_text("by clicks")
    expect(ada.page.locator("[data-state]")).to_have_text("")
    ada.page.reload()
    expect(ada.page.locator(MARK)).to_have_count(1)
    expect(ada.page.locator("[data-state]")).to_have_text("")
    assert not Draft.objects.exists()


def test_two_at_one_frame_are_told_and_keep_what_each_drew(
    ada: Watched, open_page: OpenPage, frame: Frame, bright: Shot
) -> None:
    make_staff(email="ben@example.org")
    ben = at(open_page(), frame, "ben@example.org").page
    expect(ben.locator("[data-others]")).to_contain_text("ada has been here since")
    mark(ben, bright)
    mark(ada.page, bright, which=1)
    with ben.expect_response("**/labels/"):
        ben.keyboard.press("s")
    ada.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(ada.page.locator("[data-meanwhile-says]")).to_contain_text("ben saved a label")
    expect(ada.page.locator("[data-others]")).to_contain_text("ben has been here")
    expect(ada.page.locator(".history .said")).to_contain_text("ben")
    ada.page.get_by_role("button", name="Keep yours").click()
    expect(ada.page.locator("[data-meanwhile-box]")).to_be_hidden()
    expect(ada.page.locator(MARK)).to_have_count(1)


def test_a_label_is_withdrawn_and_taken_again(ada: Watched, frame: Frame) -> None:
    draw_label(frame, rows=450, columns=800)
    page = ada.visit(f"/labels/{frame.public_id}/")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".said.is-withdrawn")).to_contain_text("Withdrawn by ada")
    page.get_by_role("button", name="Take this one again").click()
    expect(page.locator(".history .counts")).to_contain_text("taken again")
    assert Label.objects.standing().get().mask_share == 0.5


def test_a_mask_from_a_file_is_taken_and_a_wrong_one_told(
    browser: Browser, site: str, street: Street, frame: Frame, tmp_path: Path
) -> None:
    make_staff(email="ada@example.org")
    context = browser.new_context()
    page = at(Watched(context.new_page(), site), frame, "ada@example.org").page
    (tmp_path / "small.png").write_bytes(written_mask(np.ones((9, 16), dtype=bool)))
    (tmp_path / "good.png").write_bytes(written_mask(np.arange(800)[None].repeat(450, 0) < 200))
    page.locator("[data-bring] input[type=file]").set_input_files(tmp_path / "small.png")
    page.get_by_role("button", name="Take this mask").click()
    expect(page.locator("[data-bring-says]")).to_contain_text("16 × 9 pixels, but the picture is 800 × 450")
    page.locator("[data-bring] input[type=file]").set_input_files(tmp_path / "good.png")
    page.get_by_role("button", name="Take this mask").click()
    expect(page.locator(".history .counts")).to_contain_text("25.0 %")
    expect(page.locator(".history .counts")).to_contain_text("from a file")
    context.close()


def test_the_same_thing_lights_up_in_other_frames(ada: Watched, bright: Shot, frame: Frame) -> None:
    mark(ada.page, bright)
    ada.page.get_by_role("link", name="Where else?").click()
    ada.page.wait_for_url("**/elsewhere/")
    found = ada.page.locator(".elsewhere-grid a")
    assert found.count() >= 3
    likeness = [float(words) for words in ada.page.locator(".elsewhere-words b").all_inner_texts()]
    assert likeness == sorted(likeness, reverse=True)
    found.first.click()
    ada.page.wait_for_url("**/labels/*/")
    assert frame.public_id not in ada.page.url


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_beside_the_desk_are_sound(open_page: OpenPage, frame: Frame, size: str) -> None:
    draw_label(frame, author=make_staff(email="ada@example.org"), rows=450, columns=800)
    watched = at(open_page(size), frame, "ada@example.org")
    for path in (f"/labels/{frame.public_id}/elsewhere/", "/labels/exchange/"):
        page = watched.visit(path)
        assert not sticks_out(page)
        assert serious(page) == []
