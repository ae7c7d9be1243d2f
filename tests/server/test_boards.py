"""Boards beside that of houses: what leads, what counts, and that page, file and API say the same."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from server.boards.catalogue import BOARDS
from server.houses.models import House, HouseScore, Street
from server.houses.services import hide_house
from tests.server import factories as make

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2026, 12, 5), date(2026, 12, 12)


@pytest.fixture
def client() -> Client:
    return Client()


def api(client: Client, board: str, **asked: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/leaderboard/{board}/", asked)
    assert answer.status_code == 200
    return answer.json()["results"]


def table(client: Client, board: str, **asked: str) -> list[dict[str, str]]:
    answer = client.get(f"/leaderboard/{board}.csv", asked)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def along(
    street: Street, *festivities: float, from_m: float = 0, step_m: float = 20, **fields: Any
) -> list[House]:
    """Houses to the north of a street's beginning, with a score."""
    lon, lat = street.line[0]
    houses = []
    for number, festivity in enumerate(festivities):
        where = make.place(5, from_m + step_m * number, (lon, lat))
        houses.append(make.make_house(where, street=street, **fields))
        make.score_house(houses[-1], festivity)
    return houses


def two_streets() -> tuple[Street, Street]:
    dim, bright = make.make_street("Holly Street"), make.make_street("Ivy Lane", make.place(500))
    along(dim, 0.02, 0.04)
    along(bright, 0.1, 0.2)
    return dim, bright


def test_streets_stand_by_the_mean_points_of_their_houses(client: Client) -> None:
    dim, bright = two_streets()
    along(make.make_street("Fir Avenue", make.place(1000)), 0.5)
    rows = api(client, "streets")
    assert [(row["rank"], row["street"], row["houses"]) for row in rows] == [
        (1, bright.pk, 2),
        (2, dim.pk, 2),
    ]
    assert rows[0]["points"] == pytest.approx((71.3 + 91.8) / 2, abs=0.1)


def test_of_streets_with_equal_means_the_older_leads(client: Client) -> None:
    for east_m in (1000, 0):
        along(make.make_street(f"Street {east_m}", make.place(east_m)), 0.1, 0.1)
    assert [row["name"] for row in api(client, "streets")] == ["Street 1000", "Street 0"]


def test_pieces_of_one_name_are_one_street_and_a_namesake_far_away_is_another(client: Client) -> None:
    first = make.make_street("Holly Street")
    second = make.make_street("Holly Street", make.place(0, 210))
    namesake = make.make_street("Holly Street", make.place(9000))
    for piece in (first, second):
        along(piece, 0.1)
    along(namesake, 0.1, 0.1)
    assert {row["street"]: row["houses"] for row in api(client, "streets")} == {first.pk: 2, namesake.pk: 2}


def test_an_evening_counts_the_houses_seen_lit_then(client: Client) -> None:
    street = make.make_street()
    seen, also, dark = along(street, 0.1, 0.1, 0.5)
    for house, festivity in ((seen, 0.1), (also, 0.1), (dark, 0.0)):
        make.make_evening(house, FIRST, festivity)
    assert [row["houses"] for row in api(client, "streets", evening="2026-12-05")] == [2]
    assert api(client, "streets", evening="2026-12-06") == []


def test_words_narrow_a_board_and_keep_its_ranks(client: Client) -> None:
    two_streets()
    assert [row["rank"] for row in api(client, "streets", q="HÓLLY")] == [2]
    assert "Ivy Lane" not in client.get("/leaderboard/streets/?q=holly").content.decode()


def test_the_best_hundred_metres_are_those_whose_houses_shine_most_together(client: Client) -> None:
    street = make.make_street(end=make.place(0, 400))
    along(street, 0.3, 0.3, step_m=150)
    along(street, 0.06, 0.06, 0.06, 0.06, from_m=220, step_m=25)
    best = api(client, "stretches")[0]
    assert (best["houses"], best["length_m"]) == (4, 100)
    assert best["shine"] == pytest.approx(4 * 52.8, abs=0.5)
    south, north = (place[1] for place in (best["line"]["coordinates"][0], best["line"]["coordinates"][-1]))
    middle = make.place(0, 220 + 37.5)[1]
    assert (south + north) / 2 == pytest.approx(middle, abs=2e-5)


def test_a_stretch_goes_on_over_the_pieces_of_a_street_and_its_bends(client: Client) -> None:
    corner = make.place(0, 60)
    north = make.make_street("Holly Street", end=corner)
    east = make.make_street("Holly Street", corner, make.place(200, 60))
    along(north, 0.1, from_m=30)
    for east_m in (20, 40):
        house = make.make_house(make.place(east_m, 65), street=east)
        make.score_house(house, 0.1)
    assert [row["houses"] for row in api(client, "stretches")] == [3]


