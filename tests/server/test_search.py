"""Search by photo as visitors and the API meet it; tests/workers/test_looking.py has the looking itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from server.core.queue import LOOK_FOR, RUN_SCORE_PART, broker, enqueue
from server.houses.models import House
from server.houses.services import hide_house
from server.search import asking, services
from server.search.models import Asker, Failure, PhotoSearch
from server.search.queries import found
from tests.server.factories import make_ranked_house, make_user, picture_bytes, place

pytestmark = pytest.mark.django_db
PAGE = "/search/"
API = "/api/search/photo/"
ASKER = Asker(visitor="somebody")
State = PhotoSearch.State


@pytest.fixture(autouse=True)
def nobody_has_asked() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def photo(content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("Our house.jpg", content or picture_bytes(), "image/jpeg")


def begun(client: Client, **files: SimpleUploadedFile) -> PhotoSearch:
    answer = client.post(PAGE, files or {"picture": photo()})
    assert answer.status_code == 302, answer.content
    return PhotoSearch.objects.get(public_id=answer.headers["Location"].split("/")[-2])


def ended(client: Client, *likenesses: float) -> tuple[PhotoSearch, list[House]]:
    """A search of the client's that found houses this alike."""
    search = begun(client)
    houses = [make_ranked_house(0.1, place(40 * number)) for number, _ in enumerate(likenesses)]
    rows = [
        {"house": house.public_id, "likeness": likeness, "crop": [0.1, 0.2, 0.6, 0.9]}
        for house, likeness in zip(houses, likenesses, strict=True)
    ]
    taken = services.claim(search.pk)
    assert taken is not None
    services.conclude(taken, matches=rows, scorer_hash="a")
    return search, houses


def test_a_picture_begins_a_search_that_waits(client: Client) -> None:
    search = begun(client)
    page = client.get(f"/search/{search.public_id}/")
    assert (search.state, page.status_code) == (State.WAITING, 200)
    assert "data-live-on" in page.content.decode()
    assert default_storage.listdir("searches")[1] == [search.public_id]


def test_a_picture_from_the_camera_is_as_good(client: Client) -> None:
    assert begun(client, camera=photo()).picture


def test_the_answer_is_a_list_with_likeness_in_words_and_numbers(client: Client) -> None:
    search, houses = ended(client, 0.91, 0.72)
    page = client.get(f"/search/{search.public_id}/").content.decode()
    assert page.index(houses[0].public_id) < page.index(houses[1].public_id)
    assert "almost the same" in page
    assert "<b>91</b>" in page
    assert "data-live-on" not in page


def test_a_part_of_the_page_can_be_asked_for_alone(client: Client) -> None:
    search, _ = ended(client, 0.9)
    part = client.get(f"/search/{search.public_id}/", headers={"X-Part": "1"}).content.decode()
    assert "<html" not in part
    assert 'id="found"' in part


def test_nothing_alike_is_said_plainly(client: Client) -> None:
    search, _ = ended(client)
    assert (
        "No display on the map looks like it" in client.get(f"/search/{search.public_id}/").content.decode()
    )


def test_a_failure_is_a_sentence_on_the_page_and_in_the_api(client: Client) -> None:
    search = begun(client)
    services.give_up(search, Failure.UNKNOWN_KIND)
    for address in (f"/search/{search.public_id}/", f"/api/search/{search.public_id}/"):
        assert "This is no JPEG, PNG or HEIC picture." in client.get(address).content.decode()


def test_a_house_hidden_since_is_no_longer_in_the_answer(client: Client) -> None:
    search, houses = ended(client, 0.9, 0.8)
    hide_house(houses[0])
    assert [one.house.public_id for one in found(search_again(search)).houses] == [houses[1].public_id]
    assert houses[0].public_id not in client.get(f"/search/{search.public_id}/").content.decode()


def search_again(search: PhotoSearch) -> PhotoSearch:
    return PhotoSearch.objects.get(pk=search.pk)


def test_other_peoples_searches_are_not_there(client: Client) -> None:
    search, _ = ended(client, 0.9)
    other = Client()
    begun(other)
    member = Client()
    member.force_login(make_user())
    for stranger in (Client(), other, member):
        assert stranger.get(f"/search/{search.public_id}/").status_code == 404
        assert stranger.get(f"/api/search/{search.public_id}/").status_code == 404


def test_an_account_finds_its_search_from_another_device() -> None:
    user = make_user()
    first, second = Client(), Client()
    first.force_login(user)
    second.force_login(user)
    search, _ = ended(first, 0.9)
    assert second.get(f"/search/{search.public_id}/").status_code == 200


@pytest.mark.parametrize(
    ("files", "sentence"),
    [({}, "Choose a picture first."), ({"picture": b"x" * 3000}, "larger than 2.0")],
    ids=["nothing", "too large"],
)
def test_what_is_no_picture_to_take_is_refused_with_a_sentence(
    client: Client, settings: Settings, files: dict[str, bytes], sentence: str
) -> None:
    settings.SEARCH_MAX_BYTES = 2048
    for address in (PAGE, API):
        answer = client.post(address, {name: photo(content) for name, content in files.items()})
        assert answer.status_code == 400
        assert sentence in said_by(answer)
    assert not PhotoSearch.objects.exists()


def said_by(answer: Any) -> str:
    """What the page's notice says, or the API's `detail`."""
    text = answer.content.decode()
    return text.partition('role="alert"')[2].partition("</p>")[0] or json.loads(text)["detail"]


def test_a_flood_is_refused_before_it_is_read(client: Client, settings: Settings) -> None:
    settings.SEARCH_MAX_BYTES = 1000
    for address in (PAGE, API):
        answer = client.post(address, {"picture": photo(b"x" * 100_000)})
        assert answer.status_code == 413
        assert "larger than 1000" in said_by(answer)


