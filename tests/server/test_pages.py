"""What the public pages say, without scripts."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from server.houses.services import publish_scores
from tests.server.factories import (
    give_picture,
    make_frame,
    make_house,
    make_neighbourhood,
    make_ranked_house,
    make_season,
    make_street,
    make_user,
    make_vote,
    place,
    score_house,
    see,
    the_scorer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def member() -> Client:
    client = Client()
    client.force_login(make_user())
    return client


def read(client: Client, name: str, *arguments: str, **asked: str) -> str:
    answer = client.get(reverse(name, args=arguments), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_a_house_the_map_asks_for_the_first_drive(client: Client) -> None:
    page = read(client, "maps:map")
    assert "No house on the map yet" in page
    assert reverse("drives:upload") in page


def test_the_map_lists_the_brightest_house_first(client: Client) -> None:
    dim, bright = make_ranked_house(0.02), make_ranked_house(0.2)
    page = read(client, "maps:map")
    assert page.index(bright.public_id) < page.index(dim.public_id)


def test_a_hidden_house_is_on_no_page(client: Client) -> None:
    house = make_ranked_house(0.2, hidden=True)
    assert house.public_id not in read(client, "maps:map") + read(client, "maps:leaderboard")
    assert client.get(reverse("houses:house", args=[house.public_id])).status_code == 404
    assert client.get(reverse("houses:card", args=[house.public_id])).status_code == 404


def test_the_list_in_view_holds_the_houses_of_the_box(client: Client) -> None:
    near, far = make_ranked_house(0.1), make_ranked_house(0.2, where=place(5000))
    west, south = place(-100, -100)
    east, north = place(100, 100)
    page = read(client, "houses:list", bbox=f"{west},{south},{east},{north}")
    assert near.public_id in page
    assert far.public_id not in page


@pytest.mark.parametrize("bbox", ["1,2,3", "a,b,c,d", "nan,0,1,1", "5,0,4,1", "0,0,inf,1"])
def test_a_box_that_is_none_gets_a_sentence(client: Client, bbox: str) -> None:
    answer = client.get(reverse("houses:list"), {"bbox": bbox}, headers={"X-Part": "1"})
    assert answer.status_code == 400
    assert answer.content.decode().endswith(".")


def test_an_empty_part_of_the_map_says_so(client: Client) -> None:
    make_ranked_house(0.1)
    assert "No decorated house in this part" in read(client, "houses:list", bbox="0,0,1,1")


def test_synthetic_houses_are_called_so_wherever_they_are_shown(client: Client) -> None:
    house = make_ranked_house(0.1, synthetic=True)
    pages = [
        read(client, "maps:map"),
        read(client, "maps:leaderboard"),
        read(client, "houses:house", house.public_id),
        read(client, "houses:card", house.public_id),
    ]
    assert all("synthetic" in page for page in pages)


def test_real_houses_are_not_called_synthetic(client: Client) -> None:
    house = make_ranked_house(0.1)
    assert "synthetic" not in read(client, "houses:house", house.public_id) + read(client, "maps:map")


def test_the_leaderboard_of_a_neighbourhood_holds_its_houses_only(client: Client) -> None:
    inside = make_ranked_house(0.1, neighbourhood=make_neighbourhood())
    outside = make_ranked_house(0.2)
    page = read(client, "maps:leaderboard", neighbourhood="candy-cane-lane")
    assert inside.public_id in page
    assert outside.public_id not in page
    assert "The brightest of Candy Cane Lane" in page


def test_an_unknown_neighbourhood_is_not_found(client: Client) -> None:
    assert client.get(reverse("maps:leaderboard"), {"neighbourhood": "nowhere"}).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "99999", "x", ""])
def test_a_senseless_page_shows_one_that_exists(client: Client, page: str) -> None:
    house = make_ranked_house(0.1)
    assert house.public_id in read(client, "maps:leaderboard", page=page)


def test_the_leaderboard_goes_on_over_pages(client: Client) -> None:
    houses = [make_ranked_house(0.2 - number / 1000) for number in range(30)]
    first, second = read(client, "maps:leaderboard"), read(client, "maps:leaderboard", page="2")
    assert [house.public_id in first for house in (houses[0], houses[29])] == [True, False]
    assert [house.public_id in second for house in (houses[0], houses[29])] == [False, True]


def test_the_explanation_names_the_scale_of_the_live_scorer(client: Client) -> None:
    scorer = the_scorer()
    scorer.card = {**scorer.card, "points": {"scale": 0.11}}
    scorer.save()
    assert "/ 0.11" in read(client, "maps:points")


def test_the_house_page_tells_its_rank_points_and_street(client: Client) -> None:
    make_ranked_house(0.2)
    house = make_ranked_house(0.1, street=make_street("Holly Street"))
    page = read(client, "houses:house", house.public_id)
    assert all(words in page for words in ("Holly Street", "2 of 2", "71.3"))


def test_the_house_page_says_how_much_light_was_seen_from_where(client: Client) -> None:
    house = make_house()
    for share in (0.1, 0.2, 0.3, 0.1, 0.1):
        see(house, share=share, lit_m2=14.2, distance_m=11.8, distance_by="model")
    publish_scores(scorer=the_scorer(), season=make_season())
    page = client.get(f"/houses/{house.public_id}/").content.decode()
    assert "About 14 m² of lit front, seen from 12 m." in page
    found = client.get(f"/api/houses/{house.public_id}/").json()["properties"]
    assert (found["lit_front_m2"], found["distance_m"]) == (14.2, 11.8)
    low, high = found["interval"]
    assert low < found["points"] < high


def test_a_house_that_was_never_measured_says_nothing_of_it(client: Client) -> None:
    house = make_ranked_house()
    assert "lit front" not in client.get(f"/houses/{house.public_id}/").content.decode()
    found = client.get(f"/api/houses/{house.public_id}/").json()["properties"]
    assert (found["lit_front_m2"], found["distance_m"], found["interval"]) == (None, None, None)
    assert found["fair_points"] is None


def test_the_house_page_never_shows_a_suppressed_frame(client: Client) -> None:
    house = make_ranked_house(0.1)
    gone = see(house, make_frame(), suppressed=True).frame
    assert gone.public_id not in read(client, "houses:house", house.public_id)


def test_a_house_without_a_score_has_no_page(client: Client) -> None:
    house = make_house()
    assert client.get(reverse("houses:house", args=[house.public_id])).status_code == 404


def test_names_of_streets_are_escaped(client: Client) -> None:
    house = make_ranked_house(0.1, street=make_street("<script>alert(1)</script>"))
    for page in (read(client, "houses:house", house.public_id), read(client, "houses:card", house.public_id)):
        assert "<script>alert" not in page


def test_a_link_preview_has_the_best_picture(client: Client) -> None:
    house = make_ranked_house(0.1)
    frame = see(house, give_picture(make_frame()), share=0.3).frame
    house.scores.update(best_frame=frame)
    page = read(client, "houses:house", house.public_id)
    assert f'og:image" content="http://testserver/frames/{frame.public_id}/picture.jpg' in page


def test_a_vote_counts_once_and_can_be_taken_back(member: Client) -> None:
    house = make_ranked_house(0.1)
    address = reverse("votes:cast", args=[house.public_id])
    for _ in range(2):
        assert member.post(address).headers["Location"] == reverse("houses:house", args=[house.public_id])
    assert house.votes.count() == 1
    member.post(address, {"withdraw": "1"})
    assert house.votes.count() == 0


def test_a_script_gets_the_changed_vote_alone(member: Client) -> None:
    house = make_ranked_house(0.1)
    make_vote(house)
    answer = member.post(reverse("votes:cast", args=[house.public_id]), headers={"X-Part": "1"})
    part = answer.content.decode()
    assert "2<span" in part
    assert "Take back" in part
    assert "<html" not in part


def test_a_hidden_house_takes_no_votes(member: Client) -> None:
    house = make_ranked_house(0.1, hidden=True)
    assert member.post(reverse("votes:cast", args=[house.public_id])).status_code == 404


def test_the_vote_of_a_past_season_is_over(member: Client) -> None:
    house = make_ranked_house(0.1, season=make_season(2025))
    score_house(make_ranked_house(0.1, season=make_season(2024)), season=make_season(2026))
    page = read(member, "houses:house", house.public_id)
    assert "No votes are taken in this season now." in page
    assert reverse("votes:cast", args=[house.public_id]) not in page


@pytest.mark.parametrize("name", ["maps:map", "maps:leaderboard", "accounts:sign-in", "accounts:sign-up"])
def test_every_script_of_a_page_carries_the_nonce_of_its_policy(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    page, policy = answer.content.decode(), answer.headers["Content-Security-Policy"]
    nonce = page.split('importmap" nonce="')[1].split('"')[0]
    assert f"'nonce-{nonce}'" in policy
    assert " style=" not in page
    assert " onclick=" not in page


def test_a_page_that_is_missing_keeps_the_way_home(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert reverse("maps:map") in answer.content.decode()
