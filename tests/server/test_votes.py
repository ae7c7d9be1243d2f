"""Votes: one per voter, category and season, whatever happens at once; refused with a sentence; held where there is reason to."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from server.houses.identity.decisions import say_same
from server.houses.models import House, HouseScore
from server.houses.seasons import season_moments
from server.houses.services import hide_house
from server.votes.addresses import address_hash, network_hash, normal_address
from server.votes.categories import ship
from server.votes.models import Category, Poll, Vote, VoteLink, Voter
from server.votes.polls import open_categories, why_closed
from server.votes.services import cast_vote, decide, withdraw_vote
from server.votes.voters import make_link, open_link
from tests.server.factories import (
    HOME,
    NIGHT,
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

pytestmark = pytest.mark.django_db
MOST_FESTIVE, MOST_CREATIVE = "most-festive", "most-creative"


@pytest.fixture(autouse=True)
def no_limits_of_other_tests() -> None:
    cache.clear()


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user())
    return client


@pytest.fixture
def by_mail(settings: Any) -> None:
    settings.MAIL_GOES_OUT = True


def address(house: House, category: str = MOST_FESTIVE) -> str:
    return f"/api/houses/{house.public_id}/vote/?category={category}"


def page(house: House) -> str:
    return reverse("votes:cast", args=[house.public_id])


def votes_of(house: House) -> int:
    return HouseScore.objects.get(house=house).votes


def at_once(times: int, act: Callable[[], object], threads: int = 20) -> None:
    """Acts so often in so many threads, each on a connection of its own."""

    def act_on() -> None:
        try:
            for _time in range(times // threads):
                act()
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(act_on) for _thread in range(threads)]:
            done.result()


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


# Links by mail


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


# Holds


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
