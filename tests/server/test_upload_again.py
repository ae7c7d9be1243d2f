"""A file goes on from anywhere, is never taken twice, and is what was announced."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from server.accounts.models import User
from server.core.rolling import trusted_library
from server.drives.models import Drive, Footage, Stage, Upload
from server.drives.queries import ended_unseen
from server.drives.services import submit_drive
from server.drives.uploads import parts
from server.drives.uploads import services as uploads
from tests.server.factories import make_drive, make_footage, make_user
from tests.server.tus import begin, create, head, metadata, patch, upload_at, whole

pytestmark = pytest.mark.django_db
VIDEO = bytes(range(256)) * 40
SHA256 = hashlib.sha256(VIDEO).hexdigest()


class Remote(Storage):
    """Like a bucket: files have names there, and no paths."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        return ContentFile(self.files[name], name)

    def _save(self, name: str, content: File[bytes]) -> str:
        self.files[name] = b"".join(content.chunks())
        return name

    def exists(self, name: str) -> bool:
        return name in self.files


@pytest.fixture
def driver() -> User:
    return make_user()


@pytest.fixture
def drive(driver: User) -> Drive:
    return make_drive(driver)


@pytest.fixture
def client(driver: User) -> Client:
    client = Client()
    client.force_login(driver)
    return client


def announce(client: Client, drive: Drive, content: bytes = b"", **said: str) -> Any:
    """POST of VIDEO's length, with what is said of it and perhaps its first bytes."""
    about = metadata(drive=drive.public_id, filename="night.mp4", **said)
    headers = {"Upload-Length": str(len(VIDEO)), "Upload-Metadata": about}
    return create(client, drive, content, headers=headers)


def test_open_uploads_of_a_drive_are_listed_for_another_device(client: Client, drive: Drive) -> None:
    address = announce(client, drive, folder="DCIM/100", sha256=SHA256, modified="1764961200500").headers[
        "Location"
    ]
    patch(client, address, VIDEO[:1000])
    create(client, drive, b"done")
    (listed,) = client.get(f"/api/drives/{drive.public_id}/uploads/").json()["results"]
    assert (listed["url"], listed["offset"], listed["length"]) == (address, 1000, len(VIDEO))
    assert (listed["name"], listed["folder"], listed["sha256"]) == ("night.mp4", "DCIM/100", SHA256)
    assert listed["modified_at"] == "2025-12-05T19:00:00.500000Z"


def test_footage_keeps_folder_and_time_of_change(client: Client, drive: Drive) -> None:
    announce(client, drive, VIDEO, folder="DCIM", modified="1764961200500")
    footage = drive.footage.get()
    assert (footage.kind, footage.folder, footage.modified_at.year) == (Footage.Kind.VIDEO, "DCIM", 2025)


def test_a_creation_whose_answer_was_lost_goes_on_with_the_same_upload(client: Client, drive: Drive) -> None:
    first = announce(client, drive, VIDEO[:3000], sha256=SHA256)
    again = announce(client, drive, VIDEO, sha256=SHA256)
    assert again.headers["Location"] == first.headers["Location"]
    assert drive.footage.get().sha256 == SHA256


def test_a_file_that_changed_on_its_way_is_dropped_and_may_be_sent_again(
    client: Client, drive: Drive
) -> None:
    address = announce(client, drive, sha256=SHA256).headers["Location"]
    part = parts.part_path(upload_at(address))
    answer = patch(client, address, VIDEO[::-1])
    assert answer.status_code == 460
    assert "Send it again" in answer.json()["detail"]
    assert (part.exists(), drive.footage.count(), head(client, address).status_code) == (False, 0, 404)
    announce(client, drive, VIDEO, sha256=SHA256)
    assert drive.footage.count() == 1


@pytest.mark.skipif(trusted_library() is None, reason="hashlib's OpenSSL cannot be reached here")
def test_a_file_is_hashed_as_it_comes_and_not_read_again(
    client: Client, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "hashlib", None)
    address = announce(client, drive).headers["Location"]
    for offset in range(0, len(VIDEO), 1000):
        patch(client, address, VIDEO[offset : offset + 1000], offset)
    assert drive.footage.get().sha256 == SHA256


