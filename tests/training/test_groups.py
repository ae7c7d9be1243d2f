"""What is left out together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.frames.models import Frame
from tests.server.factories import NIGHT, make_drive, make_frame
from workers.training.examples import groups_of

pytestmark = pytest.mark.django_db


def along_one_drive(*seconds: float) -> list[Frame]:
    drive = make_drive()
    return [make_frame(drive, at=NIGHT + timedelta(seconds=second)) for second in seconds]


def test_three_drives_are_three_groups() -> None:
    frames = [make_frame(drive) for drive in (make_drive(), make_drive(), make_drive()) for _ in range(2)]
    groups, by_drive = groups_of(frames)
    assert by_drive
    assert [len(set(groups)), groups[0] == groups[1]] == [3, True]


def test_of_one_drive_pauses_of_a_minute_and_a_half_part_the_groups() -> None:
    groups, by_drive = groups_of(along_one_drive(0, 40, 200, 220, 400))
    assert not by_drive
    assert groups == ["00000", "00000", "00001", "00001", "00002"]


def test_shorter_pauses_part_them_where_there_are_few() -> None:
    assert len(set(groups_of(along_one_drive(0, 1, 15, 16, 30))[0])) == 3


def test_two_drives_are_parted_where_they_meet() -> None:
    frames = [*along_one_drive(0, 1), *along_one_drive(2, 200)]
    assert groups_of(frames)[0] == ["00000", "00000", "00001", "00002"]


def test_what_was_taken_at_one_moment_stays_together() -> None:
    assert len(set(groups_of(along_one_drive(0, 0, 0))[0])) == 1