def test_a_form_from_elsewhere_is_refused() -> None:
    assert Client(enforce_csrf_checks=True).post(PAGE, {"picture": photo()}).status_code == 403
    member = Client(enforce_csrf_checks=True)
    member.force_login(make_user())
    assert member.post(API, {"picture": photo()}).status_code == 403


def test_many_searches_of_one_session_are_slowed_down(client: Client) -> None:
    for _ in range(12):
        begun(client)
    answers = [client.post(address, {"picture": photo()}) for address in (PAGE, API)]
    assert [answer.status_code for answer in answers] == [429, 429]
    assert all("Try again in ten minutes." in said_by(answer) for answer in answers)
    begun(Client())


def test_one_network_with_ever_new_sessions_is_slowed_down(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PROXIES = 1
    monkeypatch.setattr(asking, "PER_NETWORK", replace(asking.PER_NETWORK, times=3))
    for number in range(3):
        sent = Client().post(API, {"picture": photo()}, headers={"X-Forwarded-For": f"{number}, 203.0.113.9"})
        assert sent.status_code == 202
    same = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    assert Client().post(API, {"picture": photo()}, headers=same).status_code == 429
    other = {"X-Forwarded-For": "203.0.113.9, 198.51.100.1"}
    assert Client().post(API, {"picture": photo()}, headers=other).status_code == 202


def test_a_crowd_is_asked_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_OPEN", 1)
    begun(client)
    assert client.post(PAGE, {"picture": photo()}).status_code == 429


def test_the_api_says_where_the_answer_will_be(client: Client) -> None:
    answer = client.post(API, {"picture": photo()})
    assert answer.status_code == 202
    waiting = client.get(answer.headers["Location"])
    assert waiting.headers["Content-Type"] == "application/geo+json"
    assert (waiting.json()["state"], waiting.json()["features"]) == ("waiting", [])


def test_the_api_gives_the_houses_as_geojson(client: Client) -> None:
    search, houses = ended(client, 0.9)
    answer = client.get(f"/api/search/{search.public_id}/").json()
    feature = answer["features"][0]
    assert (answer["type"], answer["state"], feature["id"]) == (
        "FeatureCollection",
        "found",
        houses[0].public_id,
    )
    assert feature["properties"]["likeness_class"] == "almost_same"
    assert feature["properties"]["crop"] == [0.1, 0.2, 0.6, 0.9]


def test_a_house_page_leads_to_displays_like_it(client: Client) -> None:
    house = make_ranked_house(0.1)
    assert f"/search/like/{house.public_id}/" in client.get(f"/houses/{house.public_id}/").content.decode()
    answer = client.post(f"/search/like/{house.public_id}/")
    search = PhotoSearch.objects.get()
    assert answer.headers["Location"] == f"/search/{search.public_id}/"
    assert (search.like, search.picture.name) == (house, "")


def test_a_hidden_house_has_nothing_like_it(client: Client) -> None:
    house = make_ranked_house(0.1, hidden=True)
    assert client.post(f"/search/like/{house.public_id}/").status_code == 404


def aged(search: PhotoSearch, **ago: float) -> PhotoSearch:
    then = timezone.now() - timedelta(**ago)
    PhotoSearch.objects.filter(pk=search.pk).update(created_at=then, sent_at=then)
    return search


def test_a_search_is_swept_after_a_day_with_whatever_it_left(client: Client) -> None:
    stale, fresh = aged(begun(client), hours=25), begun(client)
    services.sweep()
    assert list(PhotoSearch.objects.all()) == [fresh]
    assert not default_storage.exists(f"searches/{stale.public_id}")


def test_a_search_that_nobody_takes_ends_with_a_sentence_and_without_its_picture(client: Client) -> None:
    search = aged(begun(client), minutes=20)
    services.sweep()
    search.refresh_from_db()
    assert (search.state, search.failure) == (State.FAILED, Failure.LOST)
    assert default_storage.listdir("searches")[1] == []


def test_a_picture_that_fells_every_worker_is_given_up(client: Client) -> None:
    search = begun(client)
    for _ in range(services.MOST_ATTEMPTS):
        assert services.claim(search.pk)
        PhotoSearch.objects.update(sent_at=timezone.now() - timedelta(minutes=3))
        services.sweep()
    search.refresh_from_db()
    assert search.failure == Failure.LOST
    assert services.claim(search.pk) is None


def test_a_search_under_way_is_left_alone_by_the_sweeper(client: Client) -> None:
    search = begun(client)
    services.claim(search.pk)
    assert services.sweep() == 0


NONSENSE = [
    (b"", "multipart/form-data"),
    (b"nonsense", "multipart/form-data; boundary=x"),
    (b"--x\r\nContent-Disposition: form-data; name=picture\r\n\r\nno file\r\n--x--", "multipart/form-data; boundary=x"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b'{"picture": "/etc/passwd"}', "application/json"),
    (b"picture=1", "application/x-www-form-urlencoded"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind"), NONSENSE, ids=range(len(NONSENSE)))
def test_any_body_gets_a_refusal(client: Client, body: bytes, kind: str) -> None:
    for address in (PAGE, API):
        assert client.post(address, body, content_type=kind).status_code in (400, 415)
    assert not PhotoSearch.objects.exists()


def test_a_search_overtakes_the_frames_that_wait_to_be_scored() -> None:
    with broker.connection_for_write() as connection, connection.SimpleQueue("score") as waiting:
        waiting.clear()
        enqueue(RUN_SCORE_PART, 1)
        enqueue(LOOK_FOR, 2)
        first = waiting.get(timeout=5)
        first.ack()
        waiting.clear()
    assert first.headers["task"] == LOOK_FOR
