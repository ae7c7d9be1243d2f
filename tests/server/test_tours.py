"""A visitor's tour: what the address asks for, the order of the stops, and what leaves the site of it."""

from __future__ import annotations

from datetime import time
from itertools import pairwise, permutations
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.contrib.gis.gdal import DataSource
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.houses.models import House
from server.houses.services import hide_house
from server.tours.asked import MOST_STOPS, Asked
from server.tours.asking import LONGEST_MIN, SHORTEST_MIN, asked_of
from server.tours.links import apple_links, google_links
from server.tours.order import LonLat, best_order, straight_m, straight_ways_m
from server.tours.page import Duration, duration_of
from server.tours.queries import Tour, tour_of
from server.tours.travel import ROAD_PER_STRAIGHT, By
from tests.server.factories import HOME, make_ranked_house, make_street, place

METRES = st.integers(-3000, 3000)
TOWN = st.lists(st.tuples(METRES, METRES), min_size=1, max_size=8)
RPT = "{http://www.topografix.com/GPX/1/1}"


def way_m(places: list[LonLat], order: list[int] | tuple[int, ...]) -> float:
    return sum(straight_m(places[one], places[other]) for one, other in pairwise(order))


def shortest_m(places: list[LonLat]) -> float:
    """By trying every order that begins with the first."""
    return min(way_m(places, (0, *rest)) for rest in permutations(range(1, len(places))))


def order_of(places: list[LonLat], *, back: bool = False) -> list[int]:
    return best_order(straight_ways_m(places), back=back)


def tour_along(houses: list[House], start: LonLat | None = None, **asked: Any) -> Tour:
    return tour_of(Asked(tuple(house.public_id for house in houses), start, **asked))


def made(*metres: tuple[float, float]) -> list[LonLat]:
    return [place(east_m, north_m) for east_m, north_m in metres]


@pytest.fixture
def street(db: None) -> list[House]:
    """Three houses, 100 m from each to the next, going east."""
    return [make_ranked_house(0.1, place(100 * number, 0)) for number in range(3)]


def ids(houses: list[House]) -> str:
    return ",".join(house.public_id for house in houses)


@given(town=TOWN)
@settings(max_examples=60, deadline=None)
def test_the_best_order_visits_all_begins_with_the_first_and_is_never_longer(
    town: list[tuple[int, int]],
) -> None:
    places = made(*town)
    order = order_of(places)
    assert sorted(order) == list(range(len(places)))
    assert order[0] == 0
    assert way_m(places, order) <= way_m(places, list(range(len(places)))) + 1e-6


@given(town=TOWN.filter(lambda town: len(town) <= 7))
@settings(max_examples=40, deadline=None)
def test_the_best_order_is_at_most_a_quarter_longer_than_the_shortest(town: list[tuple[int, int]]) -> None:
    places = made(*town)
    assert way_m(places, order_of(places)) <= 1.25 * shortest_m(places) + 1e-6


def test_on_many_small_towns_the_best_order_is_within_one_percent_of_the_shortest() -> None:
    import random

    chance = random.Random(7)
    found = shortest = 0.0
    for _ in range(25):
        places = made(*((chance.uniform(-2000, 2000), chance.uniform(-2000, 2000)) for _ in range(8)))
        found += way_m(places, order_of(places))
        shortest += shortest_m(places)
    assert found <= 1.01 * shortest


def test_no_place_and_one_place_are_in_order() -> None:
    assert (order_of([]), order_of([HOME])) == ([], [0])


def test_a_tour_knows_its_ways_and_a_shorter_order(street: list[House]) -> None:
    first, second, third = street
    tour = tour_along([first, third, second])
    assert tour.legs_m == pytest.approx([260, 130], rel=1e-3)
    assert [house.public_id for house in tour.best.houses] == [house.public_id for house in street]
    assert tour.saving_m == pytest.approx(130, rel=1e-3)


def test_a_start_comes_before_the_first_stop_and_decides_the_order(street: list[House]) -> None:
    start = place(300, 0)
    tour = tour_along(street, start)
    assert tour.legs_m[0] == pytest.approx(ROAD_PER_STRAIGHT * 300, rel=1e-3)
    assert [house.public_id for house in tour.best.houses] == [house.public_id for house in reversed(street)]


def test_hidden_and_unknown_houses_are_left_out_with_a_sentence(client: Client, street: list[House]) -> None:
    hide_house(street[1])
    page = client.get(f"/tour/?stops={ids(street)},nosuchone").content.decode()
    assert "2 houses are left out" in page
    assert street[1].public_id not in page.split("<main", 1)[1].replace("stops=", "")
    assert "2 stops" in page


def test_the_list_works_without_scripts(client: Client, street: list[House]) -> None:
    first, second, third = street
    page = client.get(f"/tour/?stops={ids(street)}").content.decode()
    assert (
        f'href="/tour/?stops={ids([second, first, third])}" data-go="up" aria-label="Move stop 2 up"' in page
    )
    assert (
        f'href="/tour/?stops={ids([first, third, second])}" data-go="down" aria-label="Move stop 2 down"'
        in page
    )
    assert f'href="/tour/?stops={ids([first, third])}" data-go="remove"' in page
    assert "130 m to the next" in page


def test_the_best_order_is_a_link_that_says_what_it_saves(client: Client, street: list[House]) -> None:
    first, second, third = street
    page = client.get(f"/tour/?stops={ids([first, third, second])}").content.decode()
    assert f'href="/tour/?stops={ids(street)}" data-go>Best order' in page
    assert "130 m shorter" in page
    assert "No shorter order was found" in client.get(f"/tour/?stops={ids(street)}").content.decode()


