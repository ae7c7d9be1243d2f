"""Votes that are held until somebody decides, votes within a fence, and the pages of votes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from server.houses.models import House
from server.votes.categories import ship
from server.votes.models import Category, Vote
from server.votes.services import cast_vote, decide
from tests.server.factories import (
    HOME,
    NIGHT,
    make_ranked_house,
    make_season,
    make_staff,
    make_user,
    make_vote,
    make_voter,
    the_category,
)
from tests.server.voting import MOST_CREATIVE, MOST_FESTIVE, address, page, votes_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_of_other_tests() -> None:
    cache.clear()


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user())
    return client


def cast(house: House, at: datetime, network: str = "", **voter: object) -> Vote:
    return cast_vote(
        voter=make_voter(**voter),
        house=house,
        category=the_category(),
        season=make_season(),
        network=network,
        at=at,
    )


def states(votes: list[Vote]) -> list[str]:
    return [",".join(vote.reasons) or vote.state for vote in votes]


def test_the_sixth_voter_of_one_network_for_a_house_is_held() -> None:
    house = make_ranked_house()
    votes = [cast(house, NIGHT + timedelta(hours=n), "net") for n in range(6)]
    assert states(votes) == ["counted"] * 5 + ["network"]
    assert votes_of(house) == 5


def test_a_burst_is_held_and_slow_votes_are_not() -> None:
    quick, slow = make_ranked_house(), make_ranked_house()
    burst = [cast(quick, NIGHT + timedelta(seconds=n)) for n in range(31)]
    assert states(burst)[29:] == ["counted", "burst"]
    assert {vote.state for vote in (cast(slow, NIGHT + timedelta(minutes=n)) for n in range(31))} == {
        "counted"
    }


def test_new_voters_at_once_are_held_and_one_alone_is_not() -> None:
    house = make_ranked_house()
    votes = [cast(house, NIGHT, since=NIGHT - timedelta(minutes=1)) for _ in range(6)]
    assert states(votes) == ["counted"] * 5 + ["fresh"]
    assert cast(house, NIGHT).state == "counted"


def test_a_held_vote_stays_held_when_it_is_changed() -> None:
    house, other, voter = make_ranked_house(), make_ranked_house(), make_voter()
    said = {"voter": voter, "category": the_category(), "season": make_season()}
    for _n in range(5):
        cast(house, NIGHT, "net")
    cast_vote(**said, house=house, network="net", at=NIGHT)
    moved = cast_vote(**said, house=other, network="", at=NIGHT + timedelta(days=3))
    assert states([moved]) == ["network"]
    assert votes_of(other) == 0


def test_staff_see_why_votes_are_held_and_decide_on_many_at_once(client: Client) -> None:
    house, staff = make_ranked_house(), Client()
    staff.force_login(make_staff())
    held = [cast(house, NIGHT, "net") for _ in range(9)][5:]
    shown = staff.get(reverse("votes:held")).content.decode()
    assert shown.count("several voters of one network") == 1 + 4
    staff.post(reverse("votes:held"), {"word": "count", "votes": [held[0].pk, held[1].pk]})
    staff.post(reverse("votes:held"), {"word": "discard", "votes": [held[2].pk, held[0].pk]})
    assert votes_of(house) == 7
    assert [vote.state for vote in Vote.objects.filter(pk__in=[v.pk for v in held]).order_by("pk")] == [
        "counted",
        "counted",
        "discarded",
        "held",
    ]


@pytest.mark.parametrize(
    "said", [{"word": "burn"}, {"word": "count", "votes": ["x", "-1", "9" * 30, "٣"]}, {"votes": ["1"]}]
)
def test_decisions_that_make_no_sense_change_nothing(said: dict[str, object]) -> None:
    staff, vote = Client(), make_vote(make_ranked_house())
    staff.force_login(make_staff())
    assert staff.post(reverse("votes:held"), said).status_code in (302, 400)
    assert Vote.objects.get().state == vote.state == "counted"


def test_whoever_was_discarded_may_vote_again_and_is_looked_at() -> None:
    house, voter = make_ranked_house(), make_voter()
    vote = make_vote(house, voter)
    Vote.objects.update(state="held", reasons=["burst"])
    assert decide(votes=[vote.pk], count=False, by=make_staff()) == 1
    assert states([make_vote(house, voter)]) == ["discarded"]
    assert votes_of(house) == 0


# From here only


def test_where_votes_are_fenced_a_place_near_is_asked_for_and_not_kept(client: Client, settings: Any) -> None:
    lon, lat = HOME
    corners = [(lon, lat), (lon + 0.01, lat), (lon, lat + 0.01), (lon, lat)]
    settings.VOTE_WITHIN = json.dumps({"type": "Polygon", "coordinates": [corners]})
    house = make_ranked_house()
    assert client.put(address(house)).status_code == 403
    assert "Where are you?" in client.get(reverse("votes:mine")).content.decode()
    for place, status in (({"lat": 48, "lon": 11}, 403), ({"lat": lat - 0.01, "lon": lon}, 200)):
        client.post(reverse("votes:here"), place)
        assert client.put(address(house)).status_code == status
    assert str(lat)[:5] not in str(dict(client.session.items()))


def test_a_place_that_is_none_gets_a_sentence(client: Client, settings: Any) -> None:
    settings.VOTE_WITHIN = '{"type": "Polygon", "coordinates": []}'
    for said in ({}, {"lat": "north", "lon": "0"}, {"lat": "91", "lon": "0"}, {"lat": "nan", "lon": "inf"}):
        assert client.post(reverse("votes:here"), said).status_code == 400


# Pages


def test_my_votes_are_on_one_page(client: Client) -> None:
    house = make_ranked_house()
    client.put(address(house))
    shown = client.get(reverse("votes:mine")).content.decode()
    assert (shown.count("No vote yet."), shown.count("Take back")) == (2, 1)
    client.post(page(house), {"category": MOST_FESTIVE, "withdraw": "1", "next": "/votes/"})
    assert "Take back" not in client.get(reverse("votes:mine")).content.decode()


def test_a_row_of_the_leaderboard_takes_a_vote_without_a_script(client: Client) -> None:
    house = make_ranked_house()
    board = reverse("maps:leaderboard")
    assert client.get(board).content.decode().count(f'action="{page(house)}"') == 3
    answer = client.post(page(house), {"category": MOST_FESTIVE, "as": "row", "next": board}, follow=True)
    assert answer.redirect_chain == [(board, 302)]
    assert "Thank you. Your vote counts." in answer.content.decode()


def test_categories_come_back_only_where_there_is_none() -> None:
    Category.objects.filter(slug=MOST_CREATIVE).delete()
    ship(Category)
    assert Category.objects.count() == 2
