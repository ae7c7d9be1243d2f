from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import storages
from PIL import Image

from server.drives import runs
from server.drives.models import ClockSource, Drive, Fault, Footage, Side, Stage, StageRun
from server.drives.queries import file_counts, frame_counts, progress_of
from server.drives.track import moved
from server.frames.models import Frame
from tests.server import factories
from tests.workers.clips import clip, passing, texture
from tests.workers.test_video_facts import with_telemetry
from tests.workers.test_video_gpmf import gps5
from tests.workers.walk import next_run, reason_of, send, submit_and_walk, walk_on
from workers import pipeline
from workers.sampling import parts

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 11, 5, 3, 30, tzinfo=UTC)
CREATED = {"creation_time": "2026-11-05T03:30:00Z"}
NAME = "car_left_1.mp4"
REAL = Path(os.environ.get("FESTIVITY_REAL_DATA", "/nowhere"))
real = pytest.mark.skipif(not REAL.is_dir(), reason="FESTIVITY_REAL_DATA is not set")


@pytest.fixture(scope="module")
def content() -> bytes:
    return clip(passing(200, 1), metadata=CREATED)


@pytest.fixture
def drive(content: bytes) -> Drive:
    """Twenty seconds at 10 m/s, with a track."""
    return with_track(send({NAME: content}))


def with_track(drive: Drive, seconds: int = 30) -> Drive:
    for at_s in range(seconds):
        where = moved(*factories.HOME, bearing=90, by_m=10 * at_s)
        factories.make_track_point(drive, at=BEGAN + timedelta(seconds=at_s), where=where)
    return drive


def sampled(drive: Drive) -> Drive:
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    return walk_on(drive, until=Stage.SCORE)


def moments(drive: Drive) -> list[int]:
    return list(drive.frames.order_by("at_ms").values_list("at_ms", flat=True))


def test_a_video_becomes_a_frame_every_three_metres(drive: Drive) -> None:
    sampled(drive)
    footage = drive.footage.get()
    assert (footage.state, footage.clock, footage.device_at) == (
        Footage.State.ACCEPTED,
        ClockSource.UTC,
        BEGAN,
    )
    assert np.diff(moments(drive)).mean() == pytest.approx(300, abs=10)
    assert footage.camera is not None
    assert footage.camera.side == Side.LEFT


def test_frames_have_their_time_their_place_and_their_pictures(drive: Drive) -> None:
    sampled(drive)
    frame = drive.frames.order_by("at_ms")[10]
    assert frame.device_at == frame.captured_at == BEGAN + timedelta(milliseconds=frame.at_ms)
    assert frame.position is not None
    metres = (frame.position.x - factories.HOME[0]) * factories.METRES_PER_DEGREE * np.cos(np.radians(32.9))
    assert metres == pytest.approx(frame.at_ms / 100, abs=0.3)
    with storages["default"].open(frame.still.name) as stream, Image.open(stream) as still:
        assert still.size == (frame.width, frame.height) == (160, 96)


def test_a_video_without_a_track_is_sampled_by_time(content: bytes) -> None:
    drive = sampled(send({NAME: content}))
    assert np.diff(moments(drive)) == pytest.approx(1000, abs=101)
    assert not drive.frames.exclude(position=None).exists()


def test_a_video_of_unknown_time_still_gives_frames() -> None:
    drive = sampled(send({NAME: clip(passing(30, 1))}))
    footage = drive.footage.get()
    assert footage.clock == ClockSource.NONE
    assert footage.device_at is not None
    assert len(moments(drive)) == 3


def test_sampling_again_makes_nothing_twice(drive: Drive) -> None:
    sampled(drive)
    before = list(Frame.objects.order_by("pk").values_list("pk", "at_ms"))
    for run in drive.stage_runs.filter(stage=Stage.SAMPLE):
        run_again(run)
    assert list(Frame.objects.order_by("pk").values_list("pk", "at_ms")) == before


def run_again(run: StageRun) -> None:
    StageRun.objects.filter(pk=run.pk).update(state=StageRun.State.RUNNING)
    run.refresh_from_db()
    pipeline.STEPS[Stage(run.stage)](run)
    StageRun.objects.filter(pk=run.pk).update(state=StageRun.State.DONE)


@pytest.mark.parametrize("kept", [0, 1, 16, 33])
def test_what_a_killed_worker_left_is_gone_on_with(drive: Drive, kept: int) -> None:
    whole = moments(sampled(drive))
    drive.frames.filter(at_ms__gt=whole[kept - 1] if kept else -1).delete()
    for run in drive.stage_runs.filter(stage=Stage.SAMPLE):
        run_again(run)
    assert moments(drive) == whole


