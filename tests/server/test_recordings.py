from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from server.drives.footage.recordings import Chapter, gopro_name, join_recordings, joined
from server.drives.models import ClockSource, Drive, Footage
from tests.server import factories

TEN_MINUTES = timedelta(minutes=10)


def chapter(name: str, after_min: float = 0, pk: int = 0, sure: bool = False) -> Chapter:
    began_at = factories.NIGHT + timedelta(minutes=after_min)
    return Chapter(pk, name, "1/DCIM", began_at, TEN_MINUTES, sure)


def minutes(chapters: list[Chapter]) -> dict[str, float]:
    return {found.name: (found.began_at - factories.NIGHT) / timedelta(minutes=1) for found in chapters}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("GH010123.MP4", ("GH0123", 1)),
        ("100GOPRO/GX020123.mp4", ("GX0123", 2)),
        ("GOPR0123.MP4", ("GOPR0123", 0)),
        ("GP010123.MP4", ("GOPR0123", 1)),
        ("IMG_0123.MOV", None),
        ("EGH010123.MP4", None),
    ],
)
def test_gopro_names_tell_recording_and_chapter(name: str, found: tuple[str, int] | None) -> None:
    assert gopro_name(name) == found


def test_chapters_that_repeat_the_first_ones_time_follow_one_another() -> None:
    found = joined([chapter("GH020001.MP4"), chapter("GH010001.MP4"), chapter("GH030001.MP4")])
    assert minutes(found) == {"GH010001.MP4": 0, "GH020001.MP4": 10, "GH030001.MP4": 20}
    assert {one.recording for one in found} == {"GH0001"}


def test_a_missing_chapter_leaves_its_time_free() -> None:
    assert minutes(joined([chapter("GH010001.MP4"), chapter("GH030001.MP4")]))["GH030001.MP4"] == 20


def test_a_chapter_with_gps_time_tells_the_others() -> None:
    found = joined([chapter("GH010001.MP4"), chapter("GH020001.MP4", after_min=70, sure=True)])
    assert minutes(found) == {"GH010001.MP4": 60, "GH020001.MP4": 70}
    assert all(one.sure for one in found)


def test_two_recordings_of_one_number_are_left_alone() -> None:
    found = joined([chapter("GH010001.MP4", pk=1), chapter("GH010001.MP4", after_min=3, pk=2)])
    assert [one.recording for one in found] == ["", ""]


def test_a_dashcams_files_are_one_recording_as_long_as_they_join() -> None:
    names = ["20261205_030000.MP4", "20261205_031000.MP4", "20261205_040000.MP4"]
    found = joined([chapter(name, after) for name, after in zip(names, (0, 10, 60), strict=True)])
    assert [(one.recording, one.number) for one in found] == [(names[0], 1), (names[0], 2), ("", 0)]


def test_files_of_another_camera_do_not_join() -> None:
    other = replace(chapter("20261205_031000.MP4", 10), source="2/DCIM")
    assert [one.recording for one in joined([chapter("20261205_030000.MP4"), other])] == ["", ""]


@pytest.mark.django_db
def test_joining_twice_is_the_same_as_once() -> None:
    drive = factories.make_drive()
    for name in ("GH010001.MP4", "GH020001.MP4"):
        video(drive, name)
    join_recordings(drive)
    once = state(drive)
    join_recordings(drive)
    assert state(drive) == once
    assert [row[2] for row in once] == [factories.NIGHT, factories.NIGHT + TEN_MINUTES]


@pytest.mark.django_db
def test_a_fix_without_gps_time_moves_with_its_chapter() -> None:
    drive = factories.make_drive()
    video(drive, "GH010001.MP4")
    factories.make_track_point(drive, footage=video(drive, "GH020001.MP4"))
    join_recordings(drive)
    assert drive.track_points.get().at == factories.NIGHT + TEN_MINUTES


def video(drive: Drive, name: str) -> Footage:
    return factories.make_footage(
        drive,
        name=name,
        kind=Footage.Kind.VIDEO,
        device_at=factories.NIGHT,
        clock=ClockSource.ZONE,
        duration_ms=600_000,
    )


def state(drive: Drive) -> list[tuple[object, ...]]:
    return list(drive.footage.order_by("name").values_list("recording", "chapter", "device_at", "clock"))
