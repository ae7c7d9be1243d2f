"""Scoring in shadow: everything under another scorer, and nothing of what is shown moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from ml.scorer import Scorer as Network
from server.drives.models import Drive
from server.frames.models import Frame, FrameScore, PatchFeatures, Region, Scorer
from server.houses.models import House, HouseScore, Sighting
from server.jobs.models import Job
from server.jobs.services import sweep as sweep_jobs
from server.maps.models import HeatCell, MapHouse, TileStamp
from server.scorers.models import BroughtDrive, Shadow
from server.scorers.queries import drives_to_bring
from server.scorers.services import begin_shadow, promote, sweep
from tests.labels.street import Shot
from tests.scorers.city import City, checksums, driven_city, in_shadow
from tests.server.factories import make_scorer
from tests.workers.test_scoring import taught
from workers import scoring
from workers.jobs import run_job
from workers.shadow import drives, turn

BRIGHTER, BLIND = 0.5, -9.0
FRAMES = 10
SHOWN = {
    "frames_framescore": "frame_id, festivity, map_bytes, cls_vector",
    "frames_region": "frame_id, index, box, festivity, share, vector, depth_m, patches",
    "houses_sighting": "frame_id, house_id, position, distance_m, lit_m2, suppressed",
    "houses_housescore": "house_id, season_id, festivity, low, high, votes, standing, novelty, best_frame_id",
    "houses_houseevening": 'house_id, "on", festivity, frames',
    "maps_maphouse": "house_id, season_id, x, y, festivity",
    "maps_heatcell": "season_id, level, x, y, houses, frames, festivity, best",
    "maps_drivencell": "season_id, drive_id, x, y, frames",
}


def rows_of(scorer: Scorer) -> dict[str, str]:
    """A checksum of each table's rows of a scorer."""
    found = {}
    with connection.cursor() as cursor:
        for table, columns in SHOWN.items():
            rows = f"SELECT ({columns})::text AS line FROM {table} WHERE scorer_id = %s"
            cursor.execute(f"SELECT md5(string_agg(line, '|' ORDER BY line)) FROM ({rows}) told", [scorer.pk])
            found[table] = cursor.fetchone()[0]
    return found


def stamps_of(scorer: Scorer) -> list[tuple[Any, ...]]:
    return sorted(TileStamp.objects.filter(scorer=scorer).values_list("layer", "z", "x", "y", "stamp"))


def drive_rows() -> list[dict[str, Any]]:
    return list(Drive.objects.order_by("pk").values())


