"""What the map page shows and what may be asked of it, without scripts."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from server.houses.lists import Asked
from server.houses.models import HouseScore
from server.houses.worth.evenings import publish_evenings
from server.maps import preview
from server.maps.poster import View
from server.maps.search import find_places
from server.maps.visits import visit_now
from tests.server.factories import (
    NIGHT,
    make_frame,
    make_house,
    make_neighbourhood,
    make_ranked_house,
    make_season,
    make_street,
    place,
    score_house,
    see,
    the_scorer,
)

pytestmark = pytest.mark.django_db
NEXT_EVENING = NIGHT + timedelta(days=1)


def read(client: Client, name: str, **asked: object) -> str:
    answer = client.get(reverse(name), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def make_house_seen_at(moment: datetime, festivity: float = 0.1) -> str:
    house = make_house()
    score_house(house, festivity, best_frame=see(house, make_frame(at=moment)).frame)
    publish_evenings(scorer=the_scorer(), house_ids=[house.pk])
    return house.public_id


def test_an_evening_shows_the_houses_seen_then(client: Client) -> None:
    first, second = make_house_seen_at(NIGHT), make_house_seen_at(NEXT_EVENING)
    page = read(client, "maps:map", evening="2026-12-05")
    assert (first in page, second in page) == (True, False)


def test_hours_after_midnight_belong_to_the_evening_before(client: Client) -> None:
    late = make_house_seen_at(datetime(2026, 12, 6, 2, tzinfo=UTC))
    assert late in read(client, "maps:map", evening="2026-12-05")
    assert late not in read(client, "maps:map", evening="2026-12-06")


def test_the_evenings_to_choose_from_tell_their_houses(client: Client) -> None:
    make_house_seen_at(NIGHT), make_house_seen_at(NIGHT), make_house_seen_at(NEXT_EVENING)
    page = read(client, "maps:map")
    assert 'value="2026-12-05" data-houses="2"' in page
    assert 'value="2026-12-06" data-houses="1"' in page


def test_classes_are_counted_whichever_are_chosen(client: Client) -> None:
    dim, bright = make_ranked_house(0.02), make_ranked_house(0.2)
    page = read(client, "houses:list", festivity_class="most")
    assert (dim.public_id in page, bright.public_id in page) == (False, True)
    assert 'data-some="1" data-many="0" data-most="1"' in page


def test_ranks_stay_those_of_the_season_when_filtered(client: Client) -> None:
    make_ranked_house(0.3)
    hood = make_neighbourhood()
    make_ranked_house(0.2, neighbourhood=hood)
    assert '<span class="unseen">Rank </span>2<' in read(client, "maps:map", neighbourhood=hood.slug)


def test_since_a_moment_only_what_is_new_or_changed_is_shown(client: Client) -> None:
    old, fresh = make_ranked_house(0.1), make_ranked_house(0.2)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    HouseScore.objects.filter(house=old).update(updated_at=an_hour_ago - timedelta(days=1))
    page = read(client, "houses:list", since=an_hour_ago.isoformat())
    assert (old.public_id in page, fresh.public_id in page) == (False, True)


def test_another_season_has_its_own_list(client: Client) -> None:
    past, now = make_ranked_house(0.1, season=make_season(2025)), make_ranked_house(0.2)
    page = read(client, "maps:map", season="2025")
    assert (past.public_id in page, now.public_id in page) == (True, False)


def test_lights_are_the_houses_that_pass_the_filters(client: Client) -> None:
    make_ranked_house(0.02)
    bright = make_ranked_house(0.2)
    found = client.get(reverse("houses:lights"), {"festivity_class": ["most", "many"]}).json()
    assert found == {"total": 1, "houses": [[bright.public_id, -117.1, 32.9, 91.8]]}


@pytest.mark.parametrize("name", ["maps:map", "maps:embed", "maps:preview", "houses:list", "houses:lights"])
@pytest.mark.parametrize(
    "asked", ["evening=tomorrow", "season=1066", "festivity_class=all", "since=then", "bbox=1"]
)
def test_a_filter_that_is_none_is_refused_with_a_reason(client: Client, name: str, asked: str) -> None:
    answer = client.get(f"{reverse(name)}?{asked}")
    assert answer.status_code == 400
    assert "<p>" in answer.content.decode()


ANYTHING = st.one_of(st.text(), st.integers().map(str), st.floats().map(str), st.dates().map(str))
FILTERS = (
    "bbox",
    "season",
    "evening",
    "festivity_class",
    "neighbourhood",
    "since",
    "min_points",
    "q",
    "page",
)


@pytest.mark.parametrize("name", ["maps:map", "houses:list", "houses:lights", "maps:names", "maps:places"])
@given(asked=st.dictionaries(st.sampled_from(FILTERS), ANYTHING, max_size=3))
@example(asked={"evening": "9999-12-31", "since": "0001-01-01T00:00:00+14:00"})
@example(asked={"q": "100%_\\\0", "season": "\0"})
@example(asked={"bbox": "1e400,0,1,1"})
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_gets_an_answer_or_a_reason(
    client: Client, name: str, asked: dict[str, str]
) -> None:
    assert client.get(reverse(name), asked).status_code in (200, 400)


def test_search_finds_streets_and_neighbourhoods_without_their_accents() -> None:
    the_scorer()
    street = make_street("Hämeentie", place(), place(0, 300))
    make_ranked_house(0.1, street=street)
    make_neighbourhood("Hameenlinna", centre=place(40_000))
    found = find_places("HAMEEN")
    assert [(one.name, one.kind, one.houses) for one in found] == [
        ("Hämeentie", "street", 1),
        ("Hameenlinna", "neighbourhood", 0),
    ]


def test_pieces_of_a_street_are_found_as_one_and_far_ones_apart() -> None:
    for start in (place(), place(0, 200), place(50_000)):
        make_street("Holly Street", start, (start[0], start[1] + 0.001))
    boxes = [one.box for one in find_places("holly")]
    assert len(boxes) == 2


@pytest.mark.parametrize("words", ["%", "_", "\\", "\0", " ", "x" * 5000])
def test_search_takes_every_letter_literally(words: str) -> None:
    make_street("Holly Street")
    assert find_places(words) == []


def test_search_without_scripts_leads_to_the_list_of_the_place(client: Client) -> None:
    house = make_ranked_house(0.1, street=make_street("Holly Street"))
    page = read(client, "maps:places", q="holly")
    link = page.split('<ul class="search-places">')[1].split('href="')[1].split('"')[0]
    assert house.public_id in client.get(link).content.decode()


def test_only_the_embedded_map_may_stand_in_a_frame(client: Client) -> None:
    embedded, whole = client.get(reverse("maps:embed")), client.get(reverse("maps:map"))
    assert "frame-ancestors *" in embedded.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in embedded.headers
    assert "frame-ancestors 'none'" in whole.headers["Content-Security-Policy"]
    assert whole.headers["X-Frame-Options"] == "DENY"


def test_the_preview_is_a_picture_that_changes_with_the_houses(client: Client) -> None:
    make_ranked_house(0.2)
    address = reverse("maps:preview")
    first = client.get(address).content
    assert Image.open(io.BytesIO(first)).size == (1200, 630)
    make_ranked_house(0.3, where=place(300))
    assert client.get(address).content != first
    assert f"http://testserver{address}" in read(client, "maps:map")


def test_a_last_visit_makes_no_preview_of_its_own(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_ranked_house(0.2)
    drawn: list[Asked] = []
    monkeypatch.setattr(preview, "draw_preview", lambda asked: drawn.append(asked) or b"picture")
    for since in ("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"):
        assert client.get(reverse("maps:preview"), {"since": since}).status_code == 200
    assert len(drawn) == 1


@pytest.mark.parametrize(
    "box", [(-117.2, 32.8, -117.0, 33.0), (24.9, 60.1, 24.9, 60.1), (-180, -85, 180, 85)]
)
def test_the_preview_holds_the_whole_box(box: tuple[float, float, float, float]) -> None:
    west, south, east, north = View.over(box).box
    assert west <= box[0] <= box[2] <= east or box[2] - box[0] == 360
    assert south <= box[1] <= box[3] <= north or box[3] - box[1] == 170


def test_a_new_visit_begins_after_half_an_hour() -> None:
    first = visit_now("", NIGHT)
    assert first.before is None
    same = visit_now(first.cookie, NIGHT + timedelta(minutes=29))
    assert same.before is None
    later = visit_now(same.cookie, NIGHT + timedelta(days=2))
    assert later.before == NIGHT + timedelta(minutes=29)
    assert visit_now(later.cookie, NIGHT + timedelta(days=2, minutes=5)).before == later.before


@pytest.mark.parametrize("cookie", ["x", "1.x", "9999999999.9999999999", "5.1", "٣.٣", "1" * 4000 + ".1"])
def test_a_senseless_visit_is_a_first_one(cookie: str) -> None:
    assert visit_now(cookie, NIGHT).before in (None, datetime.fromtimestamp(1, UTC))
