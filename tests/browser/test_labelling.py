"""The page of a frame in Chromium, on rendered frames with the features of the real scorer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

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
from tests.labels.pointing import iou, marks_on
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


def on_screen(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where on the screen a place in [0, 1] of the whole picture is, however near it is."""
    box = page.locator("[data-pane=drawing] [data-world]").bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def point(page: Page, mark: dict[str, float], button: Any = "left") -> None:
    page.mouse.click(*on_screen(page, mark["x"], mark["y"]), button=button)


def pull(page: Page, *places: tuple[float, float]) -> None:
    """One pull of the mouse from place to place."""
    page.mouse.move(*on_screen(page, *places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*on_screen(page, *place), steps=4)
    page.mouse.up()


def shown_mask(page: Page) -> np.ndarray:
    """(H, W): the mask that is painted on the page, once every pixel of it is."""
    page.wait_for_selector("[data-mask][data-exact=true]")
    alphas = page.evaluate(
        """() => {
          const mask = document.querySelector('[data-mask]');
          const pen = new OffscreenCanvas(mask.width, mask.height).getContext('2d', { willReadFrequently: true });
          pen.drawImage(mask, 0, 0);
          const { data } = pen.getImageData(0, 0, mask.width, mask.height);
          let text = '';
          for (let at = 3; at < data.length; at += 4) text += data[at] > 0 ? '1' : '0';
          return [mask.height, mask.width, text];
        }"""
    )
    return np.frombuffer(alphas[2].encode(), np.uint8).reshape(alphas[:2]) == ord("1")


def saved_mask(page: Page) -> np.ndarray:
    """(H, W): what is drawn on the page, as the site keeps it."""
    with page.expect_response("**/labels/") as answered:
        page.keyboard.press("s")
    assert answered.value.status == 201, answered.value.text()
    return unpacked(bytes(Label.objects.latest("pk").mask or b""))


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_page_of_staff_is_sound(open_page: OpenPage, street: Street, first: Shot, size: str) -> None:
    page = opened(open_page(size), street.frame(first))
    assert not sticks_out(page)
    assert serious(page) == []


def test_the_mask_on_the_page_is_the_one_that_is_kept(page: Page, first: Shot) -> None:
    page.keyboard.press("p")
    for mark in marks_on(first.festive, first, count=6):
        point(page, mark)
    shown = shown_mask(page)
    kept = saved_mask(page)
    expect(page.locator(".history .counts")).to_contain_text("festive")
    assert shown.shape == kept.shape == first.festive.shape
    assert (shown == kept).mean() > 0.999
    assert iou(kept, first.festive) > 0.35


def test_brush_eraser_and_polygon_mark_the_pixels_they_are_drawn_over(
    page: Page, street: Street, first: Shot
) -> None:
    page.keyboard.press("d")
    pull(page, (0.2, 0.3), (0.6, 0.3))
    page.keyboard.press("e")
    pull(page, (0.4, 0.2), (0.4, 0.4))
    page.keyboard.press("g")
    for corner in ((0.7, 0.6), (0.9, 0.6), (0.8, 0.9)):
        page.mouse.click(*on_screen(page, *corner))
    page.keyboard.press("Enter")
    shown = shown_mask(page)
    inside = {(0.25, 0.3): True, (0.4, 0.3): False, (0.55, 0.3): True, (0.8, 0.7): True, (0.5, 0.6): False}
    height, width = shown.shape
    assert {place: bool(shown[int(place[1] * height), int(place[0] * width)]) for place in inside} == inside
    assert (saved_mask(page) == shown).all()
    label = Label.objects.get()
    assert [stroke["kind"] for stroke in label.strokes] == ["brush", "eraser", "polygon"]


def test_every_step_can_be_taken_back_and_made_again(page: Page, first: Shot) -> None:
    page.keyboard.press("p")
    point(page, marks_on(first.festive, first)[0])
    clicked = shown_mask(page)
    page.keyboard.press("d")
    pull(page, (0.1, 0.9), (0.9, 0.9))
    painted = shown_mask(page)
    page.keyboard.press("u")
    assert (shown_mask(page) == clicked).all()
    page.keyboard.press("u")
    expect(page.locator("[data-mask]")).to_be_hidden()
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("r")
    assert (shown_mask(page) == painted).all()
    assert painted.sum() > clicked.sum() > 0


def test_the_threshold_asks_the_site_for_nothing(page: Page, first: Shot) -> None:
    page.keyboard.press("p")
    for mark in marks_on(first.festive, first):
        point(page, mark)
    before = shown_mask(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("[name=threshold]").fill("0.1")
    after = shown_mask(page)
    point(page, marks_on(first.festive, first, count=4)[3], button="right")
    expect(page.locator("[data-pane=drawing] .mark.is-minus")).to_have_count(1)
    assert after.sum() > before.sum()
    assert [url for url in asked if "/features/" in url or "/labels/" in url] == []


def test_a_near_picture_is_drawn_on_where_it_is_seen(page: Page, first: Shot) -> None:
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.6 * box["height"])
    page.mouse.wheel(0, -900)
    page.keyboard.down(" ")
    pull(page, (0.7, 0.6), (0.65, 0.55))
    page.keyboard.up(" ")
    page.keyboard.press("g")
    for corner in ((0.68, 0.58), (0.74, 0.58), (0.74, 0.66), (0.68, 0.66)):
        page.mouse.click(*on_screen(page, *corner))
    page.keyboard.press("Enter")
    meant = np.zeros(first.festive.shape, bool)
    height, width = meant.shape
    meant[int(0.58 * height) : int(0.66 * height), int(0.68 * width) : int(0.74 * width)] = True
    assert iou(shown_mask(page), meant) > 0.95
    page.keyboard.press("f")
    expect(page.locator("[data-zoom-says]")).to_have_text("100 %")


def test_four_views_side_by_side_move_together(page: Page, first: Shot) -> None:
    page.keyboard.press("p")
    point(page, marks_on(first.festive, first)[0])
    shown_mask(page)
    page.keyboard.press("q")
    page.keyboard.press("i")
    expect(page.locator(".pane:visible")).to_have_count(4)
    worlds = page.locator(".pane:visible [data-world]").evaluate_all(
        "all => all.map((one) => one.style.transform)"
    )
    assert len(set(worlds)) == 1
    assert "scale(1.5)" in worlds[0]
    seen_through = page.locator("[data-outside]").evaluate(
        """canvas => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value, at) => at % 4 === 3 && value === 0);
        }"""
    )
    assert seen_through


def fingers(page: Page) -> Callable[..., None]:
    """Puts fingers on the screen, moves and lifts them: `touch(kind, *places)` of all that are down."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return touch


def test_one_finger_draws_and_two_come_nearer(open_page: OpenPage, street: Street, first: Shot) -> None:
    page = opened(open_page("phone"), street.frame(first))
    page.keyboard.press("d")
    touch, start, end = fingers(page), on_screen(page, 0.3, 0.5), on_screen(page, 0.7, 0.5)
    touch("touchStart", start)
    touch("touchMove", end)
    touch("touchEnd")
    shown = shown_mask(page)
    height, width = shown.shape
    assert shown[height // 2, int(0.35 * width) : int(0.65 * width)].all()
    touch("touchStart", start)
    touch("touchStart", start, end)
    touch("touchMove", (start[0] - 60, start[1]), (end[0] + 60, end[1]))
    touch("touchEnd")
    expect(page.locator("[data-zoom-says]")).not_to_have_text("100 %")
    assert (shown_mask(page) == shown).all()
    assert (saved_mask(page) == shown).all()


def test_a_frame_without_features_is_labelled_by_strokes(
    open_page: OpenPage, street: Street, first: Shot
) -> None:
    frame = street.frame(first)
    frame.patch_features.all().delete()
    page = opened(open_page("desktop"), frame)
    expect(page.locator("[name=mode][value=plus]")).to_be_disabled()
    page.keyboard.press("d")
    pull(page, (0.2, 0.3), (0.6, 0.3))
    assert (shown_mask(page) == saved_mask(page)).all()


def test_a_frame_that_is_gone_takes_no_drawing_with_it(
    open_page: OpenPage, street: Street, first: Shot
) -> None:
    watched = open_page("desktop")
    page = opened(watched, street.frame(first))
    page.keyboard.press("d")
    pull(page, (0.2, 0.3), (0.6, 0.3))
    shown = shown_mask(page)
    street.drive.delete()
    page.keyboard.press("s")
    expect(page.locator("#notice")).to_contain_text("no longer")
    assert (shown_mask(page) == shown).all()
    watched.problems.clear()


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
    page.keyboard.press("Enter")
    expect(page.locator("[data-pane=drawing] .mark-box")).to_have_count(1)


def test_the_cross_paints_and_sets_corners(page: Page) -> None:
    page.locator("[data-stage]").focus()
    page.keyboard.press("d")
    for key in ("Shift+ArrowUp", "Enter", *("Shift+ArrowRight",) * 10, "Enter"):
        page.keyboard.press(key)
    page.keyboard.press("g")
    for key in ("Shift+ArrowDown", "Shift+ArrowLeft"):
        page.keyboard.press("Enter")
        for _ in range(8):
            page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    shown = shown_mask(page)
    height, width = shown.shape
    assert shown[height // 2, width // 2 : int(0.7 * width)].all()
    assert (saved_mask(page) == shown).all()
    assert [stroke["kind"] for stroke in Label.objects.get().strokes] == ["brush", "polygon"]


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
