"""tuspy, the Python client of the tus project, against a real gunicorn."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from django.test import Client
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from server.drives.models import Drive, Upload
from tests.live import running_site
from tests.server.factories import make_drive, make_user

pytestmark = pytest.mark.django_db(transaction=True)
CSRF_TOKEN = "a" * 32
CHUNK = 100_000


@pytest.fixture
def origin(media: Path, transactional_db: None) -> Iterator[str]:
    with running_site(media) as address:
        yield address


def tus_client(origin: str, drive: Drive) -> TusClient:
    client = Client()
    client.force_login(drive.driver)
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF_TOKEN}"
    return TusClient(f"{origin}/api/uploads/", headers={"Cookie": cookie, "X-CSRFToken": CSRF_TOKEN})


def test_tuspy_stops_goes_on_and_has_its_pieces_checked(origin: str, tmp_path: Path) -> None:
    drive = make_drive(make_user())
    video = tmp_path / "night.mp4"
    video.write_bytes(Random(3).randbytes(450_000))
    told = {
        "filename": video.name,
        "drive": drive.public_id,
        "sha256": sha256(video.read_bytes()).hexdigest(),
    }
    client = tus_client(origin, drive)
    first = client.uploader(str(video), chunk_size=CHUNK, metadata=told, upload_checksum=True)
    first.upload(stop_at=2 * CHUNK)
    assert Upload.objects.get().offset == 2 * CHUNK
    second = tus_client(origin, drive).uploader(
        str(video), chunk_size=CHUNK, url=first.url, upload_checksum=True
    )
    assert second.offset == 2 * CHUNK
    second.upload()
    assert drive.footage.get().sha256 == told["sha256"]


def test_tuspy_is_told_why_it_is_refused(origin: str, tmp_path: Path) -> None:
    drive, other = make_drive(make_user()), make_drive(make_user())
    video = tmp_path / "night.mp4"
    video.write_bytes(b"x")
    told = {"filename": video.name, "drive": other.public_id}
    with pytest.raises(TusCommunicationError) as refused:
        tus_client(origin, drive).uploader(str(video), metadata=told).upload()
    assert refused.value.status_code == 404
