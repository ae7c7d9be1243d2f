"""Ranks by standing: the same on every surface, stable under ties, and computed anew by anyone from the tally."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from server.core.sql import fetch_rows
from server.frames.models import Scorer
from server.houses.counting import recount_votes
from server.houses.lists import Asked, fetch, ranked_list
from server.houses.models import House, HouseScore
from server.houses.queries import FEW, Wanted, ranked_houses
from server.houses.services import hide_house, publish_scores, show_house
from server.houses.standing import K, standing
from server.votes import recount
from server.votes.models import GoesWith
from tests.server import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> list[House]:
    """Forty houses of two neighbourhoods, many of them alike, some with votes and some hidden."""
    dice = random.Random(8)
    hoods = [make.make_neighbourhood(name, make.place(n * 5000)) for n, name in enumerate(("East", "West"))]
    houses = [
        make.make_house(make.place(n * 40), neighbourhood=dice.choice([*hoods, None])) for n in range(40)
    ]
    for house in houses:
        make.score_house(house, dice.choice([0.05, 0.1, 0.2]), novelty=dice.choice([None, 0.2, 0.7]))
    for house in houses[:15]:
        for _vote in range(dice.choice([0, 1, 3])):
            make.make_vote(house)
    for house in houses[5::7]:
        hide_house(house)
    return houses


def places(found: list[object]) -> list[tuple[object, ...]]:
    return [(h.public_id, h.rank, h.rank_in_neighbourhood, h.novelty_rank) for h in found]  # type: ignore[attr-defined]


def test_the_standing_is_the_points_drawn_by_votes() -> None:
    assert standing(60, 0) == 60
    assert standing(60, K) == 80
    assert standing(60, 300) > standing(90, 3) > standing(89, 0)


@given(st.floats(0, 100), st.integers(0, 10**6))
def test_python_and_the_database_agree_to_the_last_bit(worth: float, votes: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT house_standing(%s, %s)", [worth, votes])
        assert cursor.fetchone()[0] == standing(worth, votes)


def test_three_votes_do_not_beat_three_hundred() -> None:
    few, many = make.make_ranked_house(0.12), make.make_ranked_house(0.1)
    HouseScore.objects.filter(house=few).update(votes=3)
    HouseScore.objects.filter(house=many).update(votes=300)
    assert [house.public_id for house in fetch(Asked()).houses] == [many.public_id, few.public_id]


def test_ranks_are_found_singly_as_they_are_found_at_once(town: list[House]) -> None:
    whole = {h[0]: h for h in places(list(ranked_houses(make.the_scorer(), make.make_season()).houses))}
    assert [h[1] for h in whole.values()] == list(range(1, len(whole) + 1))
    for ordering in ("rank", "-rank", "votes", "-votes", "novelty"):
        for wanted in (Asked(ordering=ordering), Asked(ordering=ordering, min_points=60)):
            for offset in range(0, len(whole), 7):
                page = fetch(wanted, limit=7, offset=offset)
                assert places(list(page.houses)) == [whole[house.public_id] for house in page.houses]


def test_pages_put_together_are_the_whole_list(town: list[House]) -> None:
    for ordering in ("rank", "-rank", "votes", "-votes", "novelty"):
        asked = Asked(ordering=ordering, festivity_class=frozenset({"many", "most"}))
        whole, listed = fetch(asked), ranked_list(asked)
        assert len(listed) == whole.total == len(whole.houses)
        paged = [house for first in range(0, whole.total, 6) for house in listed[first : first + 6]]
        assert paged == list(whole.houses)


def test_the_same_rank_stands_on_every_surface(town: list[House], client: Client) -> None:
    house = fetch(Asked(), limit=1, offset=11).houses[0]
    one = client.get(reverse("api:house", args=[house.public_id])).json()["properties"]["rank"]
    listed = client.get(reverse("api:leaderboard"), {"limit": 1, "page": 12}).json()["results"][0]
    table = list(csv.DictReader(io.StringIO(said(client, "votes:tally-csv"))))
    tallied = next(
        row for row in table if row["house"] == house.public_id and row["category"] == "most-festive"
    )
    page = client.get(reverse("houses:house", args=[house.public_id])).content.decode()
    assert (listed["id"], listed["rank"], one, int(tallied["rank"])) == (house.public_id, 12, 12, 12)
    assert "Rank 12 of" in page


def said(client: Client, name: str) -> str:
    return b"".join(client.get(reverse(name))).decode()


def test_hidden_houses_never_count() -> None:
    best, other = make.make_ranked_house(0.2), make.make_ranked_house(0.1)
    hide_house(best)
    assert [(h.public_id, h.rank) for h in fetch(Asked()).houses] == [(other.public_id, 1)]
    show_house(best)
    assert [h.rank for h in fetch(Asked()).houses] == [1, 2]


def test_an_empty_page_still_tells_the_total(town: list[House]) -> None:
    beyond = fetch(Asked(), limit=5, offset=1000)
    assert (beyond.houses, beyond.total) == ((), fetch(Asked()).total)


def test_a_house_that_is_published_again_keeps_its_votes_and_a_new_scorer_counts_them() -> None:
    house = make.make_house()
    sighting = make.see(house, share=0.1)
    publish_scores(scorer=make.the_scorer(), season=make.make_season())
    make.make_vote(house)
    make.see(house, share=0.2)
    publish_scores(scorer=make.the_scorer(), season=make.make_season())
    next_scorer = make.make_scorer()
    make.see(house, sighting.frame, scorer=next_scorer)
    publish_scores(scorer=next_scorer, season=make.make_season())
    for score in HouseScore.objects.select_related("scorer"):
        points = fetch_rows("votes/places.sql", asked_of(score.scorer))[0]["points"]
        assert (score.votes, score.standing) == (1, standing(points, 1))


def asked_of(scorer: Scorer) -> dict[str, object]:
    ways = {"by_points": True, "by_novelty": False, "by_votes": False, "at_most": None}
    return {
        "scorer": scorer.pk,
        "season": make.make_season().pk,
        "category": make.the_category().pk,
        **ways,
    }


def test_a_scorer_with_another_scale_stands_anew() -> None:
    score = make.score_house(make.make_house(), 0.08)
    before = HouseScore.objects.get().standing
    score.scorer.card = {**score.scorer.card, "points": {"scale": 0.16}}
    score.scorer.save()
    assert HouseScore.objects.get().standing < before


def test_votes_counted_while_a_score_was_made_are_found_again() -> None:
    house = make.make_ranked_house()
    make.make_vote(house)
    HouseScore.objects.update(votes=0)
    assert recount_votes(season_id=make.make_season().pk) == 1
    assert recount_votes(season_id=make.make_season().pk) == 0
    assert HouseScore.objects.get().votes == 1


def test_more_than_a_few_are_ranked_at_once(town: list[House]) -> None:
    few = ranked_houses(make.the_scorer(), make.make_season(), wanted=Wanted(ordering="novelty"), limit=FEW)
    many = ranked_houses(
        make.the_scorer(), make.make_season(), wanted=Wanted(ordering="novelty"), limit=FEW + 1
    )
    assert few == many


# The tally


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_anyone_computes_the_tally_anew(town: list[House], tmp_path: Path, ending: str) -> None:
    make.make_vote(town[0], category="childrens-favourite")
    make.make_vote(town[1], category="most-creative")
    file = tmp_path / f"tally.{ending}"
    call_command("export_tally", "2026", str(file))
    call_command("recompute_tally", str(file))
    rows = recount.read_rows(file)
    assert {row.goes_with for row in rows} == set(GoesWith.values)
    assert recount.main([str(file)]) == 0


def test_the_tally_names_no_voter(town: list[House], client: Client) -> None:
    vote = make.make_vote(town[0])
    text = said(client, "votes:tally-json") + said(client, "votes:tally-csv")
    assert vote.voter.address_hash not in text
    assert "example.org" not in text
    assert json.loads(said(client, "votes:tally-json"))["k"] == K


def test_a_tally_that_was_changed_does_not_agree(town: list[House], tmp_path: Path, capsys: object) -> None:
    file = tmp_path / "tally.json"
    call_command("export_tally", "2026", str(file))
    tally = json.loads(file.read_text())
    tally["rows"][3]["votes"] += 40
    file.write_text(json.dumps(tally))
    assert recount.main([str(file)]) == 1
    with pytest.raises(CommandError, match=r"follow from its 4\d votes"):
        call_command("recompute_tally", str(file))


@pytest.mark.parametrize("text", ["", "{}", '{"rows": [1]}', "a,b\n1,2\n", '{"rows": [{"house": "x"}]}'])
def test_a_file_that_is_no_tally_gets_a_sentence(tmp_path: Path, text: str) -> None:
    for name in ("tally.json", "tally.csv"):
        (tmp_path / name).write_text(text)
        assert text == "" or recount.main([str(tmp_path / name)]) in (0, 2)
    with pytest.raises(CommandError):
        call_command("export_tally", "1066", str(tmp_path / "x.json"))


def test_an_unknown_season_has_no_tally(town: list[House], client: Client) -> None:
    for season in ("1066", "\0", "2026'"):
        assert client.get(reverse("votes:tally-json"), {"season": season}).status_code == 404
