"""A competition: who may enter when, what staff decide, and what is kept of an entrant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from server.competitions.models import Competition, Entry
from server.competitions.queries import shown_entries, today
from server.competitions.services import (
    EnteredAlready,
    approve,
    decline,
    enter,
    forget_addresses,
    withdraw,
)
from server.houses.models import House
from tests.server import factories as make
from tests.server.competing import lit

pytestmark = pytest.mark.django_db
ADDRESS = "resident@example.org"


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make.make_staff())
    return client


def test_a_resident_enters_a_house_and_staff_approve_it(client: Client, staff: Client) -> None:
    house, competition = lit(), make.make_competition()
    page = f"/competitions/{competition.slug}/"
    answer = client.post(
        f"{page}enter/?house={house.public_id}", {"email": ADDRESS, "sentence": "All by hand."}
    )
    receipt = answer.headers["Location"]
    assert "waiting to be looked at" in client.get(receipt).content.decode()
    assert "All by hand." not in client.get(page).content.decode()
    entry = Entry.objects.get()
    staff.post(f"{page}entries/{entry.pk}/", {"decision": "approve"})
    assert "taking part" in client.get(receipt).content.decode()
    assert "All by hand." in client.get(page).content.decode()


def test_an_address_is_shown_to_staff_alone(client: Client, staff: Client) -> None:
    house, competition = lit(), make.make_competition()
    entry = make.make_entry(competition, house, email=ADDRESS)
    page = f"/competitions/{competition.slug}/"
    for address in (page, f"/entries/{entry.receipt}/", f"/houses/{house.public_id}/"):
        assert ADDRESS not in client.get(address).content.decode()
    assert ADDRESS in staff.get(f"{page}entries/").content.decode()


def test_a_declined_entrant_reads_why(client: Client, staff: Client) -> None:
    competition = make.make_competition()
    entry = make.make_entry(competition, lit(), state=Entry.State.WAITING)
    decision = {"decision": "decline", "reason": "words"}
    staff.post(f"/competitions/{competition.slug}/entries/{entry.pk}/", decision)
    assert "cannot be shown to everybody" in client.get(f"/entries/{entry.receipt}/").content.decode()


@pytest.mark.parametrize("decision", [{"decision": "decline"}, {"decision": "maybe"}, {}])
def test_a_decision_without_a_reason_changes_nothing(staff: Client, decision: dict[str, str]) -> None:
    competition = make.make_competition()
    entry = make.make_entry(competition, lit(), state=Entry.State.WAITING)
    answer = staff.post(f"/competitions/{competition.slug}/entries/{entry.pk}/", decision, follow=True)
    assert "Choose a reason" in answer.content.decode()
    assert Entry.objects.get().state == Entry.State.WAITING


def test_an_entrant_withdraws_and_leaves_no_address(client: Client) -> None:
    competition = make.make_competition()
    entry = make.make_entry(competition, lit(), sentence="All by hand.")
    client.post(f"/entries/{entry.receipt}/withdraw/")
    entry.refresh_from_db()
    assert (entry.state, entry.email, entry.sentence) == (Entry.State.WITHDRAWN, "", "")
    assert shown_entries(competition) == []


def test_a_house_is_entered_once_and_again_after_it_was_withdrawn() -> None:
    house, competition = lit(), make.make_competition()
    entry = enter(competition=competition, house=house, email=ADDRESS)
    with pytest.raises(EnteredAlready):
        enter(competition=competition, house=house, email="other@example.org")
    withdraw(entry)
    assert enter(competition=competition, house=house, email=ADDRESS).state == Entry.State.WAITING


def test_what_was_declined_is_not_approved_beside_another_entry() -> None:
    house, competition, by = lit(), make.make_competition(), make.make_staff()
    first = enter(competition=competition, house=house, email=ADDRESS)
    decline(entry=first, by=by, reason="twice")
    enter(competition=competition, house=house, email=ADDRESS)
    with pytest.raises(EnteredAlready):
        approve(entry=first, by=by)


def test_nobody_approves_what_was_withdrawn() -> None:
    entry = make.make_entry(make.make_competition(), lit())
    withdraw(entry)
    assert not approve(entry=entry, by=make.make_staff())


@pytest.mark.parametrize(
    ("starts_in", "ends_in", "sentence"),
    [(1, 9, "Until then no house can be entered."), (-9, -1, "The result has not been announced yet.")],
)
def test_outside_of_its_dates_nothing_is_entered(
    client: Client, starts_in: int, ends_in: int, sentence: str
) -> None:
    house, competition = lit(), make.make_competition(starts_in, ends_in)
    page = f"/competitions/{competition.slug}/enter/?house={house.public_id}"
    answer = client.post(page, {"email": ADDRESS})
    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert sentence in client.get(f"/competitions/{competition.slug}/").content.decode()


@pytest.mark.parametrize(("starts_in", "ends_in"), [(0, 5), (-5, 0), (0, 0)])
def test_the_first_and_the_last_day_are_within(client: Client, starts_in: int, ends_in: int) -> None:
    house, competition = lit(), make.make_competition(starts_in, ends_in)
    page = f"/competitions/{competition.slug}/enter/?house={house.public_id}"
    assert client.post(page, {"email": ADDRESS}).status_code == 302


def test_a_house_beyond_the_boundary_is_not_taken(client: Client) -> None:
    far, competition = lit(east_m=3000), make.make_competition()
    answer = client.post(f"/competitions/{competition.slug}/enter/?house={far.public_id}", {"email": ADDRESS})
    assert answer.status_code == 409
    assert "does not stand where the competition is held" in answer.content.decode()


def test_without_a_boundary_the_neighbourhood_is_where_it_is_held() -> None:
    hood = make.make_neighbourhood(centre=make.place(3000))
    competition = make.make_competition(boundary=None, neighbourhood=hood)
    assert enter(competition=competition, house=lit(east_m=3000), email=ADDRESS)


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "x" * 300 + "@example.org"])
def test_an_entry_needs_an_address(client: Client, address: str) -> None:
    house, competition = lit(), make.make_competition()
    page = f"/competitions/{competition.slug}/enter/?house={house.public_id}"
    assert client.post(page, {"email": address}).status_code == 400
    assert not Entry.objects.exists()


def test_a_flood_from_one_network_is_stopped_with_a_sentence(client: Client) -> None:
    cache.clear()
    house, competition = lit(), make.make_competition()
    page = f"/competitions/{competition.slug}/enter/?house={house.public_id}"
    answers = [client.post(page, {"email": ADDRESS}) for _ in range(21)]
    assert {answer.status_code for answer in answers} == {302, 409, 429}
    assert "Try again in an hour" in answers[-1].content.decode()
    assert Entry.objects.count() == 1
    cache.clear()


@pytest.mark.parametrize("house", ["nosuchhouse", "%00", "a" * 500])
def test_a_house_that_is_none_is_not_found(client: Client, house: str) -> None:
    competition = make.make_competition()
    assert client.get(f"/competitions/{competition.slug}/enter/?house={house}").status_code in (200, 404)
    assert client.post(f"/competitions/{competition.slug}/enter/?house={house}").status_code in (200, 404)


def test_the_houses_to_choose_from_are_those_within_by_street(client: Client) -> None:
    street, competition = make.make_street("Holly Street"), make.make_competition()
    here, taken, far = lit(), lit(), lit(east_m=3000)
    House.objects.filter(pk__in=[here.pk, taken.pk]).update(street=street)
    make.make_entry(competition, taken, state=Entry.State.WAITING)
    page = client.get(f"/competitions/{competition.slug}/enter/?q=holly").content.decode()
    assert [house.public_id in page for house in (here, taken, far)] == [True, False, False]
    assert "No house found" in client.get(f"/competitions/{competition.slug}/enter/?q=zzz").content.decode()


def test_the_page_of_a_house_leads_to_the_competitions_around_it(client: Client) -> None:
    house, competition = lit(), make.make_competition()
    make.make_competition(published=False)
    page = client.get(f"/houses/{house.public_id}/").content.decode()
    assert page.count("enter this house, if it is yours") == 1
    make.make_entry(competition, house)
    assert "It takes part in" in client.get(f"/houses/{house.public_id}/").content.decode()


def test_a_draft_is_seen_by_staff_alone(client: Client, staff: Client) -> None:
    draft = make.make_competition(published=False)
    for page in ("", "result/", "enter/"):
        assert client.get(f"/competitions/{draft.slug}/{page}").status_code == 404
    assert "Only staff see it" in staff.get(f"/competitions/{draft.slug}/").content.decode()
    assert draft.name not in client.get("/competitions/").content.decode()


def test_a_competition_is_held_somewhere_and_ends_after_it_starts() -> None:
    dates = {"starts_on": today(), "ends_on": today() - timedelta(1)}
    with pytest.raises(ValidationError) as wrong:
        Competition(slug="x", name="x", **dates).full_clean()
    assert {"Choose a neighbourhood or draw a boundary.", "The last day lies before the first one."} <= set(
        wrong.value.messages
    )


def test_staff_make_one_in_the_administration() -> None:
    administrator = Client()
    administrator.force_login(make.make_superuser())
    sent = {
        "name": "Lights", "slug": "lights", "text": "", "neighbourhood": "", "emails_kept_days": "30", "published": "on",
        "boundary": MultiPolygon(make.square()).geojson, "starts_on": today().isoformat(), "ends_on": today().isoformat(),
        "categories-TOTAL_FORMS": "1", "categories-INITIAL_FORMS": "0", "categories-0-name": "Warmest light",
        "categories-0-counts": "points", "categories-0-place": "0",
    }  # fmt: skip
    answer = administrator.post("/admin/competitions/competition/add/", sent)
    assert answer.status_code == 302, answer.context["errors"]
    competition = Competition.objects.get()
    assert (competition.categories.get().name, competition.area.area > 0) == ("Warmest light", True)


def test_addresses_are_deleted_some_days_after_the_end() -> None:
    kept = make.make_entry(make.make_competition(-20, -5, emails_kept_days=5), lit())
    gone = make.make_entry(make.make_competition(-20, -6, emails_kept_days=5), lit())
    assert forget_addresses() == 1
    assert [Entry.objects.get(pk=entry.pk).email != "" for entry in (kept, gone)] == [True, False]
    assert forget_addresses() == 0


def test_words_of_an_entrant_are_text(client: Client) -> None:
    competition = make.make_competition()
    make.make_entry(competition, lit(), sentence="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in client.get(f"/competitions/{competition.slug}/").content.decode()


def test_another_receipt_is_not_found(client: Client) -> None:
    make.make_entry(make.make_competition(), lit())
    assert client.get("/entries/guessed/").status_code == 404
    assert client.post("/entries/guessed/withdraw/").status_code == 404
