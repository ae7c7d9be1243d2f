"""Promotion and the way back: one row switches every surface, and the way back is exact."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from server.drives.models import Drive, Stage
from server.frames.models import Frame, FrameScore, Scorer
from server.houses.models import HouseScore, Sighting
from server.houses.services import publish_scores
from server.jobs.models import Job
from server.scorers.models import Promotion
from server.scorers.queries import drives_to_bring
from server.scorers.services import CannotPromote, begin_shadow, promote, roll_back, sweep
from tests.scorers.city import City, bytes_of, checksums, in_shadow, tiles_of
from tests.server.factories import (
    done_in_shadow,
    make_drive,
    make_frame,
    make_house,
    make_scorer,
    make_season,
    make_staff,
    make_vote,
    place,
    score_frame,
    see,
)
from tests.workers.test_scoring import taught
from workers import scoring
from workers.jobs import run_job

SURFACES = (
    "/api/houses/",
    "/api/leaderboard/",
    "/api/leaderboard/streets/",
    "/api/leaderboard/novel/",
    "/api/neighbourhoods/",
    "/leaderboard/houses.csv",
    "/tiles/houses.json",
    "/tiles/heat.json",
)


@pytest.fixture
def scorer(city: City) -> Scorer:
    """One that sees more light, ready in shadow."""
    for house in {score.house for score in HouseScore.objects.all()}:
        make_vote(house)
    brighter = taught(shift=0.5)
    in_shadow(brighter)
    return brighter


def surfaces(live: Scorer) -> dict[str, bytes]:
    """What anyone gets: all tiles of all zooms, lists, and every house."""
    houses = HouseScore.objects.filter(scorer=live).values_list("house__public_id", flat=True)
    addresses = [*tiles_of(live), *SURFACES, *(f"/api/houses/{house}/" for house in houses)]
    return bytes_of(Client(), addresses)


def test_every_surface_switches_at_one_moment_and_the_way_back_is_exact(city: City, scorer: Scorer) -> None:
    fixed, before = checksums(), surfaces(city.scorer)
    promote(scorer=scorer)
    after = surfaces(scorer)
    assert (
        len([address for address in before if ".png" in address and before[address] != after[address]]) > 20
    )
    assert not [
        address for address in ("/api/houses/", "/api/leaderboard/") if before[address] == after[address]
    ]
    roll_back()
    assert surfaces(city.scorer) == before
    assert checksums() == fixed


def test_who_made_which_live_is_written_down(city: City, scorer: Scorer) -> None:
    ada = make_staff()
    promote(scorer=scorer, by=ada, instead_of=city.scorer.hash)
    roll_back(by=ada)
    told = [(row.kind, row.scorer, row.before, row.by) for row in Promotion.objects.order_by("pk")]
    assert told == [
        ("promote", scorer, city.scorer, ada),
        ("roll_back", city.scorer, scorer, ada),
    ]


def test_of_two_at_once_one_wins_and_the_other_is_told(city: City, scorer: Scorer) -> None:
    other = taught(shift=-1.0)
    in_shadow(other)
    promote(scorer=scorer, instead_of=city.scorer.hash)
    with pytest.raises(CannotPromote, match=scorer.hash):
        promote(scorer=other, instead_of=city.scorer.hash)
    assert Scorer.objects.get(live=True) == scorer


def test_what_is_not_done_in_shadow_is_not_promoted(city: City, scorer: Scorer) -> None:
    with pytest.raises(CannotPromote, match="has not been in shadow"):
        promote(scorer=make_scorer())
    begin_shadow(scorer=scorer, asked_by=None)
    with pytest.raises(CannotPromote, match="not done yet"):
        promote(scorer=scorer)
    run_job(Job.objects.open().get().pk)
    city.drive(5)
    with pytest.raises(CannotPromote, match="5 frames are not scored"):
        promote(scorer=scorer)
    in_shadow(scorer)
    promote(scorer=scorer)


def test_the_live_one_is_not_promoted_twice_and_the_first_has_no_way_back(city: City) -> None:
    with pytest.raises(CannotPromote, match="live already"):
        promote(scorer=city.scorer)
    with pytest.raises(CannotPromote, match="nothing to roll back to"):
        roll_back()


def test_new_drives_go_through_the_promoted_scorer_and_old_ones_say_so(city: City, scorer: Scorer) -> None:
    promote(scorer=scorer)
    assert scoring.present_scorer() == scorer
    assert set(Drive.objects.values_list("scorer_hash", flat=True)) == {scorer.hash}


def test_drives_that_came_in_between_are_brought_through_the_old_scorer(city: City, scorer: Scorer) -> None:
    promote(scorer=scorer)
    drive = city.drive(3)
    fixed = checksums()
    roll_back()
    assert list(drives_to_bring(city.scorer)) == [drive]
    assert not FrameScore.objects.filter(frame__drive=drive, scorer=city.scorer).exists()
    run_job(Job.objects.open().get().pk)
    drive.refresh_from_db()
    assert (drive.scorer_hash, drive.stage) == (city.scorer.hash, Stage.DONE)
    assert Sighting.objects.filter(frame__drive=drive, scorer=city.scorer, house__isnull=False).exists()
    assert checksums() == fixed


def test_a_drive_that_was_on_its_way_under_the_old_scorer_is_brought_through_the_new_one(
    city: City, scorer: Scorer
) -> None:
    promote(scorer=scorer)
    drive = city.drive(3, scorer=city.scorer)
    assert sweep() == 1
    run_job(Job.objects.open().get().pk)
    drive.refresh_from_db()
    assert drive.scorer_hash == scorer.hash
    assert Sighting.objects.filter(frame__drive=drive, scorer=scorer, house__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_one_moment_make_one_promotion() -> None:
    live = make_scorer(live=True)
    waiting = [done_in_shadow(make_scorer()) for _ in range(2)]
    together = Barrier(2)

    def click(scorer: Scorer) -> str:
        together.wait()
        try:
            promote(scorer=scorer, instead_of=live.hash)
        except CannotPromote as refusal:
            return str(refusal)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as people:
        told = sorted(people.map(click, waiting))
    assert told[0] == ""
    assert "went live" in told[1]
    assert Promotion.objects.count() == Scorer.objects.filter(live=True).count() == 1


def test_votes_that_were_cast_in_shadow_count_at_once(city: City, scorer: Scorer) -> None:
    house = HouseScore.objects.filter(scorer=city.scorer)[0].house
    make_vote(house)
    promote(scorer=scorer)
    told = Client().get(f"/api/houses/{house.public_id}/").json()
    assert told["properties"]["votes"] == 2


def test_the_index_of_searches_is_there_before(city: City, scorer: Scorer) -> None:
    assert any((settings.SEARCH_INDEX / scorer.hash).rglob("ids"))


def test_a_drive_that_ends_while_another_scorer_goes_live_is_brought_through_that_one(db: None) -> None:
    live, scorer = make_scorer(live=True), done_in_shadow(make_scorer())
    drive = make_drive(stage=Stage.PUBLISH, scorer_hash=live.hash)
    score_frame(make_frame(drive), scorer=live)
    on_its_way = [drive.pk]

    def just_before(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('UPDATE "drives_drive" SET "scorer_hash"') and on_its_way:
            ended = Drive.objects.filter(pk=on_its_way.pop())
            ended.update(stage=Stage.DONE, finished_at=timezone.now())
        return execute(sql, *rest)

    with connection.execute_wrapper(just_before):
        promote(scorer=scorer)
    assert not on_its_way
    assert list(drives_to_bring(scorer)) == [drive]


def test_after_the_way_back_no_list_shows_a_picture_that_the_other_scorer_took_away(db: None) -> None:
    live, scorer, season = make_scorer(live=True), done_in_shadow(make_scorer()), make_season()
    house, hidden = make_house(), make_house(place(30), hidden=True)
    frame, other = see(house, share=0.2, scorer=live).frame, see(house, scorer=live).frame
    see(hidden, frame, scorer=scorer)
    publish_scores(scorer=live, season=season)
    score = HouseScore.objects.get(house=house)
    assert score.best_frame == frame
    promote(scorer=scorer)
    roll_back()
    score.refresh_from_db()
    assert list(Frame.objects.visible()) == [score.best_frame] == [other]
