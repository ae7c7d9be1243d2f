"""Whatever is asked of the API, it answers: never with a fault of its own."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.server.factories import make_drive, make_footage, make_frame, make_ranked_house, make_user
from tests.server.tus import BODY_TYPE

pytestmark = pytest.mark.django_db
LISTS = (
    "houses",
    "neighbourhoods",
    "leaderboard",
    "drives",
    "drives/{drive}/footage",
    "drives/{drive}/frames",
)
NAMES = (
    "bbox",
    "neighbourhood",
    "min_points",
    "season",
    "ordering",
    "limit",
    "page",
    "state",
    "reason",
    "kind",
)
NUMBERS = st.one_of(st.integers(), st.floats()).map(str)
BOXES = st.lists(st.one_of(st.integers(-200, 200), st.floats()), max_size=6).map(
    lambda box: ",".join(map(str, box))
)
queries = st.dictionaries(st.sampled_from(NAMES), st.one_of(st.text(), NUMBERS, BOXES), max_size=4)
headers = st.text(st.characters(min_codepoint=32, max_codepoint=126))
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def client() -> Client:
    driver = make_user()
    drive = make_drive(driver)
    make_footage(drive)
    make_frame(drive)
    make_ranked_house()
    client = Client()
    client.force_login(driver)
    client.drive = drive.public_id  # type: ignore[attr-defined]
    return client


@pytest.mark.parametrize("address", LISTS)
@given(query=queries)
@example(query={"page": "9" * 400, "limit": "9" * 400})
@example(query={"season": "\0", "neighbourhood": "\0", "state": "\0"})
@many
def test_any_query_is_answered(client: Client, address: str, query: dict[str, str]) -> None:
    path = f"/api/{address}/".format(drive=client.drive)  # type: ignore[attr-defined]
    assert client.get(path, query).status_code in (200, 400, 404)


@given(body=st.one_of(st.binary(), st.text().map(str.encode)))
@example(body=b'{"title": "\\ud800"}')
@example(body=b'{"title": "\\u0000"}')
@many
def test_any_body_is_answered(client: Client, body: bytes) -> None:
    assert client.post("/api/drives/", body, content_type="application/json").status_code in (201, 400)


@given(length=headers, offset=headers, metadata=headers, checksum=headers, body=st.binary(max_size=50))
@many
def test_any_tus_header_is_answered(
    client: Client, length: str, offset: str, metadata: str, checksum: str, body: bytes
) -> None:
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": length, "Upload-Offset": offset}
    said = {**tus, "Upload-Metadata": metadata, "Upload-Checksum": checksum}
    answer = client.post("/api/uploads/", body, content_type=BODY_TYPE, headers=said)
    assert 400 <= answer.status_code < 500
