"""Originals: gone when their frames are scored, or kept without serial numbers; nothing else needs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import Storage, default_storage
from PIL import ExifTags

from server.drives import runs
from server.drives.footage.originals import drop, drop_now, due_of, kept_of
from server.drives.models import Drive, Footage, Reason, Stage
from server.frames.models import FrameScore, Scorer
from tests.workers import photos
from tests.workers.walk import files_of, next_run, send, submit_and_walk, walk_on
from workers import pipeline
from workers.media.scrub import Patch
from workers.originals import write_anew

pytestmark = pytest.mark.django_db
SERIAL = b"SERIAL123"


def telling(number: int) -> bytes:
    tags = {**photos.PHOTO_TAGS, ExifTags.Base.BodySerialNumber: SERIAL.decode()}
    return photos.saved(photos.night(160 + number), exif=photos.exif(photo=tags))


@pytest.fixture
def drive() -> Drive:
    packed = photos.zipped({"left_3.jpg": telling(3)})
    return send(
        {"left_1.jpg": telling(1), "right_2.jpg": telling(2), "a.zip": packed, "left_4.nef": b"II*\x00raw"}
    )


def originals_in(media: Path) -> list[Path]:
    return sorted((media / "private" / "drives").rglob("*.*"))


def keep(drive: Drive) -> None:
    Drive.objects.filter(pk=drive.pk).update(keep_originals=True)


def test_originals_are_gone_once_everything_is_scored(drive: Drive, media: Path) -> None:
    submit_and_walk(drive)
    assert drive.stage == Stage.DONE
    assert originals_in(media) == []
    assert not drive.footage.exclude(file="").exists()
    assert drive.footage.filter(dropped_at=None).count() == 0
    assert drive.footage.exclude(sha256="").count() == 5


def test_until_then_they_are_there(drive: Drive, media: Path) -> None:
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    walk_on(drive, until=Stage.SCORE)
    names = set(drive.footage.exclude(file="").values_list("name", flat=True))
    assert names == {"left_1.jpg", "right_2.jpg", "left_3.jpg"}
    assert len(originals_in(media)) == 3


def test_kept_originals_hold_no_serial_number(drive: Drive, media: Path) -> None:
    keep(drive)
    submit_and_walk(drive)
    kept = originals_in(media)
    assert len(kept) == 3
    assert all(SERIAL not in path.read_bytes() for path in files_everywhere(media))
    assert all(path.stat().st_size in {len(telling(number)) for number in (1, 2, 3)} for path in kept)


def files_everywhere(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_no_serial_number_is_in_storage_once_the_files_are_read(drive: Drive, media: Path) -> None:
    assert any(SERIAL in path.read_bytes() for path in files_everywhere(media))
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    walk_on(drive, until=Stage.SAMPLE)
    assert not any(SERIAL in path.read_bytes() for path in files_everywhere(media))


def test_the_driver_deletes_what_was_kept(drive: Drive, media: Path) -> None:
    keep(drive)
    submit_and_walk(drive)
    assert kept_of(drive).files == 3
    assert drop_now(drive) == 3
    assert originals_in(media) == []
    assert kept_of(drive).size_bytes == 0


def test_a_worker_that_dies_while_deleting_is_followed_by_one_that_goes_on(
    drive: Drive, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    walk_on(drive, until=Stage.LOCATE)
    with monkeypatch.context() as dying:
        killed_after(1, dying)
        with pytest.raises(KeyboardInterrupt):
            pipeline.run_stage(next_run(drive).pk)
    assert 0 < kept_of(drive).files < 3
    drop(due_of(drive))
    assert originals_in(media) == []
    assert kept_of(drive).files == 0


def killed_after(deleted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends right after so many files were deleted, before their rows say so."""
    delete, left = default_storage.delete, [deleted]

    def deleting(name: str) -> None:
        delete(name)
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1

    monkeypatch.setattr(default_storage, "delete", deleting)


def test_a_drive_without_originals_is_scored_again(evening: Path) -> None:
    drive = submit_and_walk(send(dict(list(files_of(evening / "photos").items())[:3])))
    assert kept_of(drive).files == 0
    FrameScore.objects.all().delete()
    Scorer.objects.all().update(live=True)
    assert runs.score_again(drive, parts=1)
    walk_on(drive)
    assert drive.stage == Stage.DONE
    assert FrameScore.objects.count() == drive.frames.count()


def test_frames_from_before_stills_were_kept_keep_their_originals(drive: Drive) -> None:
    runs.open_stage(drive=drive, stage=Stage.PROBE)
    walk_on(drive, until=Stage.LOCATE)
    drive.frames.filter(footage__name="left_1.jpg").update(still="")
    walk_on(drive)
    assert list(drive.footage.exclude(file="").values_list("name", flat=True)) == ["left_1.jpg"]


def test_a_poisoned_photo_is_kept_where_its_driver_keeps_originals(drive: Drive) -> None:
    keep(drive)
    submit_and_walk(drive)
    drive.refresh_from_db()
    drive.footage.filter(name="left_1.jpg").update(state=Footage.State.REJECTED, reason=Reason.POISON)
    assert not due_of(drive).exists()


def test_a_storage_without_files_gets_a_new_one(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    footage = drive.footage.get(name="left_1.jpg")
    before, old = footage.file.open().read(), footage.file.name
    write_anew(footage, [Patch(before.index(SERIAL), b"\x00" * len(SERIAL))])
    storage: Any = footage.file.storage
    assert isinstance(storage, Storage)
    footage.refresh_from_db()
    assert SERIAL not in footage.file.open().read()
    assert footage.file.name != old
    assert not storage.exists(old)