def test_stretches_that_overlap_are_listed_once(client: Client) -> None:
    along(make.make_street(end=make.place(0, 600)), *[0.1] * 12, step_m=40)
    rows = api(client, "stretches")
    lines = [[place[1] for place in row["line"]["coordinates"]] for row in rows]
    spans = sorted((min(line), max(line)) for line in lines)
    assert [row["houses"] for row in rows] == [3, 3, 3, 3]
    assert all(end <= start + 1e-6 for (_, end), (start, _) in pairwise(spans))


def test_neighbourhoods_stand_by_their_mean_with_their_classes(client: Client) -> None:
    lane, mill = make.make_neighbourhood(), make.make_neighbourhood("Old Mill", make.place(3000))
    for hood, festivity in ((lane, 0.02), (mill, 0.2), (mill, 0.1)):
        make.score_house(make.make_house(neighbourhood=hood), festivity)
    rows = api(client, "neighbourhoods")
    assert [(row["slug"], row["most"], row["many"], row["some"]) for row in rows] == [
        ("old-mill", 1, 1, 0),
        ("candy-cane-lane", 0, 0, 1),
    ]


def changed(before: float, now: float) -> House:
    house = make.make_house()
    make.score_house(house, max(now, 0.01))
    make.make_evening(house, FIRST, before)
    make.make_evening(house, SECOND, now)
    return house


def test_the_most_improved_gained_most_since_the_drive_before(client: Client) -> None:
    new, doubled = changed(0.0, 0.1), changed(0.05, 0.12)
    changed(0.09, 0.1)
    changed(0.2, 0.05)
    rows = api(client, "improved")
    assert [row["public_id"] for row in rows] == [new.public_id, doubled.public_id]
    assert (rows[0]["was_dark"], rows[0]["then_on"], rows[0]["now_on"]) == (True, "2026-12-05", "2026-12-12")


def test_an_evening_is_compared_with_the_one_before_it(client: Client) -> None:
    house = changed(0.1, 0.1)
    make.make_evening(house, FIRST - timedelta(7), 0.02)
    assert api(client, "improved") == []
    assert [row["public_id"] for row in api(client, "improved", evening="2026-12-05")] == [house.public_id]


def test_against_the_season_before_only_houses_that_somebody_came_past_are_compared(client: Client) -> None:
    lit, dark, unseen = (make.make_house() for _ in range(3))
    for house in (lit, dark, unseen):
        make.score_house(house, 0.1)
    make.score_house(lit, 0.02, make.make_season(2025))
    make.make_evening(dark, date(2025, 12, 6), 0.0)
    rows = api(client, "improved", against="season")
    assert [row["public_id"] for row in rows] == [dark.public_id, lit.public_id]


def test_the_most_unusual_have_their_ranks_of_the_whole_site(client: Client) -> None:
    plain, odd = (make.make_house() for _ in range(2))
    make.score_house(plain, 0.2, novelty=0.1)
    make.score_house(odd, 0.1, novelty=0.9)
    make.score_house(make.make_house(), 0.3)
    rows = api(client, "novel")
    assert [(row["public_id"], row["rank"], row["place"]) for row in rows] == [
        (odd.public_id, 1, 3),
        (plain.public_id, 2, 2),
    ]


@pytest.mark.parametrize("board", [*BOARDS, "houses"])
def test_every_board_has_a_page_and_a_table_also_where_there_is_nothing(client: Client, board: str) -> None:
    page = client.get(f"/leaderboard/{board}/", follow=True)
    assert page.status_code == 200
    assert table(client, board) == []


@pytest.mark.parametrize("board", ["streets", "stretches", "neighbourhoods", "improved", "novel"])
def test_a_hidden_house_leaves_every_board_at_once(client: Client, board: str) -> None:
    hood, street = make.make_neighbourhood(), make.make_street()
    houses = along(street, 0.1, 0.1, neighbourhood=hood)
    for house in houses:
        HouseScore.objects.filter(house=house).update(novelty=0.5)
        make.make_evening(house, FIRST, 0.0)
        make.make_evening(house, SECOND, 0.1)
    assert api(client, board) != []
    for house in houses:
        hide_house(house)
    assert api(client, board) == []
    assert table(client, board) == []


