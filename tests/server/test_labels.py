from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from server.frames.models import Frame
from server.houses.models import HouseScore
from server.houses.services import publish_scores
from server.labels.models import Label
from server.maps.models import HeatCell
from server.maps.services import publish_heat
from tests.server.factories import (
    make_frame,
    make_house,
    make_season,
    make_staff,
    make_user,
    see,
    the_scorer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_staff())
    return client


def say(client: Client, frame: object, verdict: object) -> int:
    address = f"/api/frames/{getattr(frame, 'public_id', frame)}/verdict/"
    return client.post(address, {"verdict": verdict}, content_type="application/json").status_code


def test_not_festive_takes_a_houses_only_frame_and_its_score_away(client: Client) -> None:
    sighting = see(make_house(), share=0.1)
    publish_scores(scorer=the_scorer(), season=make_season())
    before = HouseScore.objects.get().festivity
    assert say(client, sighting.frame, "not_festive") == 201
    assert HouseScore.objects.count() == 0
    assert say(client, sighting.frame, "festive") == 201
    assert HouseScore.objects.get().festivity == pytest.approx(before)


def test_a_house_seen_twice_keeps_the_score_of_its_other_frame(client: Client) -> None:
    house = make_house()
    bright, dim = see(house, share=0.2), see(house, share=0.05)
    publish_scores(scorer=the_scorer(), season=make_season())
    say(client, bright.frame, "not_festive")
    assert HouseScore.objects.get().best_frame == dim.frame


def test_each_word_is_kept_and_the_newest_counts(client: Client) -> None:
    sighting = see(make_house())
    for verdict in ("not_festive", "festive", "not_festive"):
        say(client, sighting.frame, verdict)
    sighting.refresh_from_db()
    assert (Label.objects.count(), sighting.suppressed) == (3, True)


def test_a_frame_without_a_house_can_be_spoken_of(client: Client) -> None:
    make_season()
    assert say(client, see(None).frame, "not_festive") == 201


def test_heat_follows_the_houses_of_the_frame(client: Client) -> None:
    sighting = see(make_house())
    season = make_season()
    for publish in (publish_scores, publish_heat):
        publish(scorer=sighting.scorer, season=season)
    assert HeatCell.objects.filter(level=20).count() == 1
    say(client, sighting.frame, "not_festive")
    assert not HeatCell.objects.exists()


def test_the_word_on_a_frame_stays_with_it(client: Client) -> None:
    frame = see(make_house()).frame
    say(client, frame, "not_festive")
    frame.refresh_from_db()
    assert frame.not_festive


@pytest.mark.parametrize("verdict", ["", "maybe", None, 1, ["festive"]])
def test_another_word_is_refused(client: Client, verdict: object) -> None:
    assert say(client, see(make_house()).frame, verdict) == 400


def test_only_staff_may_speak(client: Client) -> None:
    frame = see(make_house()).frame
    client.force_login(make_user())
    assert say(client, frame, "festive") == 403
    assert say(Client(), frame, "festive") == 401


def test_an_unknown_frame_is_not_found(client: Client) -> None:
    assert say(client, "nowhere", "festive") == 404


@pytest.mark.django_db(transaction=True)
def test_a_word_on_a_frame_that_is_deleted_at_that_moment_is_refused_with_a_sentence() -> None:
    frame, staff = make_frame(), Client()
    staff.force_login(make_staff())
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Frame.objects.filter(pk=frame.pk).delete()
            asked = pool.submit(said_and_closed, staff, frame)
            time.sleep(0.5)
        answer = asked.result()
    assert answer.status_code == 404
    assert "no longer there" in answer.json()["detail"]


def said_and_closed(client: Client, frame: Frame) -> Any:
    try:
        return client.post(f"/api/frames/{frame.public_id}/verdict/", {"verdict": "festive"})
    finally:
        connection.close()
