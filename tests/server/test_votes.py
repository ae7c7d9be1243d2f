"""Votes: one per voter, category and season, whatever happens at once; refused with a sentence."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from server.houses.identity.decisions import say_same
from server.houses.models import House, HouseScore
from server.houses.seasons import season_moments
from server.houses.services import hide_house
from server.votes.categories import ship
from server.votes.models import Category, Poll, Vote, Voter
from server.votes.polls import open_categories, why_closed
from server.votes.services import cast_vote, decide, withdraw_vote
from tests.server.factories import (
    make_house,
    make_ranked_house,
    make_season,
    make_staff,
    make_user,
    make_vote,
    make_voter,
    score_house,
    the_category,
)
from tests.server.voting import MOST_CREATIVE, MOST_FESTIVE, address, at_once, page, votes_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_of_other_tests() -> None:
    cache.clear()


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user())
    return client


# One voter, one vote


def test_a_vote_counts_once_however_often_it_is_cast(client: Client) -> None:
    house = make_ranked_house()
    make_vote(house)
    for _again in range(3):
        assert client.put(address(house)).json() == {"votes": 2, "voted": True, "held": False}


def test_a_vote_for_another_house_is_the_same_vote_moved(client: Client) -> None:
    first, second = make_ranked_house(), make_ranked_house()
    client.put(address(first))
    assert client.put(address(second)).json()["votes"] == 1
    assert (votes_of(first), votes_of(second)) == (0, 1)


def test_each_category_has_a_vote_of_its_own(client: Client) -> None:
    house, other = make_ranked_house(), make_ranked_house()
    client.put(address(house))
    client.put(address(other, MOST_CREATIVE))
    assert client.get(address(house)).json()["voted"]
    assert client.get(address(other, MOST_CREATIVE)).json() == {"votes": 1, "voted": True, "held": False}
    assert (votes_of(house), votes_of(other)) == (1, 0)


def test_a_withdrawn_vote_is_gone_and_may_be_withdrawn_again(client: Client) -> None:
    house = make_ranked_house()
    client.put(address(house))
    for _again in range(2):
        assert client.delete(address(house)).json() == {"votes": 0, "voted": False, "held": False}


def test_a_hidden_house_says_nothing_to_whoever_did_not_vote_for_it(client: Client) -> None:
    house = make_ranked_house()
    make_vote(house)
    hide_house(house)
    assert client.delete(address(house)).status_code == 404


def test_a_vote_is_taken_back_from_a_hidden_house_without_its_number(client: Client) -> None:
    house = make_ranked_house()
    make_vote(house)
    client.put(address(house))
    hide_house(house)
    assert client.get("/votes/").content.decode().count(house.public_id) == 1
    assert client.delete(address(house)).json() == {"votes": 0, "voted": False, "held": False}
    assert Vote.objects.count() == 1


def test_the_address_of_a_merged_house_votes_for_what_it_is_today(client: Client) -> None:
    house, other = make_ranked_house(), make_ranked_house()
    client.put(address(other))
    say_same(house=house, other=other, by=make_staff())
    assert client.post(page(other), {"withdraw": "1"}, headers={"X-Part": "1"}).status_code == 200
    assert not Vote.objects.exists()
    assert client.put(address(other)).json() == {"votes": 1, "voted": True, "held": False}


def test_an_account_that_is_deleted_takes_its_votes_out_of_the_rank() -> None:
    house, user = make_ranked_house(), make_user()
    make_vote(house, user)
    make_vote(house)
    user.delete()
    assert votes_of(house) == 1


@pytest.mark.django_db(transaction=True)
def test_a_vote_that_is_cast_while_its_house_is_merged_follows() -> None:
    ship(Category)
    house, other, voter, staff = make_ranked_house(), make_ranked_house(), make_voter(), make_staff()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            say_same(house=house, other=other, by=staff)
            done = pool.submit(cast_and_close, other, voter)
            time.sleep(0.5)
        done.result()
    assert Vote.objects.get().house == house
    assert votes_of(house) == 1


def cast_and_close(house: House, voter: Voter) -> None:
    try:
        make_vote(house, voter)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_vote_that_is_moved_while_it_is_discarded_stays_discarded() -> None:
    ship(Category)
    house, other, voter, staff = make_ranked_house(), make_ranked_house(), make_voter(), make_staff()
    first = make_vote(house, voter)
    Vote.objects.update(state=Vote.State.HELD, reasons=[Vote.Reason.BURST])
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            decide(votes=[first.pk], count=False, by=staff)
            done = pool.submit(cast_and_close, other, voter)
            time.sleep(0.5)
        done.result()
    first.refresh_from_db()
    assert (first.state, first.house) == (Vote.State.DISCARDED, house)


def test_the_database_itself_refuses_a_second_vote() -> None:
    vote = make_vote(make_ranked_house())
    vote.pk, vote.house = None, make_ranked_house()
    with pytest.raises(IntegrityError, match="one_vote_per_voter_category_season"), transaction.atomic():
        vote.save()


@pytest.mark.django_db(transaction=True)
def test_a_thousand_votes_of_one_voter_at_once_count_once() -> None:
    voter, houses, season, category = (
        make_voter(),
        [make_ranked_house() for _ in range(3)],
        make_season(),
        the_category(),
    )
    turns = itertools.count()

    def vote() -> None:
        cast_vote(voter=voter, house=houses[next(turns) // 20 % 3], category=category, season=season)

    at_once(1000, vote)
    assert Vote.objects.count() == 1
    assert sorted(map(votes_of, houses)) == [0, 0, 1]


@pytest.mark.django_db(transaction=True)
def test_votes_of_many_for_one_house_at_once_are_all_counted() -> None:
    voters, house, season, category = (
        iter([make_voter() for _ in range(60)]),
        make_ranked_house(),
        make_season(),
        the_category(),
    )

    def vote_and_change() -> None:
        voter, at = next(voters), timezone.now()
        cast_vote(voter=voter, house=house, category=category, season=season, at=at)
        if voter.pk % 3 == 0:
            withdraw_vote(voter=voter, category=category, season=season)

    at_once(60, vote_and_change)
    counted = Vote.objects.counted().filter(house=house).count()
    assert 0 < counted == votes_of(house)


@pytest.mark.django_db(transaction=True)
def test_presses_at_once_over_http_count_once() -> None:
    voter, house = make_user(), make_ranked_house()
    answers: list[dict[str, object]] = []

    def press() -> None:
        client = Client()
        client.force_login(voter)
        answers.append(client.put(address(house)).json())

    at_once(20, press)
    assert answers == [{"votes": 1, "voted": True, "held": False}] * 20


# Seasons


def test_votes_of_another_season_do_not_count(client: Client) -> None:
    house = make_ranked_house()
    make_vote(house, season=make_season(2025))
    assert client.get(address(house)).json()["votes"] == 0


def test_votes_are_taken_from_the_first_midnight_to_the_last() -> None:
    season = make_season()
    Poll.objects.all().delete()
    starts_at, ends_at = season_moments(season)
    blink = timedelta(microseconds=1)
    taken = [
        bool(open_categories(season, at)) for at in (starts_at - blink, starts_at, ends_at - blink, ends_at)
    ]
    assert taken == [False, True, True, False]
    assert "begin on Nov. 1, 2026" in why_closed(season, starts_at - blink)
    assert "closed with Jan. 15, 2027" in why_closed(season, ends_at)


def test_a_vote_after_its_season_is_refused_and_the_votes_stay(client: Client) -> None:
    house = make_ranked_house(season=make_season(2020))
    make_vote(house, season=make_season(2020))
    Poll.objects.all().delete()
    for ask in (client.put, client.delete):
        answer = ask(address(house))
        assert (answer.status_code, answer.json()["detail"][:33]) == (
            409,
            "Votes of season 2020 closed with ",
        )
    assert client.post(page(house), {"category": MOST_FESTIVE}).status_code == 409
    assert votes_of(house) == 1


def test_a_new_season_begins_without_votes_and_leaves_the_old_ones(client: Client) -> None:
    house, voter = make_ranked_house(season=make_season(2025)), make_voter()
    make_vote(house, voter, make_season(2025))
    score_house(house, season=make_season(2026))
    make_vote(house, voter, make_season(2026))
    withdraw_vote(voter=voter, category=the_category(), season=make_season(2026))
    assert dict(HouseScore.objects.values_list("season__name", "votes")) == {"2025": 1, "2026": 0}


def test_staff_close_a_category_in_a_season(client: Client) -> None:
    house = make_ranked_house()
    Poll.objects.filter(category=the_category(MOST_CREATIVE)).update(open=False)
    assert client.put(address(house, MOST_CREATIVE)).status_code == 409
    assert client.put(address(house)).status_code == 200


def test_without_a_season_there_is_nothing_to_vote_in(client: Client) -> None:
    answer = client.put(address(make_house()))
    assert (answer.status_code, list(answer.json())) == (409, ["detail"])


# Nonsense and other people's


def test_a_hidden_unranked_or_unknown_house_takes_no_votes(client: Client) -> None:
    make_ranked_house()
    hidden, unranked = make_ranked_house(hidden=True), make_house()
    for public_id in (hidden.public_id, unranked.public_id, "nowhere"):
        assert client.put(f"/api/houses/{public_id}/vote/").status_code == 404
    assert Vote.objects.count() == 0


@pytest.mark.parametrize("category", ["worst", "%00", "../", "x" * 41, "most-festive'--", "🎄"])
def test_a_category_that_is_none_gets_a_sentence(client: Client, category: str) -> None:
    house = make_ranked_house()
    for answer in (
        client.put(address(house, category)),
        client.post(page(house), {"category": category}, headers={"X-Part": "1"}),
    ):
        assert answer.status_code in (400, 404)
        assert answer.json()
    assert Vote.objects.count() == 0


def test_a_visitor_is_asked_who_they_are() -> None:
    house = make_ranked_house()
    answer = Client().put(address(house))
    assert (answer.status_code, answer.json()["detail"][:14]) == (401, "Sign in first,")
    led = Client().post(page(house), {"category": MOST_FESTIVE}).headers["Location"]
    assert led == f"/votes/?next=/houses/{house.public_id}/"


def test_nobody_takes_back_the_vote_of_another(client: Client) -> None:
    house = make_ranked_house()
    make_vote(house)
    client.delete(address(house))
    client.post(page(house), {"category": MOST_FESTIVE, "withdraw": "1"})
    assert votes_of(house) == 1


def test_a_flood_of_one_voter_ends_with_a_sentence(client: Client) -> None:
    house = make_ranked_house()
    answers = [client.put(address(house)).status_code for _ in range(61)]
    assert (answers[59], answers[60]) == (200, 429)
    assert votes_of(house) == 1


def test_the_way_back_leads_to_this_site_only(client: Client) -> None:
    house = make_ranked_house()
    for elsewhere in ("https://example.org/", "//example.org", "javascript:alert(1)", "/\\example.org"):
        answer = client.post(page(house), {"category": MOST_FESTIVE, "next": elsewhere})
        assert answer.headers["Location"] == f"/houses/{house.public_id}/"


def test_the_way_back_keeps_all_that_the_page_was_asked() -> None:
    asked = "/leaderboard/?neighbourhood=oaks&page=2"
    answer = Client().post(page(make_ranked_house()), {"next": asked}, follow=True)
    assert answer.context["next"] == asked
