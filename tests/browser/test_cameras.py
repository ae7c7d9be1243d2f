"""The page of a drive's cameras in a real browser: pictures move along the track with the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from server.drives.models import Camera, Drive, Footage, StageRun
from tests.browser.conftest import Watched, make_driver
from tests.server import factories
from tests.server.factories import NIGHT, place

OFF = timedelta(hours=8, seconds=12)
CONFIRMED_MS = 28_812_000


@pytest.fixture
def drive(transactional_db: None) -> Drive:
    """A drive that waits for its driver: six photos by a clock that is slow by 8 hours and 12 seconds."""
    drive = factories.make_drive(
        make_driver(), title="Slow", stage="locate", failure="The clock of a camera is not sure."
    )
    StageRun.objects.create(drive=drive, stage="locate", state=StageRun.State.FAILED, due_at=NIGHT)
    for second in range(0, 120, 4):
        factories.make_track_point(drive, NIGHT + timedelta(seconds=second), place(0, 6 * second))
    for second in range(0, 120, 20):
        at = NIGHT + timedelta(seconds=second) - OFF
        frame = factories.make_frame(drive, at=at, position=None)
        Footage.objects.filter(pk=frame.footage_id).update(device_at=at, clock="zone")
        factories.give_picture(frame)
    candidates = [{"offset_ms": CONFIRMED_MS, "confidence": 0.4, "by": "motion"}]
    Camera.objects.update(clock_confidence=0.4, clock_candidates=candidates)
    return drive


def open_cameras(watched: Watched, drive: Drive) -> Page:
    watched.sign_in("driver@example.org")
    page = watched.visit(f"/drives/{drive.public_id}/")
    page.get_by_role("link", name="Look at the cameras").click()
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_keys_move_the_pictures_and_one_click_confirms(
    open_page: Callable[[str], Watched], drive: Drive, size: str
) -> None:
    page = open_cameras(open_page(size), drive)
    expect(page.get_by_text("No picture lies on the track.")).to_be_visible()
    coarse, fine = page.get_by_label("Hours and minutes"), page.get_by_label("Seconds", exact=True)
    page.get_by_role("button", name="8 h 12 s slow").click()
    expect(page.get_by_text("All pictures lie on the track.")).to_be_visible()
    expect(page.locator(".clock-thumbnail").first).to_be_visible()
    fine.press("ArrowRight")
    expect(page.locator("[data-typed]")).to_have_value("+8:00:12.5")
    coarse.press("ArrowRight")
    expect(page.locator("[data-typed]")).to_have_value("+8:01:12.5")
    coarse.press("ArrowRight")
    expect(page.get_by_text("of 6 pictures lie on the track.")).to_be_visible()
    page.locator("[data-typed]").fill("8:00:12")
    expect(page.get_by_text("All pictures lie on the track.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.get_by_role("button", name="Confirm the clock").click()
    expect(page.get_by_text("Thank you. The drive goes on.")).to_be_visible()
    assert drive.cameras.get().clock_offset_ms == CONFIRMED_MS


def test_dragging_the_slider_moves_the_pictures(open_page: Callable[[str], Watched], drive: Drive) -> None:
    page = open_cameras(open_page("desktop"), drive)
    slider = page.get_by_label("Hours and minutes")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, middle, steps=4)
    page.mouse.up()
    assert page.locator("[data-typed]").input_value().startswith(("+6:", "+7:"))


def test_one_click_turns_a_camera(open_page: Callable[[str], Watched], drive: Drive) -> None:
    page = open_cameras(open_page("desktop"), drive)
    page.get_by_role("button", name="left", exact=True).click()
    expect(page.get_by_role("button", name="left", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("There is one more thing to say below.")).to_be_visible()
