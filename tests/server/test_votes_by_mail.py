"""Votes of whoever opened a link that was sent to an address."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from server.votes.addresses import address_hash, network_hash, normal_address
from server.votes.models import Vote, VoteLink, Voter
from server.votes.voters import make_link, open_link
from tests.server.factories import (
    NIGHT,
    make_ranked_house,
    make_user,
)
from tests.server.voting import MOST_FESTIVE, address, at_once, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_of_other_tests() -> None:
    cache.clear()


@pytest.fixture
def by_mail(settings: Any) -> None:
    settings.MAIL_GOES_OUT = True


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user())
    return client


def sent_link() -> str:
    found = re.search(r"http://testserver(/votes/link/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def confirmed(email: str = "ann@example.org") -> Client:
    client = Client()
    client.post(reverse("votes:link"), {"email": email})
    client.post(sent_link())
    return client


def test_whoever_opens_the_link_votes_in_that_browser_alone(by_mail: None) -> None:
    house = make_ranked_house()
    client = Client()
    client.post(reverse("votes:link"), {"email": "ann@example.org", "next": page(house)})
    assert client.get(sent_link()).status_code == 200
    assert client.post(sent_link()).headers["Location"] == page(house)
    assert client.put(address(house)).json()["voted"]
    assert Client().put(address(house)).status_code == 401


def test_a_link_is_good_once(by_mail: None) -> None:
    confirmed()
    other = Client()
    assert other.get(sent_link()).status_code == other.post(sent_link()).status_code == 410
    assert "voter" not in other.session


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_opened_twice_at_once_is_used_once() -> None:
    token, opened = make_link(address="ann@example.org"), []
    at_once(8, threads=8, act=lambda: opened.append(open_link(token)))
    assert sum(one is not None for one in opened) == 1


def test_a_link_is_too_old_after_two_hours() -> None:
    now = timezone.now()
    token = make_link(address="ann@example.org", at=now - timedelta(hours=2, seconds=1))
    assert open_link(token, now) is None
    assert open_link("nonsense") is None


def test_links_to_one_address_are_one_voter_and_the_address_is_not_kept(by_mail: None) -> None:
    house = make_ranked_house()
    for email in ("ann.lee+lights@gmail.com", "AnnLee@googlemail.com", "annlee@gmail.com"):
        assert confirmed(email).put(address(house)).json()["votes"] == 1
    kept = [*Voter.objects.values_list(), *VoteLink.objects.values_list()]
    assert "ann" not in str(kept).lower()
    assert Voter.objects.count() == 1


def test_links_are_not_sent_in_floods(by_mail: None) -> None:
    answers = [Client().post(reverse("votes:link"), {"email": "ann@example.org"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert len(mail.outbox) == 3


def test_a_way_back_that_no_address_can_be_is_left_out(by_mail: None) -> None:
    said = {"email": "ann@example.org", "next": "/leaderboard/\0"}
    assert Client().post(reverse("votes:link"), said).status_code == 200
    assert VoteLink.objects.get().leads_to == ""


@pytest.mark.parametrize("email", ["", "ann", "a@b\nBcc: all@example.org", "ann@" + "x" * 300 + ".org"])
def test_an_address_that_is_none_gets_a_sentence(by_mail: None, email: str) -> None:
    answer = Client().post(reverse("votes:link"), {"email": email})
    assert (answer.status_code, "field-error" in answer.content.decode(), mail.outbox) == (400, True, [])


def test_an_address_that_votes_by_link_has_no_second_voice_as_an_account(by_mail: None) -> None:
    house = make_ranked_house()
    token_client = confirmed("ann@example.org")
    token_client.put(address(house))
    user = make_user("ann@example.org")
    elsewhere = Client()
    elsewhere.force_login(user)
    assert elsewhere.put(address(house)).status_code == 409
    token_client.force_login(user)
    assert token_client.put(address(house)).json() == {"votes": 1, "voted": True, "held": False}


def test_a_vote_by_link_needs_the_token_of_the_page(by_mail: None) -> None:
    house, known = make_ranked_house(), confirmed()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = known.cookies
    assert strict.put(address(house)).status_code == 403
    assert strict.post(page(house), {"category": MOST_FESTIVE}).status_code == 403
    assert Vote.objects.count() == 0


def test_addresses_are_told_apart_by_their_mailbox() -> None:
    assert normal_address(" Ann+x@Example.ORG. ") == "ann@example.org"
    assert normal_address("ann@bücher.example") == "ann@xn--bcher-kva.example"
    assert normal_address("a.nn@example.org") != normal_address("ann@example.org")
    assert address_hash("ann@example.org") != address_hash("bob@example.org")


def test_a_network_is_known_for_a_day() -> None:
    one, next_day = NIGHT, NIGHT + timedelta(days=1)
    assert network_hash("203.0.113.7", one) == network_hash("203.0.113.200", one)
    assert network_hash("203.0.113.7", one) != network_hash("203.0.113.7", next_day)
    assert network_hash("2001:db8:1:2::/64", one) == network_hash("2001:db8:1:9::/64", one)
    assert network_hash("unknown", one) == ""
