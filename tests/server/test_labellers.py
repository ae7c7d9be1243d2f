"""Staff invite labellers; what these see of a frame, and what not."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from server.accounts.labellers import invite, withdraw
from server.accounts.models import LabellerInvitation, User
from server.boards.services import choose_name
from server.frames.models import Frame
from tests.server import factories as make

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def staff() -> Client:
    return client_of(make.make_staff(email="ada@example.org"))


@pytest.fixture
def mails(settings: Any) -> list[Any]:
    settings.MAIL_GOES_OUT = True
    return mail.outbox


def send(staff: Client, who: str) -> Any:
    return staff.post("/accounts/labellers/", {"who": who})


def link_in(text: str) -> str:
    found = re.search(r"/accounts/labellers/[\w-]+/", text)
    assert found
    return found[0]


def test_who_is_invited_by_mail_says_yes_on_the_page_and_may_label(staff: Client, mails: list[Any]) -> None:
    grace = make.make_user("grace@example.org")
    send(staff, "Grace@Example.org")
    (sent,) = mails
    client, link = client_of(grace), link_in(sent.body)
    assert sent.to == ["grace@example.org"]
    assert client.get("/labels/").status_code == 403
    assert "Yes, I want to label" in client.get(link).content.decode()
    assert not User.objects.get(pk=grace.pk).is_labeller
    assert client.post(link)["Location"] == "/labels/"
    assert client.get("/labels/").status_code == 200


def test_a_driver_is_found_by_the_name_on_the_board(staff: Client, mails: list[Any]) -> None:
    choose_name(driver=make.make_user("hopper@example.org"), name="Amazing Grace")
    send(staff, "amazing  grace")
    assert mails[0].to == ["hopper@example.org"]


def test_without_mail_the_link_is_shown_once_to_be_handed_over(staff: Client, settings: Any) -> None:
    settings.MAIL_GOES_OUT = False
    page = send(staff, "grace@example.org").content.decode()
    client = client_of(make.make_user("grace@example.org"))
    assert client.post(link_in(page)).status_code == 302
    assert "labeller-link" not in staff.get("/accounts/labellers/").content.decode()


@pytest.mark.parametrize("who", ["", "nobody at all", "no@address", "ada@example.org", "x" * 300])
def test_who_cannot_be_invited_is_refused_with_a_sentence(staff: Client, who: str) -> None:
    answer = send(staff, who)
    assert answer.status_code == 400
    assert b"field-error" in answer.content
    assert not LabellerInvitation.objects.exists()


def test_another_account_cannot_use_the_link(staff: Client) -> None:
    link = f"/accounts/labellers/{invite(email='grace@example.org', by=make.make_staff())}/"
    stranger = make.make_user()
    page = client_of(stranger).post(link)
    assert "for another account" in page.content.decode()
    assert not User.objects.filter(is_labeller=True).exists()


def test_a_link_is_good_once_and_for_fourteen_days() -> None:
    grace, ada = make.make_user("grace@example.org"), make.make_staff()
    first, second = (invite(email=grace.email, by=ada) for _ in range(2))
    client = client_of(grace)
    assert client.post(f"/accounts/labellers/{first}/").status_code == 404
    LabellerInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(f"/accounts/labellers/{second}/").status_code == 404
    assert not User.objects.get(pk=grace.pk).is_labeller


def test_what_was_given_can_be_withdrawn(staff: Client) -> None:
    grace = make.make_user("grace@example.org", is_labeller=True)
    client = client_of(grace)
    staff.post("/accounts/labellers/withdraw/", {"email": grace.email})
    assert client.get("/labels/").status_code == 403


def test_an_invitation_can_be_withdrawn_before_it_is_accepted() -> None:
    grace = make.make_user("grace@example.org")
    token = invite(email=grace.email, by=make.make_staff())
    assert withdraw(email=grace.email)
    assert client_of(grace).post(f"/accounts/labellers/{token}/").status_code == 404
    assert not withdraw(email=grace.email)


@pytest.fixture
def driver() -> User:
    return make.make_user("secretive@example.org", first_name="Rosalind")


@pytest.fixture
def frame(driver: User) -> Frame:
    frame = make.give_picture(
        make.make_frame(make.make_drive(driver, title="Past my aunt's house"), where=make.place(123, 456))
    )
    make.score_frame(frame)
    make.draw_label(frame, make.make_staff(email="turing@example.org"))
    return frame


@pytest.fixture
def labeller() -> Client:
    return client_of(make.make_user("grace@example.org", is_labeller=True))


def test_a_labeller_sees_a_frame_without_its_drive_driver_or_place(labeller: Client, frame: Frame) -> None:
    page = labeller.get(f"/labels/{frame.public_id}/").content.decode()
    labels = labeller.get(f"/api/frames/{frame.public_id}/labels/").content.decode()
    assert "Draw a label" in page
    for told in ("secretive", "Rosalind", "aunt", frame.drive.public_id, "32.9", "-117.", "turing"):
        assert told not in page + labels


def test_the_driver_who_labels_sees_the_drive(frame: Frame, driver: User) -> None:
    driver.is_labeller = True
    driver.save()
    page = client_of(driver).get(f"/labels/{frame.public_id}/").content.decode()
    assert "Past my aunt&#x27;s house" in page
    assert "Draw a label" in page


def test_what_shows_a_hidden_house_is_not_for_labellers(labeller: Client, frame: Frame) -> None:
    make.see(make.make_house(hidden=True), frame)
    assert labeller.get(f"/labels/{frame.public_id}/").status_code == 404
    assert labeller.get(f"/frames/{frame.public_id}/picture.jpg").status_code == 404
    said = {"verdict": "not_festive"}
    answer = labeller.post(f"/api/frames/{frame.public_id}/verdict/", said, content_type="application/json")
    assert (answer.status_code, frame.labels.count()) == (404, 1)


def test_the_frame_before_one_that_is_hidden_is_not_led_to(labeller: Client, frame: Frame) -> None:
    after = make.make_frame(frame.drive, at=frame.captured_at + timedelta(seconds=1))
    make.see(make.make_house(hidden=True), after)
    assert after.public_id not in labeller.get(f"/labels/{frame.public_id}/").content.decode()


def test_a_labeller_speaks_of_a_frame_as_a_whole_and_stays_on_its_page(
    labeller: Client, frame: Frame
) -> None:
    answer = labeller.post(f"/labels/{frame.public_id}/verdict/", {"verdict": "not_festive"})
    assert answer["Location"] == f"/labels/{frame.public_id}/"
    assert frame.labels.first().author.email == "grace@example.org"


def test_who_labelled_meanwhile_is_named_to_staff_only(labeller: Client, staff: Client, frame: Frame) -> None:
    asked = {"marks": [], "based_on": None}
    said = [
        client.post(f"/api/frames/{frame.public_id}/labels/", asked, content_type="application/json").json()
        for client in (labeller, staff)
    ]
    assert said[0]["overtaken"].startswith("Somebody labelled")
    assert said[1]["overtaken"].startswith("grace@example.org labelled")
