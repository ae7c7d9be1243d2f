"""The real tus-js-client, as the page uses it, against a real gunicorn."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.test import Client

from tests.live import running_site
from tests.server.factories import make_drive, make_user

NODE = shutil.which("node")
CSRF_TOKEN = "a" * 32
SENDER = Path("tests") / "js" / "send_by_tus.js"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(NODE is None, reason="Node is not installed"),
]


@pytest.fixture
def origin(media: Path, transactional_db: None) -> Iterator[str]:
    with running_site(media) as address:
        yield address


def test_three_files_cut_in_the_middle_arrive_whole_and_are_not_begun_again(
    origin: str, tmp_path: Path
) -> None:
    driver = make_user()
    drive = make_drive(driver)
    files = [tmp_path / f"photo_{number}.jpg" for number in range(3)]
    for number, file in enumerate(files):
        file.write_bytes(Random(number).randbytes(1_000_000 + number))
    asked = send_by_tus(origin, driver, drive.public_id, files)
    received = {footage.name: footage.sha256 for footage in drive.footage.all()}
    assert received == {file.name: sha256(file.read_bytes()).hexdigest() for file in files}
    assert [request["method"] for request in asked].count("POST") == 3
    assert [request["method"] for request in asked].count("HEAD") == 3
    assert sum(request["bytes"] for request in asked) == sum(file.stat().st_size for file in files)


def send_by_tus(origin: str, driver: object, drive: str, files: list[Path]) -> list[dict[str, object]]:
    client = Client()
    client.force_login(driver)  # type: ignore[arg-type]
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF_TOKEN}"
    said = {
        "origin": origin,
        "cookie": cookie,
        "csrfToken": CSRF_TOKEN,
        "drive": drive,
        "files": list(map(str, files)),
    }
    sent = subprocess.run(
        [str(NODE), str(SENDER)],
        input=json.dumps(said),
        text=True,
        capture_output=True,
        timeout=120,
        cwd=settings.ROOT,
    )
    assert sent.returncode == 0, sent.stderr
    asked: list[dict[str, object]] = json.loads(sent.stdout)
    return asked
