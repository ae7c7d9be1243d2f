from __future__ import annotations

import hashlib
from pathlib import Path
from typing import IO, Any

import pytest
from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from server.drives import runs
from server.drives.models import Drive, Stage, StageRun
from server.drives.queries import file_counts, frame_counts
from server.frames.models import Frame, FrameScore, PatchFeatures, Region, Scorer
from server.frames.queries import parts_of
from server.frames.services import MAX_FRAME_ATTEMPTS
from server.houses.models import House, HouseEvening, HouseLook, HouseScore, Sighting
from server.maps.models import HeatCell, MapHouse
from server.maps.services import publish_heat
from tests.server import factories
from tests.workers.walk import files_of, next_run, send, submit_and_walk, walk_on
from workers import pipeline, scoring, steps
from workers.ends import Rejected, Retryable
from workers.media.picture import decode

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive(evening: Path) -> Drive:
    return send(files_of(evening / "photos"))


def rows() -> dict[str, int]:
    kept = (Frame, FrameScore, Region, Sighting, House, HouseScore, HouseEvening, HouseLook, HeatCell)
    return {model.__name__: model.objects.count() for model in kept}


def test_a_drive_goes_from_photos_to_a_heat_map(drive: Drive) -> None:
    submit_and_walk(drive)
    files, frames = file_counts(drive), frame_counts(drive)
    assert (drive.stage, drive.failure) == (Stage.DONE, "")
    assert files.files == files.accepted == frames.frames == frames.scored
    assert House.objects.count() >= HouseScore.objects.count() >= 3
    assert HeatCell.objects.exists()
    assert not drive.frames.filter(sharpness=None).exists()
    lit = HouseEvening.objects.filter(festivity__gt=0).values("house")
    assert HouseScore.objects.filter(house__in=lit).count() == HouseScore.objects.count()


def test_every_stage_run_twice_makes_nothing_twice(drive: Drive) -> None:
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    while run := next_run(drive):
        pipeline.run_stage(run.pk)
        before = rows()
        run_again(run)
        assert rows() == before, run.stage


def run_again(run: StageRun) -> None:
    """The same attempt once more, as when its message was delivered twice and its first worker never said it was done."""
    StageRun.objects.filter(pk=run.pk).update(state=StageRun.State.RUNNING)
    run.refresh_from_db()
    pipeline.STEPS[Stage(run.stage)](run)
    StageRun.objects.filter(pk=run.pk).update(state=StageRun.State.DONE)


def test_a_house_that_moves_does_so_on_the_maps_of_other_seasons_too(drive: Drive) -> None:
    submit_and_walk(drive)
    score = HouseScore.objects.select_related("scorer", "house").earliest("pk")
    earlier = factories.make_season(2020)
    factories.score_house(score.house, season=earlier, scorer=score.scorer)
    House.objects.filter(pk=score.house_id).update(position=Point(*factories.HOME))
    publish_heat(scorer=score.scorer, season=earlier, house_ids=[score.house_id])
    runs.open_stage(drive=drive, stage=Stage.IDENTIFY)
    walk_on(drive)
    shown = MapHouse.objects.filter(house=score.house_id)
    assert shown.count() == 2
    assert len(set(shown.values_list("across", "down"))) == 1


def test_pictures_that_pages_show_carry_no_exif(drive: Drive) -> None:
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    walk_on(drive, until=Stage.SCORE)
    for name in Frame.objects.values_list("picture", flat=True)[:5]:
        with storages["derivatives"].open(name) as stream, Image.open(stream) as picture:
            assert not picture.getexif()
            assert "exif" not in picture.info


def test_a_frame_keeps_its_map_as_the_mean_of_its_patches(drive: Drive) -> None:
    submit_and_walk(drive)
    for score in FrameScore.objects.all()[:10]:
        patches = bytes(score.map_bytes)
        assert len(patches) == score.map_rows * score.map_columns
        assert sum(patches) / len(patches) / 255 == pytest.approx(score.festivity, abs=0.002)


def test_a_trouble_that_may_pass_is_tried_again(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, Retryable("the disk was away"))
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    pipeline.run_stage(drive.stage_runs.get().pk)
    states = list(drive.stage_runs.values_list("attempt", "state", "error"))
    assert states == [(1, "retried", "the disk was away"), (2, "waiting", "")]


def test_a_rejection_is_a_sentence_for_the_driver(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, Rejected("There is nothing to see here."))
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    pipeline.run_stage(drive.stage_runs.get().pk)
    drive.refresh_from_db()
    assert drive.failure == "There is nothing to see here."


def test_anything_else_is_recorded_and_raised_again(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, ZeroDivisionError("a bug"))
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    with pytest.raises(ZeroDivisionError):
        pipeline.run_stage(drive.stage_runs.get().pk)
    assert drive.stage_runs.get().error == "ZeroDivisionError: a bug"


def fails_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def step(run: StageRun) -> None:
        raise error

    monkeypatch.setitem(pipeline.STEPS, Stage.PROBE, step)


def test_a_frame_that_keeps_failing_is_set_aside_and_the_rest_goes_on(drive: Drive) -> None:
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    walk_on(drive, until=Stage.SCORE)
    poison = drive.frames.first()
    assert poison is not None
    Frame.objects.filter(pk=poison.pk).update(attempts=MAX_FRAME_ATTEMPTS)
    walk_on(drive)
    files, frames = file_counts(drive), frame_counts(drive)
    assert drive.stage == Stage.DONE
    assert files.reasons == {"poison": 1}
    assert frames.frames == frames.scored + 1


