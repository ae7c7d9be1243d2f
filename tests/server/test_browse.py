from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from server.accounts.models import User
from server.drives.models import Stage
from server.labels.models import Label
from server.labels.services import record_verdict, withdraw
from tests.server import factories as make

pytestmark = pytest.mark.django_db
DRIVEN = {"stage": Stage.DONE}


@pytest.fixture
def driver() -> User:
    return make.make_user()


@pytest.fixture
def client(driver: User) -> Client:
    client = Client()
    client.force_login(driver)
    return client


def asked(client: Client, status: int = 200, **filters: str) -> Any:
    answer = client.get("/frames/", filters)
    assert answer.status_code == status
    return answer


def shown(client: Client, **filters: str) -> list[str]:
    return [tile.frame.public_id for tile in asked(client, **filters).context["tiles"]]


def scored(driver: User, *festivities: float, **fields: Any) -> list[str]:
    drive = make.make_drive(driver, **DRIVEN)
    frames = [make.make_frame(drive, **fields) for _ in festivities]
    for frame, festivity in zip(frames, festivities, strict=True):
        make.score_frame(frame, festivity)
    return [frame.public_id for frame in frames]


def test_drivers_see_their_own_frames_and_no_others(client: Client, driver: User) -> None:
    mine = scored(driver, 0.1, 0.3)
    scored(make.make_user(), 0.2)
    assert shown(client) == [mine[1], mine[0]]


def test_staff_see_every_frame(driver: User) -> None:
    scored(driver, 0.1)
    scored(make.make_user(), 0.2)
    client = Client()
    client.force_login(make.make_staff())
    assert len(shown(client)) == 2


def test_a_drive_of_someone_else_can_not_be_asked_for(client: Client) -> None:
    theirs = make.make_drive(**DRIVEN)
    asked(client, status=400, drive=theirs.public_id)


def test_frames_are_asked_for_by_class_and_points(client: Client, driver: User) -> None:
    dark, some, most = scored(driver, 0.0, 0.02, 0.3)
    assert shown(client, festivity_class="none") == [dark]
    assert shown(client, festivity_class="most") == [most]
    assert shown(client, least="10", most="50") == [some]
    assert shown(client, most="100", sort="-score") == [dark, some, most]


def test_frames_are_asked_for_by_side_and_evening(client: Client, driver: User) -> None:
    (right,) = scored(driver, 0.1, side="right")
    (left,) = scored(driver, 0.2, side="left", at=datetime(2026, 12, 7, 3, tzinfo=UTC))
    assert shown(client, side="left") == [left]
    assert shown(client, evening="2026-12-05") == [right]


def test_what_was_taken_after_midnight_is_of_the_evening_before(client: Client, driver: User) -> None:
    (late,) = scored(driver, 0.1, at=datetime(2026, 12, 6, 1, tzinfo=UTC))
    assert shown(client, evening="2026-12-05") == [late]
    assert shown(client, evening="2026-12-06") == []
    asked(client, status=400, evening="9999-12-31")


def test_more_frames_take_no_more_queries(client: Client, driver: User) -> None:
    scored(driver, 0.1)
    with CaptureQueriesContext(connection) as few:
        asked(client)
    scored(driver, 0.1, 0.2, 0.3, 0.4)
    with CaptureQueriesContext(connection) as more:
        asked(client)
    assert len(more) == len(few)


def test_frames_are_asked_for_by_what_people_said(client: Client, driver: User) -> None:
    one, two, three = scored(driver, 0.3, 0.2, 0.1)
    staff = make.make_staff()
    for public_id, verdict in ((one, "festive"), (two, "festive"), (two, "not_festive")):
        frame = make.Frame.objects.get(public_id=public_id)
        record_verdict(frame=frame, author=staff, verdict=Label.Verdict(verdict))
    assert shown(client, verdict="festive") == [one]
    assert shown(client, verdict="not_festive") == [two]
    assert shown(client, verdict="none") == [three]


def test_the_bars_count_the_frames_that_are_shown(client: Client, driver: User) -> None:
    scored(driver, 0.0, 0.0, 0.08, 10.0 / 11)
    bars = asked(client).context["bars"]
    counts = {bar.least: bar.frames for bar in bars if bar.frames}
    assert counts == {0: 2, 60: 1, 95: 1}
    assert max(bar.share for bar in bars) == 1


def test_a_bar_leads_to_its_frames(client: Client, driver: User) -> None:
    _, lit = scored(driver, 0.0, 0.08)
    assert shown(client, least="60.0", most="65.0") == [lit]


def test_without_frames_the_page_says_what_to_do(client: Client) -> None:
    assert "No frame is like that" in asked(client).content.decode()


class AnyFilter(TestCase):
    @settings(deadline=None)
    @given(
        st.fixed_dictionaries(
            {},
            optional={
                name: st.text(max_size=12)
                for name in (
                    "drive",
                    "evening",
                    "side",
                    "festivity_class",
                    "least",
                    "most",
                    "verdict",
                    "sort",
                    "page",
                )
            },
        )
    )
    def test_any_question_is_answered_or_refused(self, filters: dict[str, str]) -> None:
        self.client.force_login(make.make_user())
        assert self.client.get("/frames/", filters).status_code in (200, 400)


def test_a_withdrawn_word_is_none(client: Client, driver: User) -> None:
    (one,) = scored(driver, 0.3)
    staff, frame = make.make_staff(), make.Frame.objects.get(public_id=one)
    withdraw(record_verdict(frame=frame, author=staff, verdict=Label.Verdict.FESTIVE), staff)
    assert shown(client, verdict="festive") == []
    assert shown(client, verdict="none") == [one]
