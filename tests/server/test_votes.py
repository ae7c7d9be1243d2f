from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test import Client

from server.votes.models import Vote
from tests.server.factories import make_house, make_ranked_house, make_season, make_user, make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user())
    return client


def test_a_vote_counts_once_however_often_it_is_cast(client: Client) -> None:
    house = make_ranked_house()
    make_vote(house)
    for _again in range(3):
        assert client.put(f"/api/houses/{house.public_id}/vote/").json() == {"votes": 2, "voted": True, "held": False}


def test_a_withdrawn_vote_is_gone_and_may_be_withdrawn_again(client: Client) -> None:
    house = make_ranked_house()
    address = f"/api/houses/{house.public_id}/vote/"
    client.put(address)
    for _again in range(2):
        assert client.delete(address).json() == {"votes": 0, "voted": False, "held": False}


def test_votes_of_another_season_do_not_count(client: Client) -> None:
    house = make_ranked_house()
    make_vote(house, season=make_season(2025))
    assert client.get(f"/api/houses/{house.public_id}/vote/").json()["votes"] == 0


def test_a_visitor_is_asked_to_sign_in() -> None:
    assert Client().put(f"/api/houses/{make_ranked_house().public_id}/vote/").status_code == 401


def test_a_hidden_unranked_or_unknown_house_takes_no_votes(client: Client) -> None:
    make_ranked_house()
    hidden, unranked = make_ranked_house(hidden=True), make_house()
    for public_id in (hidden.public_id, unranked.public_id, "nowhere"):
        assert client.put(f"/api/houses/{public_id}/vote/").status_code == 404
    assert Vote.objects.count() == 0


def test_without_a_season_there_is_nothing_to_vote_in(client: Client) -> None:
    answer = client.put(f"/api/houses/{make_house().public_id}/vote/")
    assert (answer.status_code, list(answer.json())) == (409, ["detail"])


@pytest.mark.django_db(transaction=True)
def test_twenty_votes_at_once_count_once() -> None:
    voter, house = make_user(), make_ranked_house()
    answers: list[dict[str, object]] = []

    def vote() -> None:
        client = Client()
        client.force_login(voter)
        answers.append(client.put(f"/api/houses/{house.public_id}/vote/").json())
        connection.close()

    threads = [threading.Thread(target=vote) for _voice in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{"votes": 1, "voted": True, "held": False}] * 20
    assert Vote.objects.count() == 1
