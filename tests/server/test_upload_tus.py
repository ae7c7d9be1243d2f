"""Files arrive by tus 1.0.0, whatever the network does."""

from __future__ import annotations

import hashlib
import threading
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from server.accounts.models import User
from server.drives.models import Drive, Stage, Upload
from server.drives.uploads import parts
from server.drives.uploads import services as uploads
from tests.server.factories import make_drive, make_staff, make_user
from tests.server.tus import BODY_TYPE, begin, create, head, patch, upload_at, whole

pytestmark = pytest.mark.django_db
PHOTO = bytes(range(256)) * 10


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


def test_a_file_in_two_pieces_becomes_footage(client: Client, drive: Drive) -> None:
    address = begin(client, drive, len(PHOTO))
    assert patch(client, address, PHOTO[:1000]).headers["Upload-Offset"] == "1000"
    assert drive.footage.count() == 0
    assert patch(client, address, PHOTO[1000:], 1000).headers["Upload-Offset"] == str(len(PHOTO))
    assert drive.footage.get().file.read() == PHOTO


def test_a_small_file_arrives_with_its_creation(client: Client, drive: Drive) -> None:
    answer = create(client, drive, PHOTO, name="left_7.jpg", side="left")
    footage = drive.footage.get()
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(PHOTO)))
    assert (footage.name, footage.side_hint) == ("left_7.jpg", "left")
    assert footage.sha256 == hashlib.sha256(PHOTO).hexdigest()


def test_nothing_is_left_in_the_parts_folder(client: Client, drive: Drive, media: Path) -> None:
    create(client, drive, PHOTO)
    create(client, drive, PHOTO)
    assert list((media / "private" / "uploads").iterdir()) == []


def test_an_empty_file_is_received_and_left_to_the_probe(client: Client, drive: Drive) -> None:
    assert create(client, drive, length=0).status_code == 201
    assert drive.footage.get().size_bytes == 0


def test_the_same_bytes_again_are_a_duplicate(client: Client, drive: Drive) -> None:
    create(client, drive, PHOTO)
    create(client, drive, PHOTO, name="again.jpg")
    assert list(drive.footage.values_list("name", "reason")) == [
        ("left_1.jpg", ""),
        ("again.jpg", "duplicate"),
    ]


def test_head_tells_offset_length_and_expiry(client: Client, drive: Drive) -> None:
    address = begin(client, drive, len(PHOTO))
    patch(client, address, PHOTO[:10])
    headers = head(client, address).headers
    assert (headers["Upload-Offset"], headers["Upload-Length"]) == ("10", str(len(PHOTO)))
    assert headers["Upload-Expires"].endswith("GMT")
    assert headers["Cache-Control"] == "no-store"


def test_a_wrong_offset_is_a_conflict_and_changes_nothing(client: Client, drive: Drive) -> None:
    address = begin(client, drive, len(PHOTO))
    patch(client, address, PHOTO[:10])
    for offset in (0, 9, 11, len(PHOTO)):
        assert patch(client, address, PHOTO[10:20], offset).status_code == 409
    assert upload_at(address).offset == 10


def test_more_bytes_than_announced_are_refused(client: Client, drive: Drive) -> None:
    address = begin(client, drive, 5)
    assert patch(client, address, b"123456").status_code == 413
    assert upload_at(address).offset == 0


def test_a_file_above_the_limit_is_refused(client: Client, drive: Drive, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    answer = create(client, drive, length=101)
    assert answer.status_code == 413
    assert "larger than this site takes" in answer.json()["detail"]


def test_an_expired_upload_is_gone_and_its_bytes_too(client: Client, drive: Drive) -> None:
    address = begin(client, drive, len(PHOTO))
    patch(client, address, PHOTO[:10])
    part = parts.part_path(upload_at(address))
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert head(client, address).status_code == 410
    assert patch(client, address, PHOTO[10:], 10).status_code == 410
    assert uploads.drop_expired() == 1
    assert not part.exists()


def test_an_upload_can_be_given_up(client: Client, drive: Drive) -> None:
    address = begin(client, drive, len(PHOTO))
    patch(client, address, PHOTO[:10])
    part = parts.part_path(upload_at(address))
    assert client.delete(address, headers={"Tus-Resumable": "1.0.0"}).status_code == 204
    assert (part.exists(), head(client, address).status_code) == (False, 404)


@pytest.mark.parametrize("make", [make_user, make_staff])
def test_anothers_upload_is_not_found(client: Client, drive: Drive, make: type) -> None:
    address = begin(client, drive, len(PHOTO))
    client.force_login(make())
    assert head(client, address).status_code == 404
    assert patch(client, address, PHOTO).status_code == 404
    assert client.delete(address, headers={"Tus-Resumable": "1.0.0"}).status_code == 404
    assert create(client, drive, PHOTO).status_code == 404


def test_a_visitor_is_asked_to_sign_in(drive: Drive) -> None:
    assert create(Client(), drive, PHOTO).status_code == 401


def test_a_request_without_the_csrf_token_is_refused(driver: User, drive: Drive) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(driver)
    answer = create(strict, drive, PHOTO)
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]


def test_the_csrf_token_of_the_header_is_enough(driver: User, drive: Drive) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(driver)
    strict.cookies["csrftoken"] = token = "a" * 32
    assert create(strict, drive, PHOTO, headers={"X-CSRFToken": token}).status_code == 201
    assert drive.footage.get().file.read() == PHOTO


def test_a_submitted_drive_takes_no_more_files(client: Client, drive: Drive) -> None:
    address = begin(client, drive, len(PHOTO))
    Drive.objects.update(stage=Stage.PROBE)
    assert create(client, drive, PHOTO).status_code == 403
    assert patch(client, address, PHOTO).status_code == 403
    assert drive.footage.count() == 0


