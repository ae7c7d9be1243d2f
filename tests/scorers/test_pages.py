"""The pages of scorers: where each stands, what would change, and the two clicks."""

from __future__ import annotations

import pytest
from django.test import Client

from server.frames.models import Scorer
from server.jobs.models import Job
from server.scorers.models import Shadow
from tests.scorers.city import City, in_shadow
from tests.server.factories import make_staff
from tests.workers.test_scoring import taught


@pytest.fixture
def staff(city: City) -> Client:
    client = Client()
    client.force_login(make_staff(email="ada@example.org"))
    return client


@pytest.fixture
def scorer(city: City) -> Scorer:
    brighter = taught(shift=0.5)
    in_shadow(brighter)
    return brighter


def test_the_list_names_every_scorer_and_which_is_live(staff: Client, city: City, scorer: Scorer) -> None:
    page = staff.get("/scorers/").content.decode()
    assert page.index(city.scorer.hash) < page.index(scorer.hash)
    assert ">live</span>" in page
    assert ">ready in shadow</span>" in page


def test_the_page_shows_what_a_promotion_would_change(staff: Client, city: City, scorer: Scorer) -> None:
    page = staff.get(f"/scorers/{scorer.hash}/").content.decode()
    told = Shadow.objects.get(scorer=scorer).comparison
    assert (told["before"], told["after"], told["season"]) == (city.scorer.hash, scorer.hash, "2026")
    assert told["houses"]["before"] == told["houses"]["after"] == len(told["risers"]) == len(told["places"])
    assert "Biggest risers" in page
    for side in (city.scorer.hash, scorer.hash):
        overlay = f"/scorers/{side}/frames/{told['risers'][0]['frame']}.png"
        assert overlay in page
        assert staff.get(overlay).content.startswith(b"\x89PNG")


def test_a_click_begins_the_shadow_and_a_second_one_leads_to_the_first(staff: Client, city: City) -> None:
    scorer = taught(shift=0.5)
    answers = [staff.post(f"/scorers/{scorer.hash}/shadow/") for _ in range(2)]
    job = Job.objects.get()
    assert [answer["Location"] for answer in answers] == [job.get_absolute_url()] * 2


def test_promoted_and_rolled_back_by_a_click_each(staff: Client, city: City, scorer: Scorer) -> None:
    page = f"/scorers/{scorer.hash}/promote/"
    assert "Every page, list, rank and tile" in staff.get(page).content.decode()
    assert staff.post(page, {"instead_of": city.scorer.hash}).status_code == 302
    assert Scorer.objects.get(live=True) == scorer
    assert "ada@example.org promoted" in staff.get("/scorers/").content.decode()
    assert staff.post(f"/scorers/{scorer.hash}/roll-back/").status_code == 302
    assert Scorer.objects.get(live=True) == city.scorer


def test_the_slower_of_two_gets_a_sentence(staff: Client, city: City, scorer: Scorer) -> None:
    page = f"/scorers/{scorer.hash}/promote/"
    answer = staff.post(page, {"instead_of": "another"})
    assert answer.status_code == 409
    assert f"Meanwhile {city.scorer.hash} went live" in answer.content.decode()
    assert staff.post(f"/scorers/{scorer.hash}/roll-back/").status_code == 409
    assert Scorer.objects.get(live=True) == city.scorer


def test_what_cannot_be_promoted_says_why(staff: Client, city: City) -> None:
    scorer = taught(shift=0.5)
    assert "has not been in shadow" in staff.get(f"/scorers/{scorer.hash}/").content.decode()
    assert "Promote</button>" not in staff.get(f"/scorers/{scorer.hash}/promote/").content.decode()
    assert staff.get("/scorers/nosuchscorer/").status_code == 404