def test_a_long_video_is_shared_out_in_parts(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = moments(sampled(drive))
    drive.frames.all().delete()
    drive.stage_runs.all().delete()
    monkeypatch.setattr(parts, "PART_MS", 7_000)
    sampled(drive)
    rows = drive.stage_runs.filter(stage=Stage.SAMPLE).order_by("part")
    assert [run.count_out for run in rows] == [0, 24, 23, 20]
    assert moments(drive) == whole


def test_progress_knows_how_many_frames_will_come(drive: Drive) -> None:
    sampled(drive)
    progress = progress_of(drive)[1]
    assert progress.expected == progress.count_in == progress.count_out == len(moments(drive))


def test_gps_in_the_video_is_a_track_and_its_clock(content: bytes) -> None:
    places = [moved(*factories.HOME, bearing=90, by_m=10.0 * at_s) for at_s in range(20)]
    payloads = [gps5(place, at=f"2611050331{at_s:02}.000") for at_s, place in enumerate(places)]
    payloads.append(gps5((0.0, 0.0), lock=0))
    drive = sampled(send({NAME: with_telemetry(content, payloads)}))
    footage = drive.footage.get()
    assert (footage.clock, footage.device_at) == (ClockSource.GPS, BEGAN + timedelta(minutes=1))
    assert drive.track_points.good().count() == 20
    assert drive.track_points.get(fault=Fault.NULL_ISLAND).ordinal == 20
    assert np.diff(moments(drive)[:60]).mean() == pytest.approx(300, abs=15)


def test_chapters_go_on_where_the_one_before_ended(content: bytes) -> None:
    other = clip([texture(seed=number) for number in range(50)], metadata=CREATED)
    drive = sampled(send({"GH020007.MP4": other, "GH010007.MP4": content}, side_hint=Side.RIGHT))
    first, second = drive.footage.order_by("name")
    assert (first.recording, first.chapter, second.chapter) == ("GH0007", 1, 2)
    assert second.device_at == BEGAN + timedelta(milliseconds=first.duration_ms)


def test_a_red_light_across_two_chapters_is_one_frame() -> None:
    still = clip([texture()] * 100, metadata=CREATED)
    drive = send({"GH010007.MP4": still, "GH020007.MP4": still + b"\0"}, side_hint=Side.RIGHT)
    factories.make_track_point(drive, at=BEGAN)
    factories.make_track_point(drive, at=BEGAN + timedelta(seconds=30))
    assert sampled(drive).frames.count() == 1


@real
def test_real_videos_with_gps_are_placed_by_it() -> None:
    names = ("karma.mp4", "max-heromode.mp4")
    drive = sampled(
        send({name: (REAL / "gopro_gpmf" / name).read_bytes() for name in names}, side_hint=Side.LEFT)
    )
    flying, walking = drive.footage.order_by("name")
    assert flying.clock == walking.clock == ClockSource.GPS
    assert (flying.device, walking.device) == ("GoPro", "GoPro Max")
    assert 20 <= flying.frames.count() <= 30
    assert 3 <= walking.frames.count() <= 6
    assert not drive.frames.filter(position=None).exists()


@real
@pytest.mark.parametrize("name", ["sample-5s.mp4", "sample-5s_h265.mp4"])
def test_real_clips_beside_a_track_are_placed_on_it(name: str) -> None:
    drive = send({"VID_20250314_000010_left.mp4": (REAL / "video_and_gpx" / name).read_bytes()})
    track = (REAL / "video_and_gpx" / "sf_30km_h.gpx").read_text()
    for lat, lon, at in re.findall(
        r'<trkpt lat="([\d.-]+)" lon="([\d.-]+)".*?<time>(.*?)</time>', track, re.DOTALL
    ):
        factories.make_track_point(drive, at=datetime.fromisoformat(at), where=(float(lon), float(lat)))
    sampled(drive)
    assert 10 <= drive.frames.count() <= 17
    assert not drive.frames.filter(position=None).exists()


def test_what_cannot_be_read_is_refused_and_the_rest_goes_on(content: bytes) -> None:
    files = {
        NAME: content,
        "car_left_2.mp4": b"a text",
        "car_left_3.mov": content[: content.index(b"moov") - 4],
    }
    drive = sampled(send(files))
    assert reason_of(drive, "car_left_2.mp4") == "mislabelled"
    assert reason_of(drive, "car_left_3.mov") == "no_index"
    counts = file_counts(drive)
    assert (counts.accepted, counts.rejected) == (1, 2)


def test_a_side_that_nothing_tells_is_not_known_yet(content: bytes) -> None:
    drive = sampled(send({"VID_1.mp4": content}))
    camera = drive.cameras.get()
    assert (camera.side, camera.side_by) == ("", "")


def test_a_video_is_not_decoded_by_a_worker_that_lost_its_lease(drive: Drive) -> None:
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    walk_on(drive, until=Stage.SAMPLE)
    drive.refresh_from_db()
    run = drive.stage_runs.get(stage=Stage.SAMPLE, part=1)
    claimed = runs.claim(run.pk)
    assert claimed is not None
    StageRun.objects.filter(pk=run.pk).update(token=None)
    with pytest.raises(runs.LeaseLost):
        pipeline.STEPS[Stage.SAMPLE](claimed)
    assert not drive.frames.exists()


def test_an_evening_of_photos_on_one_side_and_video_on_the_other_goes_to_the_map(evening: Path) -> None:
    photos = sorted((evening / "photos").iterdir())
    left = {path.name: path.read_bytes() for path in photos if "left" in path.name}
    right = [np.asarray(Image.open(path)) for path in photos if "right" in path.name]
    began = min(path.stem.split("right_")[1] for path in photos if "right" in path.name)
    video = clip([picture for picture in right for _ in range(5)], every_ms=200)
    drive = submit_and_walk(send({**left, f"VID_right_{began}.mp4": video}))
    frames = frame_counts(drive)
    assert (drive.stage, drive.failure) == (Stage.DONE, "")
    assert frames.frames == frames.scored > len(left)
    assert next_run(drive) is None