def test_a_right_checksum_is_taken_and_a_wrong_one_is_not(client: Client, drive: Drive) -> None:
    address = begin(client, drive, len(PHOTO))
    sha1 = b64encode(hashlib.sha1(PHOTO[:100]).digest()).decode()
    assert patch(client, address, PHOTO[1:101], **{"Upload-Checksum": f"sha1 {sha1}"}).status_code == 460
    assert upload_at(address).offset == 0
    assert patch(client, address, PHOTO[:100], **{"Upload-Checksum": f"sha1 {sha1}"}).status_code == 204
    sha256 = b64encode(hashlib.sha256(PHOTO[100:]).digest()).decode()
    assert (
        patch(client, address, PHOTO[100:], 100, **{"Upload-Checksum": f"sha256 {sha256}"}).status_code == 204
    )
    assert drive.footage.get().file.read() == PHOTO


@pytest.mark.parametrize("checksum", ["md5 AAAA", "sha1 ###", "sha1 AAAA=A", "sha1"])
def test_a_checksum_that_cannot_be_read_is_refused(client: Client, drive: Drive, checksum: str) -> None:
    address = begin(client, drive, len(PHOTO))
    assert patch(client, address, PHOTO, **{"Upload-Checksum": checksum}).status_code in (400, 460)
    assert upload_at(address).offset == 0


@pytest.mark.parametrize("length", ["", "x", "-1", "1.5", "9" * 30, "١٢"])
def test_a_length_that_is_no_number_is_refused(client: Client, drive: Drive, length: str) -> None:
    assert create(client, drive, headers={"Upload-Length": length}).status_code == 400


@pytest.mark.parametrize(
    "said",
    [
        "",
        "filename",
        "filename %%%",
        "drive YQ==",
        "filename YQ==",
        "filename YQ==,drive /w==",
        ",,,",
        "a b c",
    ],
)
def test_metadata_that_says_nothing_useful_is_refused(client: Client, drive: Drive, said: str) -> None:
    assert create(client, drive, length=1, headers={"Upload-Metadata": said}).status_code == 400


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\a.jpg", "a.jpg"),
        ("a\0b.jpg", "ab.jpg"),
        ("x" * 300 + ".jpg", None),
    ],
)
def test_a_file_name_is_a_name_and_no_path(client: Client, drive: Drive, sent: str, kept: str | None) -> None:
    create(client, drive, PHOTO, name=sent)
    name = drive.footage.get().name
    assert name == kept or (kept is None and len(name) == 255 and name.endswith(".jpg"))


def test_an_unknown_side_or_drive_is_refused(client: Client, drive: Drive) -> None:
    assert create(client, drive, PHOTO, side="up").status_code == 400
    assert create(client, "nowhere", PHOTO).status_code == 404


def test_another_version_or_type_is_refused_with_what_we_speak(client: Client, drive: Drive) -> None:
    answer = create(client, drive, PHOTO, headers={"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")
    address = begin(client, drive, 3)
    tus = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    assert client.patch(address, b"abc", content_type="text/plain", headers=tus).status_code == 415


def test_options_says_what_the_site_can_do(client: Client) -> None:
    headers = client.options("/api/uploads/").headers
    assert "creation-with-upload" in headers["Tus-Extension"]
    assert headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_a_post_may_stand_in_for_a_patch(client: Client, drive: Drive) -> None:
    address = begin(client, drive, len(PHOTO))
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert client.post(address, PHOTO, content_type=BODY_TYPE, headers=headers).status_code == 204
    assert drive.footage.count() == 1


def test_a_get_never_stands_in_for_a_patch(client: Client, drive: Drive) -> None:
    address = begin(client, drive, len(PHOTO))
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert client.get(address, headers=headers).status_code == 405


def test_bytes_lost_with_the_disk_are_asked_for_again(client: Client, drive: Drive) -> None:
    address = begin(client, drive, len(PHOTO))
    patch(client, address, PHOTO[:2000])
    parts.part_path(upload_at(address)).write_bytes(PHOTO[:500])
    assert head(client, address).headers["Upload-Offset"] == "500"
    patch(client, address, PHOTO[500:], 500)
    assert drive.footage.get().file.read() == PHOTO


def test_bytes_behind_the_recorded_offset_are_written_over(client: Client, drive: Drive) -> None:
    address = begin(client, drive, len(PHOTO))
    patch(client, address, PHOTO[:500])
    parts.part_path(upload_at(address)).write_bytes(PHOTO[:500] + b"torn" * 1000)
    patch(client, address, PHOTO[500:], 500)
    assert drive.footage.get().file.read() == PHOTO


def test_a_full_upload_whose_answer_was_lost_is_settled_by_head(client: Client, drive: Drive) -> None:
    address = begin(client, drive, len(PHOTO))
    uploads.append(upload=upload_at(address), offset=0, piece=whole(PHOTO))
    assert drive.footage.count() == 0
    assert head(client, address).headers["Upload-Offset"] == str(len(PHOTO))
    assert head(client, address).status_code == 200
    assert drive.footage.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_writers_at_one_offset_one_wins(driver: User, drive: Drive) -> None:
    here = Client()
    here.force_login(driver)
    address = begin(here, drive, 8 * 1000)
    answers: list[int] = []

    def write(number: int) -> None:
        client = Client()
        client.cookies = here.cookies
        answers.append(patch(client, address, bytes([number]) * 1000).status_code)
        connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(answers) == [204] + [409] * 7
    assert len(set(parts.part_path(upload_at(address)).read_bytes())) == 1