def test_scoring_again_keeps_every_house(drive: Drive) -> None:
    submit_and_walk(drive)
    houses = set(House.objects.values_list("public_id", flat=True))
    FrameScore.objects.update(scorer=older_scorer())
    Region.objects.update(scorer=older_scorer())
    Sighting.objects.update(scorer=older_scorer())
    assert runs.score_again(drive, parts=1)
    walk_on(drive)
    assert set(House.objects.values_list("public_id", flat=True)) == houses
    assert not Sighting.objects.filter(house=None).exists()


def older_scorer() -> int:
    return Scorer.objects.get_or_create(hash="older", defaults={"backbone": "older", "head": "older"})[0].pk


def test_another_head_scores_the_drive_from_what_was_kept(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit_and_walk(drive)
    before = festivities(drive)
    for model in (FrameScore, Region, Sighting):
        model.objects.update(scorer=older_scorer())
    monkeypatch.setattr(scoring.network(), "score", forbidden)
    assert runs.score_again(drive, parts=1)
    assert walk_on(drive).stage == Stage.DONE
    assert festivities(drive) == pytest.approx(before, abs=1e-3)


def forbidden(images: list[Any]) -> Any:
    assert not images, "the whole picture went through the network again"
    return []


def festivities(drive: Drive) -> dict[int, float]:
    scorer = scoring.working_scorer()
    return dict(
        FrameScore.objects.filter(frame__drive=drive, scorer=scorer).values_list("frame", "festivity")
    )


def test_features_that_were_lost_are_made_again(drive: Drive) -> None:
    submit_and_walk(drive)
    kept = PatchFeatures.objects.order_by("pk")
    assert kept.count() == frame_counts(drive).scored
    for features, content in zip(kept[:2], (b"damaged", None), strict=True):
        name = features.file.name
        features.file.storage.delete(name)
        if content:
            features.file.storage.save(name, ContentFile(content))
    FrameScore.objects.all().delete()
    Region.objects.all().delete()
    runs.open_stage(drive=drive, stage=Stage.SCORE)
    assert walk_on(drive).stage == Stage.DONE
    sizes = [features.file.size for features in PatchFeatures.objects.all()]
    assert len(sizes) == frame_counts(drive).scored
    assert min(sizes) > 1000


def test_features_of_frames_that_are_scored_already_are_made_up_for(drive: Drive) -> None:
    submit_and_walk(drive)
    before, scores = festivities(drive), FrameScore.objects.count()
    PatchFeatures.objects.filter(frame__part=0).delete()
    assert runs.score_again(drive, parts=parts_of(drive.pk))
    assert walk_on(drive).stage == Stage.DONE
    assert PatchFeatures.objects.count() == FrameScore.objects.count() == scores
    assert festivities(drive) == before


def test_a_frame_that_the_network_cannot_bear_is_scored_alone_and_set_aside(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, seen = scoring.network(), []

    def choke(images: list[Any]) -> Any:
        seen.append(len(images))
        if any(image[0, 0, 0] == 77 for image in images):
            raise MemoryError("this one")
        return type(network).score(network, images)

    monkeypatch.setattr(network, "score", choke)
    monkeypatch.setattr(steps.score, "decode", lambda stream, long_side: marked(stream))
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    walk_on(drive)
    frames = frame_counts(drive)
    assert drive.stage == Stage.DONE
    assert file_counts(drive).reasons == {"poison": 1}
    assert frames.scored == frames.frames - 1


def marked(stream: IO[bytes]) -> Any:
    """The picture, the first one that is ever decoded with a mark in its corner."""
    picture = decode(stream, long_side=320)
    digest = hashlib.sha256(picture.tobytes()).hexdigest()
    picture[0, 0] = 77 if MARKED.setdefault("digest", digest) == digest else 0
    return picture


MARKED: dict[str, str] = {}


def test_not_festive_stays_said_when_the_drive_is_placed_again(drive: Drive) -> None:
    submit_and_walk(drive)
    sighting = Sighting.objects.first()
    assert sighting is not None
    Frame.objects.filter(pk=sighting.frame_id).update(not_festive=True)
    runs.open_stage(drive=drive, stage=Stage.LOCATE)
    walk_on(drive)
    sighting.refresh_from_db()
    assert sighting.suppressed


def test_a_new_scorer_finds_the_houses_that_another_drive_found(drive: Drive, evening: Path) -> None:
    submit_and_walk(drive)
    House.objects.update(hidden=True)
    for model in (FrameScore, Region, Sighting):
        model.objects.update(scorer=older_scorer())
    second = submit_and_walk(send(files_of(evening / "photos")))
    assert second.stage == Stage.DONE
    assert not House.objects.visible().exists()


def test_a_scorer_that_changes_in_the_middle_stops_the_drive_with_a_sentence(drive: Drive) -> None:
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    walk_on(drive, until=Stage.SCORE)
    Drive.objects.update(scorer_hash="another")
    walk_on(drive)
    assert "scorer changed" in drive.failure
    runs.resume(drive)
    assert walk_on(drive).stage == Stage.DONE
