"""Who else has this: a click in a public frame, the whole way from the outline to the houses, with the real network's patches."""

from __future__ import annotations

import math
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from server.frames.models import Region
from server.houses.models import Sighting
from server.houses.services import hide_house
from server.search import asking
from server.search.models import Failure, PhotoSearch
from server.search.services import ask_by_thing
from tests.labels.pointing import mask_in
from tests.searching.town import Town
from tests.server.factories import make_frame, make_house, make_region, score_house, see
from workers import looking, region_index

pytestmark = pytest.mark.django_db
API = "/api/search/click/"


def twin_of(town: Town) -> Any:
    """Another house, seen elsewhere, whose display has the very same patches."""
    region = town.region
    twin, frame = make_house(), make_frame()
    score_house(twin, scorer=region.scorer, best_frame=frame)
    same = {"vector": bytes(region.vector), "patches": bytes(region.patches)}
    see(twin, frame, region=make_region(frame, 0.1, region.scorer, **same))
    return twin


def click(client: Client, town: Town, **words: Any) -> Any:
    place = {"frame": town.frame.public_id, "x": town.x, "y": town.y}
    return client.post(API, {**place, **words}, content_type="application/json")


def looked(client: Client, town: Town, **words: Any) -> PhotoSearch:
    answer = click(client, town, **words)
    assert answer.status_code == 202, answer.content
    search = PhotoSearch.objects.get(public_id=answer.json()["id"])
    looking.look_for(search.pk)
    search.refresh_from_db()
    return search


def names(search: PhotoSearch) -> list[str]:
    return [match["house"] for match in search.matches]


def test_a_click_finds_the_house_with_the_same_thing_first_and_not_its_own(
    client: Client, town: Town
) -> None:
    twin = twin_of(town)
    search = looked(client, town)
    assert names(search)[0] == twin.public_id
    assert town.house.public_id not in names(search)
    assert search.matches[0]["likeness"] >= 0.65


def test_the_outline_lies_around_the_click_and_its_box_around_the_outline(client: Client, town: Town) -> None:
    address = f"/api/search/thing/{town.frame.public_id}/"
    thing = client.get(address, {"x": town.x, "y": town.y}).json()
    x0, y0, x1, y1 = thing["box"]
    assert x0 <= town.x <= x1
    assert y0 <= town.y <= y1
    mask = mask_in(thing["overlay"], (1000, 1000))
    rows, columns = mask.nonzero()
    assert columns.min() / 1000 == pytest.approx(x0, abs=0.002)
    assert (rows.max() + 1) / 1000 == pytest.approx(y1, abs=0.002)


def test_a_box_that_was_drawn_is_looked_for_as_it_is(client: Client, town: Town) -> None:
    twin = twin_of(town)
    box = town.region.box
    answer = client.post(API, {"frame": town.frame.public_id, "box": box}, content_type="application/json")
    search = PhotoSearch.objects.get(public_id=answer.json()["id"])
    looking.look_for(search.pk)
    search.refresh_from_db()
    assert (names(search)[0], search.point) == (twin.public_id, None)


def test_hidden_houses_are_never_found_and_never_pointed_at(client: Client, town: Town) -> None:
    twin = twin_of(town)
    hide_house(twin)
    assert twin.public_id not in names(looked(client, town))
    hide_house(town.house)
    assert click(client, town).status_code == 404
    assert client.get(f"/search/thing/{town.frame.public_id}/").status_code == 404
    assert client.get(f"/api/search/thing/{town.frame.public_id}/?x=0.5&y=0.5").status_code == 404


def test_a_frame_that_is_hidden_while_a_search_waits_is_not_looked_at(client: Client, town: Town) -> None:
    answer = click(client, town)
    hide_house(town.house)
    search = PhotoSearch.objects.get(public_id=answer.json()["id"])
    looking.look_for(search.pk)
    search.refresh_from_db()
    assert (search.failure, search.matches) == (Failure.GONE, [])


def test_a_private_frame_is_not_there(client: Client, town: Town) -> None:
    Sighting.objects.filter(frame=town.frame).update(suppressed=True)
    assert click(client, town).status_code == 404
    assert click(client, town, frame="nonsense").status_code == 404


OUTSIDE: list[dict[str, Any]] = [
    *({"x": x} for x in (1.2, -0.1, "nan", "left", None, [0.5], math.inf)),
    *({"box": box} for box in ([0, 0, 2, 1], [0.5, 0.5, 0.5, 0.6], [0.9, 0.1, 0.1, 0.9], [0.1], "all", None)),
    {"frame": ""},
    {"frame": None},
]


