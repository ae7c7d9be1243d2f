"""The pages of training in Chromium: from the button to the job, and a lesson with its curves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from server.frames.models import Frame
from server.frames.services import keep_features, keep_head
from server.jobs.models import Job
from server.training.models import Lesson
from tests.browser.conftest import Watched
from tests.browser.test_every_page import serious, sticks_out
from tests.server.factories import CARD, draw_label, give_picture, make_frame, make_scorer, make_staff

OpenPage = Callable[..., Watched]
BACKBONE = "b" * 64


@pytest.fixture
def frames(transactional_db: None) -> list[Frame]:
    """Three labelled frames with something that is kept of them, under a live scorer whose head is kept."""
    scorer = make_scorer(live=True, card={**CARD, "backbone_sha256": BACKBONE})
    keep_head(scorer, npz=b"", card={})
    frames = [give_picture(make_frame()) for _ in range(3)]
    for frame in frames:
        keep_features(frame, backbone_sha256=BACKBONE, content=b"kept")
        draw_label(frame)
    return frames


def report_on(frames: list[Frame]) -> dict[str, Any]:
    bins = [{"patches": 90, "found": 0.02, "true": 0.01}, {"patches": 10, "found": 0.9, "true": 0.8}]
    row = {"true": 0.08, "found": 0.05, "loss": 0.2, "own_loss": [0.3, 0.1], "own_precision": [0.8, 0.9]}
    return {
        "labels": 3,
        "festive_labels": 3,
        "left_out_labels": [{"frame": "nosuchframe", "why": "no patch features are kept of it"}],
        "patches": {"festive": 60, "not_festive": 140},
        "groups": 3,
        "by_drive": True,
        "C": 0.01,
        "compared": [{"C": 0.01, "loss": 0.02, "average_precision": 0.9}],
        "left_out": {
            "average_precision": 0.91,
            "average_precision_95": [0.85, 0.95],
            "precision_at_recall": {"0.50": 1.0, "1.00": 0.6},
            "calibration": {"bins": bins},
            "festivity_found": 0.05,
            "festivity_true": 0.06,
        },
        "present": {"scorer": "0123456789ab", "average_precision": 0.8},
        "ranking": {"correlation": 0.97, "frames": 3, "total": 3},
        "frames": [{"frame": frame.public_id, "moved": -0.001, **row} for frame in frames],
        "class_limits": {"some": 0.01, "many": 0.05, "most": 0.15},
        "house_limits": {"some": 0.01, "many": 0.05, "most": 0.15},
    }


def opened(watched: Watched, path: str) -> Page:
    watched.sign_in(make_staff().email)
    return watched.visit(path)


def test_the_button_leads_to_the_job(open_page: OpenPage, frames: list[Frame]) -> None:
    page = opened(open_page("desktop"), "/training/")
    assert serious(page) == []
    page.get_by_label("From nothing").check()
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url("**/jobs/*/")
    assert Job.objects.get().asked["start"] == "nothing"


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_lesson_is_sound(open_page: OpenPage, frames: list[Frame], size: str) -> None:
    lesson = Lesson.objects.create(
        scorer=make_scorer(),
        start="live",
        label_ids=[1, 2, 3],
        labels_hash="0" * 64,
        report=report_on(frames),
    )
    page = opened(open_page(size), lesson.get_absolute_url())
    for closed in page.locator("main details").all():
        closed.locator("summary").click()
    assert not sticks_out(page)
    assert serious(page) == []
    page.locator(".taught a").first.click()
    page.wait_for_url("**/labels/*/")