@pytest.mark.parametrize("board", ["streets", "stretches", "neighbourhoods"])
def test_the_table_and_the_api_say_the_same(client: Client, board: str) -> None:
    hood = make.make_neighbourhood()
    for street in two_streets():
        House.objects.filter(street=street).update(neighbourhood=hood)
    said, given = api(client, board), table(client, board)
    shared = [name for name in given[0] if name in said[0] and name not in ("lon", "lat", "synthetic")]
    assert len(shared) >= 4
    assert [[row[name] for name in shared] for row in given] == [
        [str(row[name]) for name in shared] for row in said
    ]


def test_the_table_of_houses_holds_all_pages_of_what_the_page_lists(client: Client) -> None:
    holly, _ivy = two_streets()
    along(holly, *[0.03] * 30)
    page = client.get("/leaderboard/", {"q": "holly"})
    rows = table(client, "houses", q="holly")
    assert len(rows) == page.context["page"].paginator.count == 32
    assert [row["public_id"] for row in rows[:25]] == [house.public_id for house in page.context["page"]]
    assert rows[0]["rank"] == "3"
    assert {row["street"] for row in rows} == {"Holly Street"}


def test_text_of_a_table_is_no_formula(client: Client) -> None:
    along(make.make_street("=1+1"), 0.1, 0.1)
    assert [row["name"] for row in table(client, "streets")] == ["'=1+1"]


def test_pages_go_on_and_beyond_the_last_is_the_last(client: Client) -> None:
    for number in range(27):
        make.score_house(make.make_house(neighbourhood=make.make_neighbourhood(f"Part {number}")), 0.1)
    assert len(client.get("/leaderboard/neighbourhoods/").context["rows"]) == 25
    for page in ("2", "99999999999999999999"):
        assert len(client.get("/leaderboard/neighbourhoods/", {"page": page}).context["rows"]) == 2


def test_a_board_of_another_season_is_asked_for_by_name(client: Client) -> None:
    hood = make.make_neighbourhood()
    make.score_house(make.make_house(neighbourhood=hood), 0.1, make.make_season(2025))
    make.score_house(make.make_house(), 0.1)
    assert api(client, "neighbourhoods") == []
    assert len(api(client, "neighbourhoods", season="2025")) == 1


def test_the_old_address_of_the_unusual_shows_their_board(client: Client) -> None:
    assert "The most unusual displays" in client.get("/leaderboard/?order=novelty").content.decode()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("season=1850", "There is no season of that name."),
        ("evening=tomorrow", "Date has wrong format"),
        ("evening=1850-01-01", "Give an evening of this century."),
        ("against=me", "is not a valid choice"),
        ("q=" + "a" * 101, "at most 100"),
    ],
)
def test_nonsense_gets_a_sentence(client: Client, asked: str, sentence: str) -> None:
    make.score_house(make.make_house(), 0.1)
    for address in ("/leaderboard/improved/", "/leaderboard/improved.csv", "/api/leaderboard/improved/"):
        answer = client.get(f"{address}?{asked}")
        assert answer.status_code == 400
        assert sentence in answer.content.decode()


NONSENSE = st.dictionaries(
    st.sampled_from(["season", "evening", "q", "against", "page", "limit", "neighbourhood"]),
    st.one_of(st.text(), st.integers().map(str), st.dates().map(str)),
    max_size=4,
)


@given(asked=NONSENSE)
@example(asked={"q": "%_\\'\0", "page": "9" * 400, "season": "\0"})
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_question_is_too_much(client: Client, asked: dict[str, str]) -> None:
    for address in (
        "/leaderboard/stretches/",
        "/leaderboard/improved.csv",
        "/api/leaderboard/novel/",
        "/leaderboard/",
    ):
        assert client.get(address, asked).status_code in (200, 302, 400, 404)


def test_houses_near_a_place_are_listed_with_their_ranks_of_the_whole_site(client: Client) -> None:
    make.score_house(make.make_house(make.place(5000)), 0.3)
    near = make.make_house()
    make.score_house(near, 0.1)
    page = client.get("/leaderboard/?bbox=-117.111,32.891,-117.089,32.909")
    assert [(house.public_id, house.rank) for house in page.context["page"]] == [(near.public_id, 2)]
    assert client.get("/leaderboard/?bbox=1,2,3").status_code == 400


def test_the_file_of_houses_near_a_place_is_of_the_very_box_of_the_page(client: Client) -> None:
    make.score_house(make.make_house(), 0.1)
    box = "-117.111111,32.891111,-117.089999,32.909999"
    assert f"bbox={box}" in client.get(f"/leaderboard/?bbox={box}").context["sheet"]
