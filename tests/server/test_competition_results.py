"""What came of a competition: places, badges, and what goes with a house that is taken off or merged."""

from __future__ import annotations

import pytest
from django.test import Client

from server.competitions.models import Award, Category, Entry
from server.competitions.queries import announced, standing_now
from server.competitions.services import (
    NotOver,
    announce,
    withdraw,
)
from server.houses.identity.decisions import say_same, undo
from server.houses.models import Decision, House
from server.houses.services import hide_house, show_house
from tests.server import factories as make
from tests.server.competing import ended, first_three, lit

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


def test_the_result_follows_the_ranks_of_the_site(client: Client, staff: Client) -> None:
    competition = ended()
    dim, bright, best_of_city = lit(0.1), lit(0.2), lit(0.5)
    for house in (dim, bright):
        make.make_entry(competition, house)
    page = f"/competitions/{competition.slug}/"
    staff.post(f"{page}announce/")
    assert first_three(competition) == [[bright, dim]]
    said = client.get(f"{page}result/").content.decode()
    assert said.index(bright.public_id) < said.index(dim.public_id)
    assert best_of_city.public_id not in said


def test_categories_go_by_points_by_novelty_and_by_votes() -> None:
    competition = ended()
    Category.objects.create(competition=competition, name="Most creative", counts="novelty", place=1)
    favourite = make.the_category("childrens-favourite")
    Category.objects.create(
        competition=competition, name="Favourite", counts="votes", votes_in=favourite, place=2
    )
    bright, odd, loved = lit(0.3, novelty=0.1), lit(0.2, novelty=0.9), lit(0.1)
    for house in (bright, odd, loved):
        make.make_entry(competition, house)
    make.make_vote(loved, season=make.season_now(), category=favourite.slug)
    make.make_vote(odd, season=make.season_now())
    announce(competition)
    assert first_three(competition) == [[bright, odd, loved], [odd, bright], [loved]]


def test_only_what_was_seen_within_the_dates_counts(client: Client) -> None:
    competition = ended()
    seen, before = lit(0.1), lit(0.5, seen_days_ago=20)
    for house in (seen, before):
        make.make_entry(competition, house)
    announce(competition)
    assert first_three(competition) == [[seen]]
    assert (
        "Not seen lit within the dates" in client.get(f"/competitions/{competition.slug}/").content.decode()
    )


def test_what_was_announced_stays_whatever_comes_later() -> None:
    competition = ended()
    first, second = lit(0.3), lit(0.1)
    for house in (first, second):
        make.make_entry(competition, house)
    announce(competition)
    second.scores.update(festivity=0.9)
    assert first_three(competition) == [[first, second]]


def test_no_result_is_announced_before_the_end(client: Client, staff: Client) -> None:
    competition = make.make_competition()
    make.make_entry(competition, lit())
    with pytest.raises(NotOver):
        announce(competition)
    answer = staff.post(f"/competitions/{competition.slug}/announce/", follow=True)
    assert "not over yet" in answer.content.decode()
    assert "No result yet" in client.get(f"/competitions/{competition.slug}/result/").content.decode()


def test_while_it_lasts_the_page_says_how_the_entries_stand() -> None:
    competition = make.make_competition()
    dim, bright = lit(0.1), lit(0.2)
    for house in (dim, bright):
        make.make_entry(competition, house)
    (result,) = standing_now(competition)
    assert [(one.place, one.shown.entry.house) for one in result.places] == [(1, bright), (2, dim)]


def test_a_house_that_is_taken_off_leaves_everything_and_comes_back(client: Client) -> None:
    competition = ended()
    first, second = lit(0.3), lit(0.1)
    entry = make.make_entry(competition, first, sentence="All by hand.")
    make.make_entry(competition, second)
    announce(competition)
    page, badge = (
        f"/competitions/{competition.slug}/",
        f"/badges/{Award.objects.get(entry=entry).public_id}.svg",
    )
    hide_house(first)
    for address in (page, f"{page}result/"):
        said = client.get(address).content.decode()
        assert first.public_id not in said
        assert "All by hand." not in said
    assert [one.place for one in announced(competition)[0].places] == [2]
    assert "no longer on the map" in client.get(f"{page}result/").content.decode()
    assert client.get(badge).status_code == 404
    assert "taken off the map" in client.get(f"/entries/{entry.receipt}/").content.decode()
    show_house(first)
    assert client.get(badge).status_code == 200


def test_a_badge_says_place_category_and_competition_and_nothing_that_runs(client: Client) -> None:
    house = lit()
    award = make.make_award(house)
    Category.objects.filter(pk=award.category_id).update(name="<script>alert(1)</script> & more")
    answer = client.get(f"/badges/{award.public_id}.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    svg = answer.content.decode()
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg
    assert award.category.competition.name in svg


def test_a_badge_of_an_entry_that_was_withdrawn_is_none(client: Client) -> None:
    award = make.make_award(lit())
    withdraw(award.entry)
    assert client.get(f"/badges/{award.public_id}.svg").status_code == 404


def test_the_winner_finds_the_code_of_the_badge_on_the_receipt(client: Client) -> None:
    award = make.make_award(lit())
    page = client.get(f"/entries/{award.entry.receipt}/").content.decode()
    assert f"&lt;a href=&quot;http://testserver/houses/{award.entry.house.public_id}/&quot;&gt;" in page
    assert f"/badges/{award.public_id}.svg" in page


def merged(house: House, other: House) -> Decision:
    return say_same(house=house, other=other, by=make.make_staff())


def test_an_entry_follows_its_house_when_that_is_merged_and_parted_again(client: Client) -> None:
    house, other = lit(0.1), lit(0.3, east_m=10)
    award = make.make_award(other)
    decision = merged(house, other)
    assert [one.house for one in Entry.objects.shown()] == [house]
    assert client.get(f"/badges/{award.public_id}.svg").status_code == 200
    undo(decision, by=make.make_staff())
    award.entry.refresh_from_db()
    assert award.entry.house == other


def test_of_two_entries_of_one_house_the_approved_one_takes_part() -> None:
    competition = make.make_competition()
    house, other = lit(0.1), lit(0.3, east_m=10)
    waiting = make.make_entry(competition, house, state="waiting")
    approved = make.make_entry(competition, other)
    merged(house, other)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("declined", "twice")
    assert list(competition.entries.shown()) == [approved]


def test_a_badge_keeps_its_address_when_the_result_is_announced_again(client: Client) -> None:
    competition = ended()
    make.make_entry(competition, lit(0.3))
    announce(competition)
    award = Award.objects.get()
    make.make_entry(competition, lit(0.5, east_m=10))
    announce(competition)
    assert Award.objects.get(public_id=award.public_id).place == 2
    assert client.get(f"/badges/{award.public_id}.svg").status_code == 200
