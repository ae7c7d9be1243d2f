"""The page of a frame in Chromium, on rendered frames with the features of the real scorer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from ml.scorer import Scorer
from server.frames.models import Frame
from server.labels.models import Label
from server.labels.pictures import unpacked
from tests.browser.conftest import Watched
from tests.browser.test_every_page import serious, sticks_out
from tests.labels.pointing import marks_on
from tests.labels.street import Shot, Street, driven_street
from tests.server.factories import make_staff

OpenPage = Callable[..., Watched]


@pytest.fixture
def street(transactional_db: None, shots: list[Shot], network: Scorer) -> Iterator[Street]:
    cache.clear()
    yield driven_street(shots, network)
    cache.clear()


@pytest.fixture
def first(shots: list[Shot]) -> Shot:
    """The most festive one that another of its camera follows."""
    followed = [
        shot
        for number, shot in enumerate(shots)
        if any(later.side == shot.side for later in shots[number + 1 :])
    ]
    return max(followed, key=lambda shot: shot.scored.festivity)


@pytest.fixture
def page(open_page: OpenPage, street: Street, first: Shot) -> Page:
    return opened(open_page("desktop"), street.frame(first))


def opened(watched: Watched, frame: Frame) -> Page:
    watched.sign_in(make_staff(email=f"{frame.public_id}@example.org").email)
    return watched.visit(f"/labels/{frame.public_id}/")


def point(page: Page, mark: dict[str, float], button: str = "left") -> None:
    """Clicks at the place of the mark, and waits for the mask."""
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    with page.expect_response("**/mask/"):
        page.mouse.click(
            box["x"] + mark["x"] * box["width"], box["y"] + mark["y"] * box["height"], button=button
        )


def shown_share(page: Page) -> float:
    """The share of the picture that the mask on the page covers, read from its pixels."""
    expect(page.locator(".desk-says")).to_contain_text("% of the picture")
    return float(
        page.evaluate(
            """async () => {
              const mask = document.querySelector('[data-mask]');
              await mask.decode();
              const canvas = new OffscreenCanvas(mask.naturalWidth, mask.naturalHeight);
              const pen = canvas.getContext('2d');
              pen.drawImage(mask, 0, 0);
              const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
              let covered = 0;
              for (let at = 3; at < data.length; at += 4) covered += data[at] > 0;
              return covered / (canvas.width * canvas.height);
            }"""
        )
    )


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_page_of_staff_is_sound(open_page: OpenPage, street: Street, first: Shot, size: str) -> None:
    page = opened(open_page(size), street.frame(first))
    assert not sticks_out(page)
    assert serious(page) == []


def test_clicks_make_the_mask_that_is_saved(page: Page, street: Street, first: Shot) -> None:
    page.keyboard.press("p")
    for mark in marks_on(first.festive, first):
        point(page, mark)
    shown = shown_share(page)
    with page.expect_response("**/labels/"):
        page.keyboard.press("s")
    expect(page.locator(".history .counts")).to_contain_text("festive")
    label = Label.objects.get()
    mask = unpacked(bytes(label.mask or b""))
    assert mask.mean() == pytest.approx(shown, rel=0.15)
    assert (mask & first.festive).sum() > 0.4 * mask.sum()


def test_what_was_undone_can_be_done_again(page: Page, first: Shot) -> None:
    page.keyboard.press("p")
    one, two = marks_on(first.festive, first, count=2)
    point(page, one)
    before = shown_share(page)
    point(page, two, button="right")
    expect(page.locator(".mark.is-minus")).to_have_count(1)
    with page.expect_response("**/mask/"):
        page.keyboard.press("u")
    expect(page.locator(".mark")).to_have_count(1)
    assert shown_share(page) == before
    with page.expect_response("**/mask/"):
        page.keyboard.press("Control+Shift+z")
    expect(page.locator(".mark")).to_have_count(2)


def test_clicks_wait_for_whoever_comes_back(page: Page, first: Shot) -> None:
    page.keyboard.press("p")
    point(page, marks_on(first.festive, first)[0])
    page.reload()
    expect(page.locator(".mark")).to_have_count(1)
    expect(page.locator("#notice")).to_contain_text("not saved yet")


def test_masks_are_carried_on_by_keys_alone(page: Page, street: Street, first: Shot) -> None:
    page.keyboard.press("p")
    for mark in marks_on(first.festive, first):
        point(page, mark)
    page.keyboard.press("s")
    with page.expect_response("**/carry/**"):
        page.keyboard.press("k")
    expect(page.locator(".carry-card.is-current")).to_have_count(1)
    with page.expect_response("**/accept/"):
        page.keyboard.press("y")
    expect(page.locator(".carry-card.is-kept")).to_have_count(1)
    assert Label.objects.filter(carried_from__frame=street.frame(first)).count() == 1


def test_a_cross_moved_by_keys_clicks_too(page: Page) -> None:
    page.keyboard.press("b")
    page.locator("[data-stage]").focus()
    for _ in range(20):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    for key in ("Shift+ArrowRight", "Shift+ArrowDown") * 15:
        page.keyboard.press(key)
    with page.expect_response("**/mask/"):
        page.keyboard.press("Enter")
    expect(page.locator(".mark-box")).to_have_count(1)


def test_layers_change_by_number_and_arrows_lead_along_the_drive(
    page: Page, street: Street, shots: list[Shot], first: Shot
) -> None:
    page.keyboard.press("3")
    expect(page.locator("[data-layer-shown]")).to_have_attribute(
        "src", f"/labels/{street.frame(first).public_id}/pca-1.png"
    )
    after = street.frame(shots[shots.index(first) + 1])
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/labels/{after.public_id}/?layer=pca-1")
    expect(page.locator("[data-layer=pca-1]")).to_have_attribute("aria-current", "true")


def test_a_look_shows_what_is_alike(page: Page, first: Shot) -> None:
    rows, columns = first.scored.festivity_map.shape
    row, column = np.unravel_index(first.scored.festivity_map.argmax(), (rows, columns))
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    with page.expect_response("**/similarity-2.png?x=*") as answered:
        page.mouse.click(
            box["x"] + (column + 0.5) / columns * box["width"], box["y"] + (row + 0.5) / rows * box["height"]
        )
    assert answered.value.ok


def test_without_scripts_the_layers_are_a_list_of_pictures(
    browser: Browser, site: str, street: Street, first: Shot
) -> None:
    context = browser.new_context(java_script_enabled=False)
    watched = Watched(context.new_page(), site)
    page = opened(watched, street.frame(first))
    assert page.locator(".layers .layer-shot").count() == 8
    page.locator("[data-layer=cls-2]").click()
    expect(page.locator("[data-layer-shown]")).to_have_attribute(
        "src", f"/labels/{street.frame(first).public_id}/cls-2.png"
    )
    assert page.locator("[data-desk]").is_hidden()
    assert watched.problems == []
    context.close()
