from __future__ import annotations

from secrets import token_hex

import pytest
from django.test import Client

from server.houses.models import House
from server.jobs.models import Job
from server.trust.models import Report
from server.trust.services import MOST_OPEN, close, file_report, grant
from server.trust.views import FROM_ONE_NETWORK
from tests.server import factories as make
from workers.jobs import run_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """From a network that nobody has reported from yet."""
    return Client(REMOTE_ADDR=f"2001:db8:{token_hex(2)}:{token_hex(2)}::1")


@pytest.fixture
def house() -> House:
    return make.make_ranked_house(0.2)


def send(client: Client, house: House, **said: str) -> Report:
    answer = client.post(f"/houses/{house.public_id}/report/", {"kind": "opt_out", **said})
    assert answer.status_code == 302
    return Report.objects.get(receipt=answer["Location"].split("/")[-2])


def receipt(client: Client, report: Report) -> str:
    return client.get(f"/reports/{report.receipt}/").content.decode()


def test_a_report_needs_no_account_and_gives_a_receipt(client: Client, house: House) -> None:
    report = send(client, house, message="Please take it off.", email="me@example.org")
    assert (report.house, report.kind, report.state) == (house, "opt_out", "open")
    assert "waiting to be read" in receipt(client, report)


def test_what_was_written_is_not_on_the_receipt(client: Client, house: House) -> None:
    page = receipt(client, send(client, house, message="I live here", email="me@example.org"))
    assert "I live here" not in page
    assert "me@example.org" not in page


def test_a_granted_report_takes_the_house_off_and_answers_the_others(client: Client, house: House) -> None:
    first, second = send(client, house), send(client, house, kind="other")
    grant(first)
    assert client.get(f"/houses/{house.public_id}/").status_code == 404
    assert "taken off the map" in receipt(client, second)


def test_a_closed_report_leaves_the_house_and_shows_the_answer(client: Client, house: House) -> None:
    report = send(client, house, kind="wrong_place")
    Report.objects.filter(pk=report.pk).update(answer="It stands where it was filmed.")
    close(report)
    assert client.get(f"/houses/{house.public_id}/").status_code == 200
    assert "It stands where it was filmed." in receipt(client, report)


@pytest.mark.parametrize(
    "said", [{"kind": ""}, {"kind": "nonsense"}, {"email": "no address"}, {"message": "x" * 2001}]
)
def test_nonsense_is_refused_with_the_reason(client: Client, house: House, said: dict[str, str]) -> None:
    answer = client.post(f"/houses/{house.public_id}/report/", {"kind": "opt_out", **said})
    assert answer.status_code == 400
    assert b"field-error" in answer.content
    assert not Report.objects.exists()


def test_a_flood_of_reports_is_refused_with_a_sentence(client: Client, house: House) -> None:
    for _ in range(MOST_OPEN):
        file_report(house=house, kind=Report.Kind.OTHER)
    answer = client.post(f"/houses/{house.public_id}/report/", {"kind": "other"})
    assert answer.status_code == 429
    assert b"waiting already" in answer.content


def test_junk_does_not_keep_a_resident_from_opting_out(client: Client, house: House) -> None:
    for _ in range(MOST_OPEN):
        file_report(house=house, kind=Report.Kind.OTHER)
    assert send(client, house).state == "open"


def test_one_network_can_not_report_without_end(client: Client, house: House) -> None:
    said = {"kind": "opt_out"}
    answers = [
        client.post(f"/houses/{house.public_id}/report/", said).status_code
        for _ in range(FROM_ONE_NETWORK.times + 1)
    ]
    assert answers == [302] * FROM_ONE_NETWORK.times + [429]


def test_hidden_houses_can_not_be_reported_again(client: Client, house: House) -> None:
    grant(send(client, house))
    assert client.get(f"/houses/{house.public_id}/report/").status_code == 404


def test_a_receipt_can_not_be_guessed(client: Client) -> None:
    assert client.get("/reports/something/").status_code == 404


def test_staff_settle_reports_on_their_page(client: Client, house: House) -> None:
    report = send(client, house)
    client.force_login(make.make_superuser())
    asked = {"action": "take_off", "_selected_action": [report.pk]}
    assert client.post("/admin/trust/report/", asked).status_code == 302
    run_job(Job.objects.get().pk)
    house.refresh_from_db()
    assert house.hidden