def test_a_click_outside_the_picture_is_refused_with_a_sentence(client: Client, town: Town) -> None:
    answers = {str(words): click(client, town, **words) for words in OUTSIDE}
    assert {asked: answer.status_code for asked, answer in answers.items()} == dict.fromkeys(answers, 400)
    assert all(answer.json() for answer in answers.values())
    assert not PhotoSearch.objects.exists()


def test_nonsense_in_the_address_or_the_form_gets_the_page_with_a_sentence(
    client: Client, town: Town
) -> None:
    address = f"/search/thing/{town.frame.public_id}/"
    for query in ("x=2&y=0.5", "x=0.5", "box=1,2", "box=a,b,c,d", "box=0.5,0.5,0.5,0.5", "x=nan&y=nan"):
        words = dict(part.split("=") for part in query.split("&"))
        for answer in (client.get(f"{address}?{query}"), client.post(address, words)):
            assert (query, answer.status_code) == (query, 400)
            assert 'role="alert" tabindex="-1">' in answer.content.decode()


def test_what_is_not_festive_cannot_be_pointed_at(client: Client, town: Town) -> None:
    answer = client.get(f"/api/search/thing/{town.frame.public_id}/", {"x": 0.5, "y": 0.0})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("Nothing festive is at this place")


def test_a_frame_without_patches_says_so_plainly(client: Client, town: Town) -> None:
    town.frame.patch_features.all().delete()
    answer = click(client, town)
    assert (answer.status_code, answer.json()["detail"]) == (400, Failure.NOT_KEPT.label)


def test_the_page_works_without_scripts(client: Client, town: Town) -> None:
    address = f"/search/thing/{town.frame.public_id}/"
    assert f'href="{address}"' in client.get(f"/houses/{town.house.public_id}/").content.decode()
    bare = client.get(address).content.decode()
    named = bare.partition('href="?box=')[2].partition('"')[0]
    assert f'name="box" value="{named}"' in client.get(f"{address}?box={named}").content.decode()
    sent = client.post(address, {"box": named, "x": "", "y": ""})
    search = PhotoSearch.objects.get()
    assert sent.headers["Location"] == f"/search/{search.public_id}/"
    assert search.box == pytest.approx([float(edge) for edge in named.split(",")])


def test_floods_of_clicks_are_slowed_down(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PER_POINTER", asking.Limit("few", times=2, window_s=600))
    address = f"/api/search/thing/{town.frame.public_id}/?x={town.x}&y={town.y}"
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]
    assert client.get(f"/search/thing/{town.frame.public_id}/?x={town.x}&y={town.y}").status_code == 429


def test_many_searches_by_click_are_slowed_down_as_those_by_photo(client: Client, town: Town) -> None:
    box = [0.1, 0.1, 0.5, 0.5]
    answers = [
        client.post(API, {"frame": town.frame.public_id, "box": box}, content_type="application/json")
        for _ in range(13)
    ]
    assert [answer.status_code for answer in answers] == [202] * 12 + [429]


def test_an_answer_names_what_was_asked_and_its_empty_state_leads_back(client: Client, town: Town) -> None:
    Region.objects.exclude(pk=town.region.pk).update(patches=b"")
    search = looked(client, town)
    page = client.get(f"/search/{search.public_id}/").content.decode()
    assert search.matches == []
    assert "No other house on the map has anything like it" in page
    assert f"/search/thing/{town.frame.public_id}/?box=" in page


def test_a_house_that_was_never_indexed_is_added_by_the_search_itself(client: Client, town: Town) -> None:
    looked(client, town)
    twin = twin_of(town)
    assert names(looked(client, town))[0] == twin.public_id


def test_a_database_set_up_anew_is_not_searched_with_the_old_index(client: Client, town: Town) -> None:
    twin = twin_of(town)
    looked(client, town)
    scorer = town.region.scorer
    file = region_index.region_file(scorer)
    assert file is not None
    rows = file.rows()
    file.replace(type(rows)(rows.ids.copy(), rows.vectors[::-1].copy(), 0 * rows.things))
    assert names(looked(client, town))[0] == twin.public_id


def test_a_thing_needs_its_frame_and_a_frame_its_place(town: Town) -> None:
    asker = asking.Asker(visitor="somebody")
    assert ask_by_thing(asker=asker, frame=town.frame, box=(0, 0, 1, 1)).box == [0, 0, 1, 1]
    with pytest.raises(IntegrityError, match="a_thing_has_its_place"), transaction.atomic():
        PhotoSearch.objects.update(box=None)