def test_ways_are_told_in_the_visitors_units(client: Client, street: list[House]) -> None:
    page = client.get(f"/tour/?stops={ids(street)}", headers={"Accept-Language": "en-US"}).content.decode()
    assert "450 ft to the next" in page
    assert "16 mph" in page


def test_an_empty_tour_says_how_to_add_houses(client: Client, db: None) -> None:
    assert "press “Add to tour”" in client.get("/tour/").content.decode()


def test_what_leaves_the_page_leaves_the_position_out(client: Client, street: list[House]) -> None:
    page = client.get(f"/tour/?stops={ids(street)}&from=12.34567,45.67891").content.decode()
    assert "12.346" in page
    assert "12.3456" not in page.split("<main", 1)[1]
    outside = [
        part
        for part in page.split('"')
        if any(name in part for name in ("google.com", "apple.com", ".gpx?", ".kml?"))
    ]
    assert len(outside) == 4
    assert not any("12.346" in part for part in outside)


def test_a_card_and_a_page_lead_to_a_tour_of_the_house_without_scripts(
    client: Client, street: list[House]
) -> None:
    name = street[0].public_id
    for address in (f"/houses/{name}/card/", f"/houses/{name}/"):
        assert f'href="/tour/?stops={name}" data-tour-of="{name}"' in client.get(address).content.decode()
    assert "data-tour-of" not in client.get(f"/houses/{name}/card/?embedded").content.decode()


def test_the_file_is_a_gpx_route_that_gdal_reads(client: Client, street: list[House], tmp_path) -> None:
    street[0].street = make_street("Bells & <Bows>\x0b")
    street[0].save()
    answer = client.get(f"/tour.gpx?stops={ids(street)}")
    root = ElementTree.fromstring(answer.content)
    assert (root.tag, root.get("version")) == (f"{RPT}gpx", "1.1")
    names = [stop.findtext(f"{RPT}name") for stop in root.iter(f"{RPT}rtept")]
    assert names == ["1. Bells & <Bows>", "2. A house by the road", "3. A house by the road"]
    (tmp_path / "tour.gpx").write_bytes(answer.content)
    read = next(layer for layer in DataSource(tmp_path / "tour.gpx") if layer.name == "route_points")
    assert [feature.geom.coords for feature in read] == [
        pytest.approx(house.position.coords, abs=1e-6) for house in street
    ]


def test_a_file_without_houses_is_refused_with_a_sentence(client: Client, db: None) -> None:
    answer = client.get("/tour.gpx", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["detail"][:12]) == (400, "A file needs")


def test_links_are_split_at_nine_waypoints_and_go_on_where_they_ended() -> None:
    places = made(*((100 * number, 0) for number in range(21)))
    links = google_links(places)
    asked = [parse_qs(urlsplit(link.address).query) for link in links]
    assert [(link.first, link.last) for link in links] == [(1, 10), (11, 20), (21, 21)]
    assert [len(query.get("waypoints", [""])[0].split("|")) for query in asked] == [9, 9, 1]
    assert "origin" not in asked[0]
    assert [query["origin"] for query in asked[1:]] == [query["destination"] for query in asked[:2]]


def test_an_apple_link_has_a_waypoint_for_each_stop_on_the_way() -> None:
    (link,) = apple_links(made((0, 0), (100, 0), (200, 0)))
    asked = parse_qs(urlsplit(link.address).query)
    assert len(asked["waypoint"]) == 2
    assert asked["destination"] == [f"{HOME[1]:.6f},{place(200)[0]:.6f}"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("stops=a b", "letters and digits"),
        ("stops=%00", "letters and digits"),
        ("stops=" + ",".join(f"a{number}" for number in range(MOST_STOPS + 1)), "at most 40 stops"),
        ("from=1", "latitude,longitude"),
        ("from=nan,1", "90 degrees"),
        ("from=91,0", "90 degrees"),
        ("by=plane", "by car or on foot"),
        ("minutes=0", "between 10 and 300"),
        ("minutes=14400", "between 10 and 300"),
        ("minutes=soon", "between 10 and 300"),
        ("leave=25:00", "such as 18:30"),
    ],
)
def test_what_is_no_tour_is_refused_with_a_sentence(
    client: Client, db: None, query: str, sentence: str
) -> None:
    for address in ("/tour/", "/tour.gpx", "/tour.kml"):
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 400
        assert sentence in answer.content.decode()


@given(stops=st.text(max_size=60), start=st.text(max_size=30))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nonsense_is_never_the_sites_own_fault(client: Client, db: None, stops: str, start: str) -> None:
    assert client.get("/tour/", {"stops": stops, "from": start}).status_code in (200, 400)


@given(
    stops=st.lists(st.from_regex(r"\A[0-9a-z]{1,16}\Z"), max_size=MOST_STOPS, unique=True),
    start=st.none() | st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
    by=st.sampled_from(By),
    back=st.booleans(),
    minutes=st.none() | st.integers(SHORTEST_MIN, LONGEST_MIN),
    leave=st.none() | st.times().map(lambda at: time(at.hour, at.minute)),
)
def test_what_is_asked_for_survives_the_way_through_the_address(
    stops: list[str], start: tuple[float, float] | None, **more: Any
) -> None:
    asked = Asked(tuple(stops), start and (round(start[0], 3), round(start[1], 3)), **more)
    query = {name: values[0] for name, values in parse_qs(asked.query).items()}
    assert asked_of(query) == asked


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(10, (0, 1)), (29 * 60, (0, 29)), (77 * 60, (1, 17)), (98 * 60, (1, 40)), (7400, (2, 5))],
)
def test_a_time_is_told_roughly(seconds: float, said: tuple[int, int]) -> None:
    assert duration_of(seconds) == Duration(*said)
