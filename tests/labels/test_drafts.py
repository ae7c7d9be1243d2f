"""Drafts and presence: what is drawn and not saved, and who else is at a frame."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from server.frames.models import Frame
from server.labels import drafts, presence
from server.labels.models import Draft, Label, Presence
from tests.server.factories import draw_label, give_picture, make_frame, make_staff, make_user

pytestmark = pytest.mark.django_db

DRAWING = {"marks": [{"x": 0.25, "y": 0.5, "positive": True}], "threshold": 0.4}


@pytest.fixture
def frame(db: None) -> Frame:
    return give_picture(make_frame())


def client_of(email: str) -> Client:
    client = Client()
    client.force_login(make_staff(email=email))
    return client


@pytest.fixture
def ada() -> Client:
    return client_of("ada@example.org")


def keep(client: Client, frame: Frame, drawing: Any = DRAWING, **words: Any) -> Any:
    json = {"drawing": drawing, **words}
    return client.put(f"/api/frames/{frame.public_id}/draft/", json, content_type="application/json")


def draft(client: Client, frame: Frame) -> Any:
    return client.get(f"/api/frames/{frame.public_id}/draft/").json()


def sign(client: Client, frame: Frame, **words: Any) -> Any:
    return client.post(
        f"/api/frames/{frame.public_id}/present/", words, content_type="application/json"
    ).json()


def test_a_draft_is_taken_up_by_its_author_alone(ada: Client, frame: Frame) -> None:
    assert keep(ada, frame).status_code == 200
    assert draft(ada, frame)["drawing"] == DRAWING
    assert draft(client_of("ben@example.org"), frame)["drawing"] is None


def test_the_page_brings_the_draft_along(ada: Client, frame: Frame) -> None:
    keep(ada, frame)
    page = ada.get(f"/labels/{frame.public_id}/")
    assert page.context["drafting"]["kept"]["drawing"] == DRAWING


def test_a_saved_label_takes_the_draft_with_it(ada: Client, frame: Frame) -> None:
    keep(ada, frame)
    ada.post(f"/api/frames/{frame.public_id}/labels/", {"marks": []}, content_type="application/json")
    assert not Draft.objects.exists()


def test_a_drawing_from_another_device_is_not_written_over(ada: Client, frame: Frame) -> None:
    known = keep(ada, frame).json()["known_at"]
    there = {**DRAWING, "threshold": 0.6}
    assert keep(ada, frame, there, known_at=known).status_code == 200
    answer = keep(ada, frame, {**DRAWING, "threshold": 0.7}, known_at=known)
    assert answer.status_code == 409
    assert "another page or device" in answer.json()["detail"]
    assert draft(ada, frame)["drawing"] == there


def test_the_same_drawing_twice_is_one(ada: Client, frame: Frame) -> None:
    first = keep(ada, frame).json()
    assert keep(ada, frame).json() == first


@pytest.mark.parametrize(
    ("drawing", "words"),
    [
        ({"marks": [{"x": 2, "y": 0}]}, "0 to 1"),
        ({"marks": [], "threshold": 7}, "between -1 and 1"),
        ({"marks": [], "note": "x" * 600_000}, ""),
        ([], ""),
    ],
)
def test_what_is_no_drawing_is_not_kept(ada: Client, frame: Frame, drawing: Any, words: str) -> None:
    answer = keep(ada, frame, drawing)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]
    assert not Draft.objects.exists()


def test_a_draft_for_a_deleted_frame_is_told_so(ada: Client, frame: Frame) -> None:
    Frame.objects.filter(pk=frame.pk).delete()
    answer = keep(ada, frame)
    assert (answer.status_code, answer.json()["detail"]) == (
        404, "This frame is no longer here; it or its drive was deleted.",
    )  # fmt: skip


def test_a_label_for_a_deleted_frame_is_told_so(ada: Client, frame: Frame) -> None:
    Frame.objects.filter(pk=frame.pk).delete()
    address = f"/api/frames/{frame.public_id}/labels/"
    answer = ada.post(address, {"marks": []}, content_type="application/json")
    assert answer.status_code == 404
    assert "no longer" in answer.json()["detail"]


def test_old_drafts_are_swept(ada: Client, frame: Frame) -> None:
    keep(ada, frame)
    assert drafts.sweep() == 0
    Draft.objects.update(updated_at=timezone.now() - drafts.KEPT - timedelta(minutes=1))
    assert drafts.sweep() == 1


def test_two_at_a_frame_are_told_of_each_other(ada: Client, frame: Frame) -> None:
    ben = client_of("ben@example.org")
    assert sign(ada, frame)["others"] == []
    assert [other["name"] for other in sign(ben, frame)["others"]] == ["ada"]
    assert [other["name"] for other in sign(ada, frame)["others"]] == ["ben"]
    sign(ben, frame, left=True)
    assert sign(ada, frame)["others"] == []


def test_whoever_fell_silent_is_gone(ada: Client, frame: Frame) -> None:
    other = make_frame()
    presence.arrive(frame, make_user("cy@example.org"))
    assert [one.name for one in presence.present_on([frame, other], make_staff())[frame.pk]] == ["cy"]
    Presence.objects.update(seen_at=timezone.now() - presence.GONE_AFTER - timedelta(seconds=1))
    assert presence.present_on([frame, other]) == {}
    assert presence.sweep() == 1


def test_a_label_that_somebody_saved_meanwhile_is_told(ada: Client, frame: Frame) -> None:
    assert sign(ada, frame)["newest"] is None
    label: Label = draw_label(frame, author=make_staff(email="ben@example.org"))
    newest = sign(ada, frame)["newest"]
    assert (newest["id"], newest["author"], newest["mine"]) == (label.pk, "ben", False)


def test_names_are_told_to_staff_alone() -> None:
    cy, dee = make_user("cy@example.org"), make_user("dee@example.org", first_name="Dee")
    names = [presence.name_of(person, reader) for person in (cy, dee) for reader in (make_staff(), cy)]
    assert names == ["cy", "cy", "Dee", "Another labeller"]


def test_a_labeller_keeps_drafts_and_is_there(frame: Frame) -> None:
    labeller = Client()
    labeller.force_login(make_user("cy@example.org", is_labeller=True))
    assert keep(labeller, frame).status_code == 200
    assert sign(labeller, frame)["others"] == []
    assert labeller.get(f"/labels/{frame.public_id}/elsewhere/").status_code == 200
    assert labeller.get("/labels/exchange/").status_code == 403