def test_where_hashing_was_interrupted_the_file_is_read_once_more(client: Client, drive: Drive) -> None:
    address = announce(client, drive, sha256=SHA256).headers["Location"]
    patch(client, address, VIDEO[:1000])
    Upload.objects.update(rolling=None)
    patch(client, address, VIDEO[1000:], 1000)
    assert drive.footage.get().sha256 == SHA256


def test_a_file_that_was_moved_before_the_crash_is_found_where_it_was_put(
    client: Client, drive: Drive
) -> None:
    address = announce(client, drive).headers["Location"]
    upload = uploads.append(upload=upload_at(address), offset=0, piece=whole(VIDEO))
    name = storages["default"].save("drives/x/moved.mp4", ContentFile(VIDEO))
    Upload.objects.update(stored_as=name, sha256=SHA256)
    parts.drop_part(upload)
    assert head(client, address).headers["Upload-Offset"] == str(len(VIDEO))
    assert drive.footage.get().file.name == name


def test_a_storage_without_paths_gets_the_full_file(
    client: Client, drive: Drive, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    remote = Remote()
    settings.MEDIA_ROOT = tmp_path
    for module in (uploads, parts):
        monkeypatch.setattr(module, "default_storage", remote)
    address = announce(client, drive).headers["Location"]
    patch(client, address, VIDEO[:5000])
    part = parts.part_path(upload_at(address))
    assert part.parent == tmp_path / "uploads"
    patch(client, address, VIDEO[5000:], 5000)
    with remote.open(drive.footage.get().file.name) as stored:
        assert stored.read() == VIDEO
    assert not part.exists()


def test_a_full_upload_that_nobody_asked_for_goes_with_its_drive(client: Client, drive: Drive) -> None:
    uploads.append(upload=upload_at(begin(client, drive, len(VIDEO))), offset=0, piece=whole(VIDEO))
    assert client.post(f"/api/drives/{drive.public_id}/submit/").status_code == 200
    assert drive.footage.get().size_bytes == len(VIDEO)


def test_files_that_a_driver_has_sent_are_known_by_their_hash(
    client: Client, driver: User, drive: Drive
) -> None:
    before = make_drive(driver, title="Third of Advent")
    hashes = {
        name: f"{number:064x}"
        for number, name in enumerate(("sent", "refused", "track", "theirs", "here"), 1000)
    }
    make_footage(before, sha256=hashes["sent"], name="a.jpg")
    make_footage(before, sha256=hashes["refused"], state="rejected", reason="no_time")
    make_footage(before, sha256=hashes["track"], kind="track")
    make_footage(make_drive(make_user()), sha256=hashes["theirs"])
    make_footage(drive, sha256=hashes["here"], kind="track")
    asked = {"drive": drive.public_id, "sha256": list(hashes.values())}
    found = client.post("/api/footage/sent/", asked, content_type="application/json").json()
    assert {file["sha256"]: file["title"] for file in found} == {
        hashes["sent"]: "Third of Advent",
        hashes["here"]: drive.title,
    }


@pytest.mark.parametrize("asked", [{}, {"sha256": ["x"]}, {"sha256": ["0" * 64] * 1001}, {"sha256": "ab"}])
def test_a_question_about_no_hashes_is_refused(client: Client, asked: dict[str, Any]) -> None:
    assert client.post("/api/footage/sent/", asked, content_type="application/json").status_code == 400


def test_a_drive_that_ended_is_new_until_its_driver_looks_at_it(client: Client, driver: User) -> None:
    done = make_drive(driver, stage=Stage.DONE, finished_at=timezone.now())
    make_drive(driver)
    assert b'class="news number"' in client.get("/").content
    assert b"badge-new" in client.get("/drives/").content
    client.get(f"/drives/{done.public_id}/")
    assert b'class="news number"' not in client.get("/").content
    Drive.objects.filter(pk=done.pk).update(finished_at=timezone.now() + timedelta(minutes=1))
    assert ended_unseen(driver).count() == 1


def test_a_drive_that_stands_still_is_new_too(driver: User) -> None:
    drive = make_drive(driver)
    make_footage(drive)
    submit_drive(drive=drive)
    drive.stage_runs.update(ended_at=timezone.now())
    Drive.objects.filter(pk=drive.pk).update(failure="Which side did this camera face?")
    assert [found.pk for found in ended_unseen(driver)] == [drive.pk]
    Drive.objects.filter(pk=drive.pk).update(seen_at=timezone.now())
    assert not ended_unseen(driver).exists()