@pytest.fixture
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn ends after each batch and each drive."""
    monkeypatch.setattr(turn.Turn.__init__, "__defaults__", (0.0, *turn.Turn.__init__.__defaults__[1:]))


def test_all_that_the_live_scorer_has_is_made_in_shadow_and_nothing_that_is_shown_moves(city: City) -> None:
    scorer, fixed = (
        taught(shift=BRIGHTER),
        (checksums(), rows_of(city.scorer), stamps_of(city.scorer), drive_rows()),
    )
    job = in_shadow(scorer)
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert FrameScore.objects.filter(scorer=scorer).count() == Frame.objects.count() == FRAMES
    assert Region.objects.filter(scorer=scorer).count() == Sighting.objects.filter(scorer=scorer).count() > 0
    assert not Sighting.objects.filter(scorer=scorer, house=None).exists()
    for kept in (HouseScore, MapHouse, HeatCell, TileStamp):
        assert kept.objects.filter(scorer=scorer).exists()
    now = (checksums(), rows_of(city.scorer), stamps_of(city.scorer), drive_rows())
    assert now == fixed


def test_maps_in_shadow_are_those_that_the_network_would_give(city: City) -> None:
    scorer = taught(shift=BRIGHTER)
    in_shadow(scorer)
    frame = Frame.objects.order_by("pk")[0]
    (image,) = city.network.with_head(head_of_row(scorer)).score([city.shots[3].picture])
    assert FrameScore.objects.get(frame=frame, scorer=scorer).festivity == pytest.approx(
        image.festivity, abs=1e-3
    )
    boxes = [region.box for region in frame.regions.filter(scorer=scorer).order_by("index")]
    assert boxes == [pytest.approx(list(region.box)) for region in image.regions]


def head_of_row(scorer: Scorer) -> Any:
    from ml.head import head_of

    return head_of(bytes(scorer.kept_head.npz), "taught", scorer.kept_head.card)


def test_doing_it_again_changes_nothing(city: City) -> None:
    scorer = taught(shift=BRIGHTER)
    in_shadow(scorer)
    before = rows_of(scorer), stamps_of(scorer), House.objects.count()
    BroughtDrive.objects.filter(scorer=scorer).delete()
    in_shadow(scorer)
    assert (rows_of(scorer), stamps_of(scorer), House.objects.count()) == before


def test_in_many_short_turns_it_comes_to_the_same(city: City, short_turns: None) -> None:
    scorer = taught(shift=BRIGHTER)
    job = begin_shadow(scorer=scorer, asked_by=None)
    turns = 0
    while job.is_open:
        run_job(job.pk)
        job.refresh_from_db()
        turns += 1
    assert turns > 3
    assert FrameScore.objects.filter(scorer=scorer).count() == FRAMES
    assert not drives_to_bring(scorer).exists()


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer = taught(shift=BRIGHTER)
    job = begin_shadow(scorer=scorer, asked_by=None)
    publish, asked = drives.publish, []

    def killed(*arguments: Any) -> None:
        asked.append(arguments)
        if len(asked) == 2:
            raise KeyboardInterrupt
        publish(*arguments)

    monkeypatch.setattr(drives, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk)
    Job.objects.filter(pk=job.pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    sweep_jobs()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, len(asked)) == (Job.State.DONE, 3)
    assert not drives_to_bring(scorer).exists()


def test_the_network_looks_where_nothing_was_kept_and_what_cannot_be_read_is_told(city: City) -> None:
    bare, gone = Frame.objects.order_by("pk")[:2]
    PatchFeatures.objects.filter(frame__in=[bare, gone]).delete()
    gone.still.storage.delete(gone.still.name)
    scorer = taught(shift=BRIGHTER)
    job = in_shadow(scorer)
    assert bare.scores.filter(scorer=scorer).exists()
    assert PatchFeatures.objects.filter(frame=bare).exists()
    assert Shadow.objects.get(scorer=scorer).unreadable == [gone.pk]
    assert "1 frame" in job.lines.last().text


def test_a_drive_that_comes_later_is_brought_too(city: City) -> None:
    scorer = taught(shift=BRIGHTER)
    in_shadow(scorer)
    drive = city.drive(7)
    assert list(drives_to_bring(scorer)) == [drive]
    assert sweep() == 1
    assert sweep() == 0
    run_job(Job.objects.open().get().pk)
    assert Sighting.objects.filter(scorer=scorer, frame__drive=drive).exists()
    assert not drives_to_bring(scorer).exists()


def test_a_house_that_only_the_shadow_sees_is_shown_nowhere(
    db: None, shots: list[Shot], network: Network
) -> None:
    shipped = scoring.working_scorer()
    dim = driven_city(shots, network, taught(shift=BLIND, live=True), evenings=1).scorer
    in_shadow(shipped)
    founded = House.objects.exclude(scores__scorer=dim).values_list("public_id", flat=True)
    assert founded
    client = Client()
    assert {client.get(f"/houses/{house}/").status_code for house in founded} == {404}
    listed = {one["id"] for one in client.get("/api/houses/").json()["features"]}
    assert listed.isdisjoint(founded)
    promote(scorer=shipped)
    assert {client.get(f"/houses/{house}/").status_code for house in founded} == {200}


def test_a_scorer_whose_head_was_not_kept_is_refused(city: City) -> None:
    job = in_shadow(make_scorer(card={"backbone_sha256": "b" * 64}))
    assert job.state == Job.State.FAILED
    assert "manage.py rescore" in job.failure
