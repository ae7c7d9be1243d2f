"""A tour of so many minutes from a place: what is asked, what comes of it, and what is refused with which words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client

from server.core.limits import Limit
from server.core.readers import clock_span
from server.houses.models import House
from server.houses.services import hide_house
from server.tours import views
from server.tours.asked import Asked
from server.tours.hours import LightsOn, timetable, usual_start
from server.tours.planning import NothingNear, planned
from server.tours.travel import By
from tests.server.factories import HOME, make_neighbourhood, make_ranked_house, make_street, place

LIGHTS = LightsOn(time(17), time(23))


@pytest.fixture(autouse=True)
def no_limits_left_over() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def town(db: None) -> list[House]:
    """Eight houses on a line to the east, 150 m from each to the next, the farther the more festive."""
    return [make_ranked_house(0.03 + 0.01 * at, place(150 * (at + 1), 0)) for at in range(8)]


def stops_of(answer_url: str) -> list[str]:
    return parse_qs(urlsplit(answer_url).query)["stops"][0].split(",")


def test_a_form_leads_to_the_tour_of_its_answer(client: Client, town: list[House]) -> None:
    answer = client.get(
        "/tour/from-here/", {"from": "32.9001,-117.1", "minutes": "20", "by": "foot", "back": "1"}
    )
    assert answer.status_code == 302
    asked = parse_qs(urlsplit(answer.url).query)
    assert (asked["from"], asked["minutes"], asked["by"]) == (["32.900,-117.100"], ["20"], ["foot"])
    page = client.get(answer.url).content.decode()
    assert "Back to the start" in page
    assert "longer than you wanted" not in page


@pytest.mark.parametrize("minutes", [10, 15, 25, 60])
@pytest.mark.parametrize("back", [True, False])
def test_what_is_planned_never_takes_longer_than_was_asked(
    town: list[House], minutes: int, back: bool
) -> None:
    make_street("", place(0, 3), place(1300, 3))
    tour = planned(Asked(start=HOME, minutes=minutes, back=back, by=By.FOOT))
    assert tour.houses
    assert tour.total_s <= 60 * minutes


def test_with_time_enough_every_house_is_visited(town: list[House]) -> None:
    assert len(planned(Asked(start=HOME, minutes=60)).houses) == len(town)


def test_a_hidden_house_is_in_no_tour(town: list[House]) -> None:
    hide_house(town[0])
    assert town[0].public_id not in planned(Asked(start=HOME, minutes=60)).asked.stops


def test_a_street_and_a_neighbourhood_are_places_to_start(client: Client, town: list[House]) -> None:
    make_street("Holly Street", HOME, place(0, 100))
    make_neighbourhood("Elm Park", HOME, 200)
    by_name = client.get("/tour/from-here/", {"place": "holly", "minutes": "30"})
    by_list = client.get("/tour/from-here/", {"in": "elm-park", "minutes": "30"})
    assert set(stops_of(by_name.url)) == set(stops_of(by_list.url)) == {house.public_id for house in town}


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ({"from": "here", "minutes": "45"}, 400, "latitude,longitude"),
        ({"from": "900,1", "minutes": "45"}, 400, "90 degrees"),
        ({"from": "32.9,-117.1"}, 400, "how long it may take"),
        ({"minutes": "45"}, 400, "Say where"),
        ({"from": "32.9,-117.1", "minutes": "0"}, 400, "between 10 and 300"),
        ({"from": "32.9,-117.1", "minutes": "14400"}, 400, "between 10 and 300"),
        ({"from": "32.9,-117.1", "minutes": "long"}, 400, "between 10 and 300"),
        ({"from": "32.9,-117.1", "minutes": "٣٠"}, 400, "between 10 and 300"),
        ({"from": "0,0", "minutes": "45"}, 404, "No decorated house is known"),
        ({"place": "No Such\0 Lane<b>", "minutes": "45"}, 400, "No neighbourhood or street"),
        ({"in": "nowhere\0", "minutes": "45"}, 400, "not known here"),
        ({"from": "32.9,-117.1", "minutes": "45", "by": "sleigh"}, 400, "by car or on foot"),
        ({"from": "32.9,-117.1", "minutes": "45", "leave": "late"}, 400, "18:30"),
    ],
)
def test_nonsense_is_refused_with_a_sentence_on_the_form(
    client: Client, town: list[House], query: dict[str, str], status: int, sentence: str
) -> None:
    answer = client.get("/tour/from-here/", query)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (status, True)
    assert "<b>" not in page.split('role="alert"')[1].split("</p>")[0]
    assert 'name="minutes"' in page


def test_before_any_house_is_known_the_form_says_so(client: Client, db: None) -> None:
    assert client.get("/tour/from-here/").status_code == 200
    with pytest.raises(NothingNear):
        planned(Asked(start=HOME, minutes=45))


def test_a_flood_of_questions_is_asked_to_wait(
    client: Client, town: list[House], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PLANS_OF_ONE_NETWORK", Limit("tour-plans", times=1, window_s=600))
    asked = {"from": "32.9,-117.1", "minutes": "20"}
    assert [client.get("/tour/from-here/", asked).status_code for _ in range(2)] == [302, 429]


def test_arrivals_add_up_ways_and_stops() -> None:
    times = timetable([120, 60, 180], stops=2, leaves=time(18), lights=LIGHTS)
    assert times.arrives == (time(18, 2), time(18, 4))
    assert times.ends == time(18, 8)


def test_a_tour_without_a_start_begins_at_its_first_stop() -> None:
    times = timetable([240], stops=2, leaves=time(23, 58), lights=None)
    assert (times.arrives, times.ends) == ((time(23, 58), time(0, 3)), time(0, 4))


def test_stops_after_lights_out_are_dark() -> None:
    times = timetable([0, 600, 600], stops=3, leaves=time(22, 50), lights=LIGHTS)
    assert times.dark == (False, True, True)
    assert not times.early


def test_hours_may_reach_past_midnight() -> None:
    late = LightsOn(time(18), time(1))
    assert [late.lit(time(hour)) for hour in (17, 18, 0, 2)] == [False, True, True, False]


def test_without_another_word_one_leaves_now_or_when_the_lights_go_on(settings: object) -> None:
    settings.PLACE_TIME_ZONE = "America/Los_Angeles"  # type: ignore[attr-defined]
    zone = ZoneInfo("America/Los_Angeles")
    assert usual_start(LIGHTS, datetime(2026, 12, 5, 18, 41, tzinfo=zone)) == time(18, 45)
    assert usual_start(LIGHTS, datetime(2026, 12, 5, 12, 0, tzinfo=zone)) == time(17)
    assert usual_start(None, datetime(2026, 12, 5, 23, 58, tzinfo=zone)) == time(0)


def test_the_page_warns_of_a_tour_that_ends_after_lights_out(
    client: Client, town: list[House], settings: object
) -> None:
    settings.LIGHTS_ON = clock_span("FESTIVITY_LIGHTS_ON", "17:00-23:00")  # type: ignore[attr-defined]
    address = f"/tour/?stops={town[0].public_id},{town[7].public_id}"
    assert "you would find one stop dark. Leave earlier" in " ".join(
        client.get(address + "&leave=22:58").content.decode().split()
    )
    assert "Leave later" in client.get(address + "&leave=16:30").content.decode()
    assert "dark" not in client.get(address + "&leave=18:00").content.decode()


def test_a_tour_that_became_too_long_says_by_how_much(client: Client, town: list[House]) -> None:
    stops = ",".join(house.public_id for house in town)
    page = client.get(f"/tour/?stops={stops}&minutes=10&by=foot").content.decode()
    assert "minutes longer than you wanted" in page


def test_a_house_beside_the_way_can_be_added(client: Client, town: list[House]) -> None:
    page = client.get(f"/tour/?stops={town[0].public_id},{town[2].public_id}").content.decode()
    assert (
        f"stops={town[0].public_id},{town[1].public_id},{town[2].public_id}" in page.split("nearby-title")[-1]
    )
